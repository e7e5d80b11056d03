from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import TemplateView

from core.templatetags.portal import status_tone
from exporters.completeness import missing_items
from exporters.deadlines import closing_day
from exporters.document_versions import expiring_documents, renewal_needs
from exporters.editing import open_sections
from exporters.enums import UNDECIDED_STATUSES, ApplicationStatus
from exporters.forms.correction import AnswerForm
from exporters.models import Application, ApplicationTransition
from exporters.progress import section_progress
from exporters.services.applications import submit_application, withdraw_application
from exporters.signals import collect, exporter_panels_requested
from exporters.timing import recent_usual_time
from exporters.unread import unread_for
from exporters.views.scope import ApplicationScope
from exporters.workflow import APPLICATION


class ApplicationDetailView(ApplicationScope, TemplateView):
    """Where the application stands, what is missing, what happened, what it would cost."""

    template_name = "exporters/application_detail.html"

    def get_context_data(self, bound: AnswerForm | None = None, **kwargs):
        application = self.application
        missing = missing_items(application) if application.is_editable else []
        waits = application.status == ApplicationStatus.CHANGES_REQUESTED
        corrections = list(application.corrections.open()) if waits else []
        transitions = list(application.transitions.select_related("actor"))
        last_request = next((t for t in reversed(transitions) if t.transition in _EXPLAINED), None)
        return super().get_context_data(
            application=application,
            missing=missing,
            sections=section_progress(application, missing, among=open_sections(self.open_targets)),
            answer_forms=[
                bound if bound and bound.correction == row else AnswerForm(correction=row)
                for row in corrections
            ],
            unanswered=sum(not row.is_answered for row in corrections),
            events=[_event(step) for step in reversed(transitions) if _concerns_team(step)],
            last_request=last_request,
            waiting=_waiting(application, last_request),
            **self._sent(),
            panels=collect(exporter_panels_requested, application=application),
            unread=self._unread(),
            **self._cards(),
            may_withdraw=application.status in APPLICATION["withdraw"].sources,
            **kwargs,
        )

    def _unread(self) -> int | None:
        """How many messages wait for the visitor; None before there can be any."""
        if self.application.status == ApplicationStatus.DRAFT:
            return None
        return unread_for(self.application, self.request.user, from_staff=True)

    def _sent(self) -> dict:
        """What was sent, for the page of an application that is no longer edited."""
        if self.application.is_editable:
            return {}
        return {
            "sent_products": self.application.company.products.all(),
            "sent_documents": self.application.documents.current(),
        }

    def _cards(self) -> dict:
        """What the cards beside the main story need, by status."""
        application = self.application
        return {
            "expiring": expiring_documents(application) if application.is_editable else [],
            "renewal": renewal_needs(application)
            if application.status == ApplicationStatus.APPROVED
            else [],
            "followed_by": self._followed_by(),
        }

    def _followed_by(self):
        """The application with which the company tried again, once this one had ended."""
        if not self.application.has_ended:
            return None
        later = self.application.company.applications.filter(
            created_at__gt=self.application.created_at
        )
        return later.order_by("created_at").first()


def _waiting(application: Application, request: ApplicationTransition | None) -> dict | None:
    """Who acts next, since when, and what may be expected; None when nobody has to act."""
    if application.status not in UNDECIDED_STATUSES:
        return None
    on_team = application.status == ApplicationStatus.CHANGES_REQUESTED and request is not None
    return {
        "on_team": on_team,
        "since": request.created_at if on_team else application.submitted_at,
        "closes_on": closing_day(timezone.localdate(request.created_at)) if on_team else None,
        "usual": recent_usual_time(),
    }


def _concerns_team(step: ApplicationTransition) -> bool:
    """Who of the programme has the file does not, once somebody has it."""
    return step.transition != "assign" or step.from_status == ApplicationStatus.SUBMITTED


def _event(step: ApplicationTransition) -> dict:
    """A step of the timeline, in the words of the exporter; staff appear by their role."""
    by_team = step.transition in ("submit", "resubmit", "withdraw")
    return {
        "title": _STEPS[step.transition],
        "when": step.created_at,
        "who": str(step.actor) if by_team else _("Programme"),
        "text": step.reason_text if step.transition in _EXPLAINED else "",
        "tone": status_tone(step.to_status),
    }


# What is written on other steps is for the desk alone.
_EXPLAINED = {"request_changes", "reject", "suspend", "revoke"}
_STEPS = {
    "submit": gettext_lazy("You sent it"),
    "resubmit": gettext_lazy("You sent it back"),
    "withdraw": gettext_lazy("You withdrew it"),
    "claim": gettext_lazy("A coordinator started the review"),
    "assign": gettext_lazy("A coordinator started the review"),
    "release": gettext_lazy("It waits for another coordinator"),
    "release_idle": gettext_lazy("It waits for another coordinator"),
    "request_changes": gettext_lazy("We asked you for changes"),
    "expire": gettext_lazy("Closed, since your changes did not come"),
    "approve": gettext_lazy("Approved"),
    "reject": gettext_lazy("Not approved"),
    "suspend": gettext_lazy("Suspended"),
    "reinstate": gettext_lazy("Reinstated"),
    "revoke": gettext_lazy("Revoked"),
}


class ApplicationSubmitView(ApplicationScope, View):
    def post(self, request, reference):
        application = submit_application(self.application, actor=request.user)
        messages.success(
            request,
            _("Sent. A coordinator will claim it; we write to you at every step."),
        )
        return redirect("exporters:application_detail", application.reference)


class ApplicationWithdrawView(ApplicationScope, TemplateView):
    template_name = "exporters/application_withdraw.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(application=self.application, **kwargs)

    def post(self, request, reference):
        application = withdraw_application(self.application, actor=request.user)
        messages.success(request, _("The application has been withdrawn."))
        return redirect("exporters:application_detail", application.reference)
