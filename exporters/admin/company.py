from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.workflow_admin import ReadOnlyAdminMixin
from exporters.models import Application, Company, TeamMember


class TeamInline(ReadOnlyAdminMixin, admin.TabularInline):
    model = TeamMember
    extra = 0
    fields = ("user", "role", "created_at")


class ApplicationInline(ReadOnlyAdminMixin, admin.TabularInline):
    model = Application
    extra = 0
    show_change_link = True
    fields = readonly_fields = ("reference", "status", "submitted_at", "decided_at")
    verbose_name_plural = _("Applications")


@admin.register(Company)
class CompanyAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    list_display = ("name", "rfc", "state", "sector", "size")
    list_filter = ("size", "sector", "state")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("=rfc", "legal_name", "trade_name")
    inlines = (ApplicationInline, TeamInline)
    fields = (
        "rfc",
        "legal_name",
        "trade_name",
        "state",
        "municipality",
        "sector",
        "employees",
        "annual_sales_mxn",
        "size",
        "contact_name",
        "contact_email",
        "phone",
        "website",
        "language",
        "about_es",
        "about_en",
        "about_zh_hans",
    )
