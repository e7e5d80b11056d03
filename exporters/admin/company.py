from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.workflow_admin import ReadOnlyAdminMixin
from exporters.models import Application, Company, TeamMember


class TeamInline(ReadOnlyAdminMixin, admin.TabularInline):
    model = TeamMember
    extra = 0
    fields = readonly_fields = ("user", "role", "created_at")


class ApplicationInline(ReadOnlyAdminMixin, admin.TabularInline):
    model = Application
    extra = 0
    fields = readonly_fields = ("link", "status", "submitted_at", "decided_at")
    verbose_name_plural = _("Applications")

    @admin.display(description=_("reference"))
    def link(self, application):
        url = reverse("admin:exporters_application_change", args=[application.pk])
        return format_html('<a href="{}">{}</a>', url, application.reference)


@admin.register(Company)
class CompanyAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    list_display = ("name", "rfc", "state", "sector", "size")
    list_filter = ("size", "sector", "state")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("=rfc", "legal_name", "trade_name")
    inlines = (ApplicationInline, TeamInline)
    readonly_fields = ("recruited",)
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
        "recruited",
    )

    @admin.display(description=_("recruited through"), empty_value="—")
    def recruited(self, company):
        """The source of the lead that this company was, for those who may see leads."""
        lead = getattr(company, "lead", None)
        if lead is None:
            return None
        url = reverse("admin:exporters_lead_change", args=[lead.pk])
        return format_html('<a href="{}">{}</a>', url, lead.source)
