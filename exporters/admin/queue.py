"""The queue of the review desk: what waits, in which order, and for how long."""

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.templatetags.portal import status_tone
from exporters.admin.filters import DESK, CategoryFilter, DeskFilter, StateFilter, StatusFilter


class QueueMixin:
    list_display = (
        "reference",
        "company_name",
        "status_badge",
        "state",
        "size",
        "coordinator",
        "sent_on",
        "waiting",
    )
    list_display_links = ("reference", "company_name")
    list_filter = (DeskFilter, StatusFilter, StateFilter, CategoryFilter)
    list_select_related = ("company", "assigned_to")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("=reference", "=company__rfc", "company__legal_name", "company__trade_name")
    search_help_text = _("Reference, RFC or name of the company")
    ordering = ("submitted_at", "pk")  # waiting longest first

    @admin.display(description=_("company"), ordering="company__legal_name")
    def company_name(self, application):
        return application.company.name

    @admin.display(description=_("status"), ordering="status")
    def status_badge(self, application):
        return format_html(
            '<span class="badge-status tone-{}">{}</span>',
            status_tone(application.status),
            application.staff_status,
        )

    @admin.display(description=_("state"), ordering="company__state")
    def state(self, application):
        return application.company.get_state_display()

    @admin.display(description=_("size"), ordering="company__size")
    def size(self, application):
        return application.company.get_size_display()

    @admin.display(description=_("coordinator"), ordering="assigned_to")
    def coordinator(self, application):
        return application.assigned_to or "—"

    @admin.display(description=_("sent on"), ordering="submitted_at")
    def sent_on(self, application):
        return date_format(timezone.localdate(application.submitted_at), "SHORT_DATE_FORMAT")

    @admin.display(description=_("days"), ordering="submitted_at")
    def waiting(self, application):
        undecided = application.status in ("submitted", "in_review", "changes_requested")
        return application.working_days if undecided else "—"

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(status="draft")

    def changelist_view(self, request, extra_context=None):
        part = DESK.get(request.GET.get("desk"), _("All applications"))
        return super().changelist_view(request, {"title": part, **(extra_context or {})})
