from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import TemplateView

from core.templatetags.portal import status_tone
from exporters.completeness import missing_items
from exporters.enums import ApplicationStatus as S
from exporters.models import ApplicationTransition
from exporters.progress import section_progress
from exporters.services.applications import submit_application, withdraw_application
from exporters.signals import collect, exporter_panels_requested
from exporters.versions import expiring_documents, renewal_needs
from exporters.views.scope import ApplicationScope
from exporters.workflow import APPLICATION


class ApplicationDetailView(ApplicationScope, TemplateView):
    """Where the application stands, what is missing, what happened, what it would cost."""

    template_name = "exporters/application_detail.html"

    def get_context_data(self, **kwargs):
        application = self.application
        missing = missing_items(application) if application.is_editable else []
        transitions = list(application.transitions.select_related("actor"))
        return super().get_context_data(
            application=application,
            missing=missing,
            sections=section_progress(application, missing),
            events=[_event(step) for step in reversed(transitions)],
            last_request=next((t for t in reversed(transitions) if t.reason_text), None),
            **self._sent(),
            panels=collect(exporter_panels_requested, application=application),
            **self._cards(),
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

    def _cards(self) -> dict:
        """What the cards beside the main story need, by status."""
        application = self.application
        return {
            "expiring": expiring_documents(application) if application.is_editable else [],
            "renewal": renewal_needs(application) if application.status == S.APPROVED else [],
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


def _event(step: ApplicationTransition) -> dict:
    """A step of the timeline, in the words of the exporter; staff appear by their role."""
    by_team = step.transition in ("submit", "resubmit", "withdraw")
    return {
        "title": _STEPS[step.transition],
        "when": step.created_at,
        "who": str(step.actor) if by_team else _("Programme"),
        "text": step.reason_text,
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
