from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.workflow_admin import ReadOnlyAdminMixin
from pavilion.models import WaitingBuyer


@admin.register(WaitingBuyer)
class WaitingBuyerAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    list_display = ("email", "language", "interest", "asked_on", "confirmed_at", "announced_at")
    list_filter = ("language", "interest")
    list_select_related = ("interest",)
    search_fields = ("email",)
    show_full_result_count = False
    fields = ("email", "language", "interest", "asked_on", "confirmed_at", "announced_at")

    @admin.display(description=_("received"), ordering="created_at")
    def asked_on(self, buyer):
        return buyer.created_at
