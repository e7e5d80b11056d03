from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.portal import status_tone
from core.workflow_admin import LogInline, WorkflowAdminMixin
from memberships.models import (
    PromotionPeriod,
    PromotionTransition,
)
from memberships.services.promotions import move_promotion
from memberships.workflow import PROMOTION


class PromotionLogInline(LogInline, admin.TabularInline):
    model = PromotionTransition


# What a confirmed promotion has promised.
PROMISED = frozenset({"plan", "percentage", "starts_on", "ends_on", "earned_by"})


def _mover(name):
    return lambda promotion, actor: move_promotion(promotion, name, actor=actor)


@admin.register(PromotionPeriod)
class PromotionPeriodAdmin(WorkflowAdminMixin, admin.ModelAdmin):
    workflow = PROMOTION
    moves = {name: _mover(name) for name in ("negotiate", "confirm", "reject", "call_off", "end")}
    list_display = ("name", "plan", "percentage", "starts_on", "ends_on", "status_badge")
    list_select_related = ("plan",)
    fields = (
        "plan", "name_es", "name_en", "name_zh_hans", "percentage", "starts_on", "ends_on",
        "earned_by", "renewal_of", "status", "notes",
    )  # fmt: skip
    inlines = (PromotionLogInline,)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_badge(self, promotion):
        return format_html(
            '<span class="badge-status tone-{}">{}</span>',
            status_tone(promotion.status),
            promotion.get_status_display(),
        )

    def get_readonly_fields(self, request, obj=None):
        """What was confirmed has been promised: only notes change after that."""
        return ("status", *PROMISED) if obj and obj.is_settled else ("status",)

    def save_model(self, request, obj, form, change):
        """Saves what was typed and nothing else: someone may have confirmed it meanwhile."""
        if not change:
            super().save_model(request, obj, form, change)
        elif PROMOTION.lock(obj).is_settled and not PROMISED.isdisjoint(form.changed_data):
            messages.error(request, _("This promotion was confirmed meanwhile; nothing is saved."))
        elif form.changed_data:
            obj.save(update_fields=[*form.changed_data, "updated_at"])

    def has_delete_permission(self, request, obj=None):
        return False
