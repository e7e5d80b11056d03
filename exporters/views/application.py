from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import TemplateView

from core.templatetags.portal import status_tone
from exporters.completeness import missing_items
from exporters.editing import open_sections
from exporters.enums import ApplicationStatus
from exporters.forms.correction import AnswerForm
from exporters.models import ApplicationTransition
from exporters.progress import section_progress
from exporters.services.applications import submit_application, withdraw_application
from exporters.signals import collect, exporter_panels_requested
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
        return super().get_context_data(
            application=application,
            missing=missing,
            sections=section_progress(application, missing, among=open_sections(self.open_targets)),
            answer_forms=[
                bound if bound and bound.correction == row else AnswerForm(correction=row)
                for row in corrections
            ],
            unanswered=sum(not row.is_answered for row in corrections),
            events=[_event(step) for step in reversed(transitions)],
            last_request=next((t for t in reversed(transitions) if t.reason_label), None),
            **self._sent(),
            panels=collect(exporter_panels_requested, application=application),
            may_withdraw=application.status in APPLICATION["withdraw"].sources,
            **kwargs,
        )

    def _sent(self) -> dict:
        """What was sent, for the page of an application that is no longer edited."""
        if self.application.is_editable:
            return {}
        return {
            "sent_products": self.application.company.products.all(),
            "sent_documents": self.application.documents.current(),
        }


def _event(step: ApplicationTransition) -> dict:
    """A step of the timeline, in the words of the exporter; staff appear by their role."""
    by_team = step.transition in ("submit", "resubmit", "withdraw")
    return {
        "title": _STEPS[step.transition],
        "when": step.created_at,
        "who": str(step.actor) if by_team else _("Programme"),
        # Only coded reasons are addressed to the company; the rest is said among staff.
        "text": step.reason_text if step.reason_label else "",
        "tone": status_tone(step.to_status),
    }


_STEPS = {
    "submit": gettext_lazy("You sent it"),
    "resubmit": gettext_lazy("You sent it back"),
    "withdraw": gettext_lazy("You withdrew it"),
    "claim": gettext_lazy("A coordinator started the review"),
    "release": gettext_lazy("It waits for another coordinator"),
    "request_changes": gettext_lazy("We asked you for changes"),
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
