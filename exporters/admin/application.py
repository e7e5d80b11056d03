"""The review desk: one page for one decision. Its queue is in queue.py."""

from django.contrib import admin
from django.http import Http404
from django.template.response import TemplateResponse

from core.workflow_admin import ReadOnlyAdminMixin, WorkflowAdminMixin
from exporters.access import holds_file, may_release
from exporters.admin.messages import MessagesMixin
from exporters.admin.queue import QueueMixin
from exporters.enums import DocumentKind
from exporters.forms.review import ApproveForm
from exporters.models import Application
from exporters.services import review
from exporters.signals import collect, review_panels_requested
from exporters.workflow import APPLICATION

# Only the coordinator who claimed the file makes these.
HOLDERS_MOVES = {"release", "request_changes", "approve", "reject"}


@admin.register(Application)
class ApplicationAdmin(
    QueueMixin, MessagesMixin, WorkflowAdminMixin, ReadOnlyAdminMixin, admin.ModelAdmin
):
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
