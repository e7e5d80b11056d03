"""The review desk: the queue, and one page for one decision."""

from django.contrib import admin
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.templatetags.portal import status_tone
from core.workflow_admin import ReadOnlyAdminMixin, WorkflowAdminMixin
from exporters.access import holds_file, may_release
from exporters.admin.filters import DESK, CategoryFilter, DeskFilter, StateFilter, StatusFilter
from exporters.enums import DocumentKind
from exporters.forms.review import ApproveForm
from exporters.models import Application
from exporters.services import review
from exporters.signals import collect, review_panels_requested
from exporters.workflow import APPLICATION

# Only the coordinator who claimed the file makes these.
HOLDERS_MOVES = {"release", "request_changes", "approve", "reject"}


@admin.register(Application)
class ApplicationAdmin(WorkflowAdminMixin, ReadOnlyAdminMixin, admin.ModelAdmin):
    workflow = APPLICATION
    moves = {
        "claim": review.claim_application,
        "release": review.release_application,
        "request_changes": review.request_changes,
        "approve": review.approve_application,
        "reject": review.reject_application,
        "suspend": review.suspend_application,
        "reinstate": review.reinstate_application,
        "revoke": review.revoke_application,
    }
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
        return application.days_waiting if undecided else "—"

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(status="draft")

    def changelist_view(self, request, extra_context=None):
        part = DESK.get(request.GET.get("desk"), _("All applications"))
        return super().changelist_view(request, {"title": part, **(extra_context or {})})

    def get_object(self, request, object_id, from_field=None):
        try:
            return Application.objects.select_related(
                "company", "assigned_to", "created_by", "decided_by"
            ).get(pk=object_id)
        except (Application.DoesNotExist, ValueError):
            return None

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Everything about one application on one screen."""
        application = self.get_object(request, object_id)
        if application is None or not self.has_view_permission(request, application):
            raise Http404
        panels = collect(review_panels_requested, application=application, user=request.user)
        request.review_panels = panels
        current = {
            document.kind: document
            for document in application.documents.current().prefetch_related("pages")
        }
        context = {
            **self.admin_site.each_context(request),
            "title": application.company.name,
            "opts": self.opts,
            "original": application,
            "application": application,
            "company": application.company,
            "products": application.company.products.select_related("category"),
            "documents": [(kind, current.get(kind)) for kind in DocumentKind],
            "transitions": application.transitions.select_related("actor").order_by("-pk"),
            "panels": panels,
            "legal_moves": self.legal_moves(request, application),
            "is_holder": holds_file(request.user, application),
        }
        return TemplateResponse(request, "admin/exporters/application/review.html", context)

    def legal_moves(self, request, obj):
        holder = holds_file(request.user, obj)
        return [
            move
            for move in super().legal_moves(request, obj)
            if holder
            or move.transition.name not in HOLDERS_MOVES
            or (move.transition.name == "release" and may_release(request.user, obj))
        ]

    def move_form(self, request, obj, transition, data=None):
        if transition.name != "approve":
            return super().move_form(request, obj, transition, data)
        if not hasattr(request, "review_panels"):
            request.review_panels = collect(
                review_panels_requested, application=obj, user=request.user
            )
        return ApproveForm(
            data,
            prefix="approve",
            terms="".join(panel.terms for panel in request.review_panels),
            summary=" ".join(panel.summary for panel in request.review_panels),
            rfc_is_doubtful=not obj.company.rfc_check_digit_holds,
        )
