"""The queue of the review desk: what waits, in which order, and for how long."""

import re

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from core.templatetags.portal import status_tone
from exporters.admin.bulk import BulkMixin
from exporters.admin.export import ExportMixin
from exporters.admin.filters import DESK, FILTERS
from exporters.admin.page import QueueChangeList
from exporters.admin.saved_filters import SavedFiltersMixin, known_query
from exporters.enums import UNDECIDED_STATUSES, RiskFlag
from exporters.models.application import OPEN_SINCE, last_request

_REFERENCE = re.compile(r"[A-Z]{2}-[0-9A-Z]{1,4}-[0-9]+\Z")
_RFC = re.compile(r"[A-ZÑ&]{3,4}[0-9]{6}[0-9A-Z]{3}\Z")
# Undecided ones first, longest waiting on top; below them the decided ones, the latest on top.
# The index application_waiting_first holds this very order.
WAITING_FIRST = (
    OPEN_SINCE.asc(nulls_last=True),
    F("submitted_at").desc(),
    "-pk",
)


class QueueMixin(BulkMixin, ExportMixin, SavedFiltersMixin):
    change_list_template = "admin/exporters/application/queue.html"
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
    list_filter = FILTERS
    list_select_related = ("company", "assigned_to")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count beside each choice would be a query each
    preserve_filters = False  # it resolves an address for each link of each row
    search_fields = ("company__legal_name", "company__trade_name")
    search_help_text = _("Reference, RFC or name of the company")

    def action_checkbox(self, application):
        """Django's, without the template that it renders for each row."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            application.pk,
            _("Select %(reference)s") % {"reference": application.reference},
        )

    @admin.display(description=_("company"), ordering="company__legal_name")
    def company_name(self, application):
        if not application.unread:
            return application.company.name
        return format_html(
            '{} <span class="unread">{}</span>', application.company.name, _("New message")
        )

    @admin.display(description=_("status"), ordering="status")
    def status_badge(self, application):
        """With what a reviewer should know before opening a file that is undecided."""
        undecided = application.status in UNDECIDED_STATUSES
        flags = application.risk_flags if undecided else []
        labels = [(RiskFlag(flag).label,) for flag in flags if flag in RiskFlag]
        return format_html(
            '<span class="badge-status tone-{}">{}</span>{}',
            status_tone(application.status),
            application.staff_status,
            format_html_join("", ' <span class="risk">{}</span>', labels),
        )

    @admin.display(description=_("state"), ordering="company__state")
    def state(self, application):
        return application.company.get_state_display()

    @admin.display(description=_("size"), ordering="company__size")
    def size(self, application):
        return application.company.get_size_display()

    @admin.display(description=_("coordinator"), ordering="assigned_to__full_name")
    def coordinator(self, application):
        return application.assigned_to or "—"

    @admin.display(description=_("sent on"), ordering="submitted_at")
    def sent_on(self, application):
        return date_format(timezone.localdate(application.submitted_at), "SHORT_DATE_FORMAT")

    @admin.display(description=_("working days"), ordering="waiting_since")
    def waiting(self, application):
        return application.working_days if application.status in UNDECIDED_STATUSES else "—"

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(status="draft")

    def get_ordering(self, request):
        if request.GET.get("desk") == "waiting":
            return (last_request("created_at").asc(), "pk")  # what closes first
        return WAITING_FIRST

    def get_changelist(self, request, **kwargs):
        return QueueChangeList

    def get_search_results(self, request, queryset, search_term):
        """A reference or an RFC is looked up; anything else is part of a name."""
        exact = search_term.strip().upper()
        if _REFERENCE.match(exact):
            return queryset.filter(reference=exact), False
        if _RFC.match(exact):
            return queryset.filter(company__rfc=exact), False
        return super().get_search_results(request, queryset, search_term)

    def changelist_view(self, request, extra_context=None):
        query = known_query(request.GET)
        context = {
            "title": DESK.get(request.GET.get("desk"), _("All applications")),
            "query": query,
            "saved_filters": self.saved_filters(request),
            "may_export": self.has_export_permission(request),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})
