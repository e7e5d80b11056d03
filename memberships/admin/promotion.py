from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.portal import status_tone
from core.workflow import TransitionNotAllowed
from core.workflow_admin import LogInline, ReadOnlyAdminMixin, WorkflowAdminMixin
from memberships.admin.effect import EffectForm
from memberships.admin.history import ChangeHistoryMixin
from memberships.effects import Effect, days_of, effect, rulebook
from memberships.enums import PromotionStatus
from memberships.forms.promotions import NoteForm, PromotionForm
from memberships.models import PromotionNote, PromotionPeriod, PromotionTransition
from memberships.promotion_calendar import calendar
from memberships.services.promotions import add_note, move_promotion, preview_move
from memberships.workflow import DECIDE, PROMOTION

ON_CALENDAR = 200  # periods; the list has all


class PromotionLogInline(LogInline, admin.TabularInline):
    model = PromotionTransition


class NoteInline(ReadOnlyAdminMixin, admin.TabularInline):
    model = PromotionNote
    extra = 0
    fields = readonly_fields = ("on", "text", "by")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("author")

    @admin.display(description=gettext_lazy("by"))
    def by(self, note):
        return note.author


# What a confirmed promotion has promised.
PROMISED = frozenset({"plan", "percentage", "starts_on", "ends_on", "earned_by"})
# The moves that change prices: their page shows how before they are made.
PRICED_MOVES = frozenset({"confirm", "call_off", "end"})


def _mover(name):
    return lambda promotion, actor, **_nothing: move_promotion(promotion, name, actor=actor)


def effect_of_move(promotion: PromotionPeriod, name: str, *, actor) -> Effect:
    """What the move would do to prices. Raises TransitionNotAllowed like the move itself."""
    moved = preview_move(promotion, name, actor=actor)
    before = rulebook()
    days = [day for row in (promotion, moved) for day in days_of(row.starts_on, row.ends_on)]
    return effect(before, before.with_promotion(moved), days)


@admin.register(PromotionPeriod)
class PromotionPeriodAdmin(ChangeHistoryMixin, WorkflowAdminMixin, admin.ModelAdmin):
    workflow = PROMOTION
    moves = {name: _mover(name) for name in ("negotiate", "confirm", "reject", "call_off", "end")}
    form = PromotionForm
    change_form_template = "admin/memberships/promotion_change_form.html"
    list_display = ("name", "plan", "percentage", "starts_on", "ends_on", "status_badge")
    list_filter = ("status", "plan")
    list_select_related = ("plan",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # the list is short: all its rows are on the calendar
    fields = (
        "plan", "name_es", "name_en", "name_zh_hans", "percentage", "starts_on", "ends_on",
        "earned_by", "renewal_of", "status", "notes",
    )  # fmt: skip
    inlines = (NoteInline, PromotionLogInline)

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

    def changelist_view(self, request, extra_context=None):
        periods = PromotionPeriod.objects.select_related("plan").order_by("-starts_on", "-pk")
        context = {
            "calendar": calendar(periods[:ON_CALENDAR], timezone.localdate()),
            "statuses": PromotionStatus.choices,
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    # --- Moves ---------------------------------------------------------------------------------

    def legal_moves(self, request, obj):
        """Before its first day a promotion is called off, from then on it is ended."""
        begun = obj.starts_on <= timezone.localdate()
        pointless = "call_off" if begun else "end"
        return [
            move for move in super().legal_moves(request, obj) if move.transition.name != pointless
        ]

    def move_form(self, request, obj, transition, data=None):
        if transition.name not in PRICED_MOVES:
            return super().move_form(request, obj, transition, data)
        return EffectForm(data, effect=getattr(request, "effect_of_move", None))

    def move_view(self, request, pk, name):
        """A move that would be refused says so at once; any other shows its effect first."""
        promotion = self.get_object(request, str(pk))
        decides = request.user.has_perm(DECIDE)
        if promotion and decides and name in PRICED_MOVES:
            try:
                request.effect_of_move = effect_of_move(promotion, name, actor=request.user)
            except TransitionNotAllowed as refusal:
                messages.error(request, str(refusal))
                return redirect(self.page_url(promotion))
        return super().move_view(request, pk, name)

    # --- Notes ---------------------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(self.note_view)
        name = "memberships_promotionperiod_note"
        return [path("<int:pk>/note/", view, name=name), *super().get_urls()]

    def note_view(self, request, pk):
        promotion = self.get_object(request, str(pk))
        if promotion is None:
            raise Http404
        if not request.user.has_perm("memberships.add_promotionnote"):
            raise PermissionDenied
        form = NoteForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                add_note(promotion, **form.cleaned_data, actor=request.user)
            except TransitionNotAllowed as refusal:
                form.add_error("on", str(refusal))
            else:
                messages.success(request, _("The note is stored."))
                return redirect(self.page_url(promotion))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Add a note"),
            "original": promotion,
            "opts": self.opts,
            "transition": None,
            "form": form,
            "back_url": reverse("admin:memberships_promotionperiod_change", args=[pk]),
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/move_form.html", context, status=status)
