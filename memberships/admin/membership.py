from django.contrib import admin

from core.workflow_admin import ReadOnlyAdminMixin
from memberships.models import (
    Membership,
)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    list_display = (
        "company", "status", "priced_on", "list_fee", "promotion_discount", "subsidy",
        "company_share",
    )  # fmt: skip
    list_select_related = ("company", "plan")
    list_filter = ("status", "fund")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("=company__rfc", "company__legal_name")
