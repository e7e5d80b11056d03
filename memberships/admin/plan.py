from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.templatetags.portal import usd
from memberships.models import (
    Plan,
    PlanFee,
)


class PlanFeeInline(admin.TabularInline):
    model = PlanFee
    extra = 0

    def has_delete_permission(self, request, obj=None):
        return False  # a fee ends by its last day


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = ("name", "fee_today", "is_offered")
    fields = (
        "code", "name_es", "name_en", "name_zh_hans", "benefits_es", "benefits_en",
        "benefits_zh_hans", "is_offered", "source_url",
    )  # fmt: skip
    inlines = (PlanFeeInline,)

    @admin.display(description=gettext_lazy("list fee today"))
    def fee_today(self, plan):
        fee = plan.fees.on(timezone.localdate()).first()
        return usd(fee.amount) if fee else "—"

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()

    def has_delete_permission(self, request, obj=None):
        return False
