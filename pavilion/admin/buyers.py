from django.contrib import admin

from core.workflow_admin import ReadOnlyAdminMixin
from pavilion.models import WaitingBuyer


@admin.register(WaitingBuyer)
class WaitingBuyerAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    list_display = ("email", "language", "interest", "created_at", "confirmed_at", "announced_at")
    list_filter = ("language", "interest")
    list_select_related = ("interest",)
    search_fields = ("email",)
    show_full_result_count = False
    fields = ("email", "language", "interest", "created_at", "confirmed_at", "announced_at")
