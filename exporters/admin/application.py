"""The review desk: one page for one decision. Its queue is in queue.py."""

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from core.workflow_admin import ReadOnlyAdminMixin, WorkflowAdminMixin
from exporters.access import (
    ASSIGN,
    OVERRIDE,
    RELEASE,
    REVIEW,
    holds_file,
    may_release,
    may_verify,
    staff_with,
)
from exporters.admin.messages import MessagesMixin
from exporters.admin.queue import QueueMixin
from exporters.checklist import checklist, open_checks
from exporters.comparison import last_changes
from exporters.enums import ApplicationStatus, Decision, DocumentKind
from exporters.forms.review import ApproveForm, AssignForm, ChangesForm, ChecklistForm
from exporters.models import Application
from exporters.reason_texts import texts
from exporters.services import review
from exporters.services.checks import ONLY_THE_HOLDER, record_checks
from exporters.services.decisions import stage_decision
from exporters.signals import collect, review_panels_requested
from exporters.timeline import timeline
from exporters.unread import unread_for
from exporters.workflow import APPLICATION

# The page offers these to nobody but the coordinator who claimed the file.
HOLDERS_MOVES = {"request_changes", "approve", "reject"}


@admin.register(Application)
class ApplicationAdmin(
    QueueMixin, MessagesMixin, WorkflowAdminMixin, ReadOnlyAdminMixin, admin.ModelAdmin
):
    workflow = APPLICATION
    moves = {
        "claim": review.claim_application,
        "release": review.release_application,
        "assign": review.assign_application,
        "request_changes": review.request_changes,
        "approve": review.approve_application,
        "reject": review.reject_application,
        "suspend": review.suspend_application,
        "reinstate": review.reinstate_application,
        "revoke": review.revoke_application,
    }

    def get_urls(self):
        view = self.admin_site.admin_view
        checks = path(
            "<int:pk>/checks/", view(self.checks_view), name="exporters_application_checks"
        )
        return [checks, *super().get_urls()]

    def get_object(self, request, object_id, from_field=None):
        try:
            sent = Application.objects.exclude(status=ApplicationStatus.DRAFT)
            return sent.select_related("company", "assigned_to", "created_by", "decided_by").get(
                pk=object_id
            )
        except (Application.DoesNotExist, ValueError):
            return None

    def visible(self, request, object_id) -> Application:
        application = self.get_object(request, object_id)
        if application is None or not self.has_view_permission(request, application):
            raise Http404
        return application

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Everything about one application on one screen."""
        return self.review_page(request, self.visible(request, object_id))

    def checks_view(self, request, pk):
        """Keeps what was verified; shows the page again with what is wrong."""
        application = self.visible(request, pk)
        if request.method != "POST":
            return redirect(self.page_url(application))
        if not may_verify(request.user, application):
            messages.error(request, ONLY_THE_HOLDER)
            return redirect(self.page_url(application))
        form = ChecklistForm(checklist(application), request.POST)
        if not form.is_valid():
            return self.review_page(request, application, checks_form=form, status=422)
        try:
            record_checks(application, form.answers, actor=request.user)
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The checks have been saved."))
        return redirect(f"{self.page_url(application)}#checks")

    def history_view(self, request, object_id, extra_context=None):
        """All that happened, newest first: steps, fields, documents, messages, exports."""
        application = self.visible(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "opts": self.opts,
            "application": application,
            "company": application.company,
            "events": timeline(application),
        }
        return TemplateResponse(request, "admin/exporters/application/history.html", context)

    def review_page(self, request, application, *, checks_form=None, status=200):
        documents = {
            document.kind: document
            for document in application.documents.current().prefetch_related("pages")
        }
        products = list(application.company.products.select_related("category"))
        request.checks = checklist(application, documents=documents.values(), products=products)
        request.panels = collect(
            review_panels_requested, application=application, user=request.user
        )
        staged = application.staged_decisions.open().select_related("staged_by").first()
        request.staged = staged
        releases = request.user.has_perm(RELEASE)
        prepared = staged and staged.staged_by_id == request.user.pk
        holder = holds_file(request.user, application)
        verifies = may_verify(request.user, application)
        context = {
            **self.admin_site.each_context(request),
            "title": application.company.name,
            "opts": self.opts,
            "original": application,
            "application": application,
            "company": application.company,
            "products": products,
            "documents": [(kind, documents.get(kind)) for kind in DocumentKind],
            "checks": request.checks,
            "checks_form": (checks_form or ChecklistForm(request.checks)) if verifies else None,
            "open_checks": len(open_checks(request.checks)),
            "corrections": application.corrections.open(),
            "changes": last_changes(application),
            "transitions": application.transitions.select_related("actor").order_by("-pk")[:8],
            "panels": request.panels,
            "second_person": _second_person(request.panels),
            "staged": staged,
            "may_release_staged": staged and releases and not prepared,
            "may_discard_staged": staged and (releases or prepared),
            "legal_moves": self.legal_moves(request, application),
            "is_holder": holder,
            "unread_messages": unread_for(application, request.user),
        }
        template = "admin/exporters/application/review.html"
        return TemplateResponse(request, template, context, status=status)

    # --- The steps ---------------------------------------------------------------------------

    def legal_moves(self, request, obj):
        return [
            move
            for move in super().legal_moves(request, obj)
            if self._offers(request, obj, move.transition.name)
        ]

    def _offers(self, request, application, name: str) -> bool:
        """Whether the page has a button for this step; the service decides in the end."""
        user = request.user
        if name == "release":
            return may_release(user, application)
        if name == "assign":
            return holds_file(user, application) or user.has_perm(ASSIGN)
        if name in HOLDERS_MOVES and not holds_file(user, application):
            return False
        if name in ("approve", "reject") and request.staged:
            return False
        if name == "approve" and open_checks(request.checks):
            return user.has_perm(OVERRIDE) and not _second_person(request.panels)
        return True

    def move_form(self, request, obj, transition, data=None):
        if transition.name == "approve":
            return self._approve_form(request, obj, data)
        if transition.name == "request_changes":
            return ChangesForm(
                data, texts=self.reason_texts(obj, transition), prefix=transition.name
            )
        if transition.name == "assign":
            return AssignForm(data, people=staff_with(REVIEW), prefix=transition.name)
        return super().move_form(request, obj, transition, data)

    def reason_texts(self, obj, transition):
        return texts(transition.reasons, obj.company.language)

    def _approve_form(self, request, application, data):
        """What is sent in full needs no look at the price and the checks: the service looks.

        Who may pass open checks is asked for the reason here, before the service refuses.
        """
        if data is not None and not request.user.has_perm(OVERRIDE):
            sent = ApproveForm(data, prefix="approve", terms="", summary="", overrides=False)
            if sent.is_valid():
                return sent
        if not hasattr(request, "panels"):
            request.panels = collect(
                review_panels_requested, application=application, user=request.user
            )
            request.checks = checklist(application)
        return ApproveForm(
            data,
            prefix="approve",
            terms="".join(panel.terms for panel in request.panels),
            summary=" ".join(panel.summary for panel in request.panels),
            overrides=bool(open_checks(request.checks)) and request.user.has_perm(OVERRIDE),
        )

    def make_move(self, request, obj, transition, form):
        if "stage" not in request.POST or transition.name not in Decision.values:
            return super().make_move(request, obj, transition, form)
        values = {key: form.cleaned_data[key] for key in _STAGED if key in form.cleaned_data}
        try:
            stage_decision(obj, transition.name, actor=request.user, **values)
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Prepared. It takes effect when someone else releases it."))
        return redirect(self.page_url(obj))

    def page_url(self, obj) -> str:
        return reverse("admin:exporters_application_change", args=[obj.pk])


def _second_person(panels) -> bool:
    return any(panel.needs_second_person for panel in panels)


_STAGED = ("reason_code", "reason_text", "confirmed_terms")
