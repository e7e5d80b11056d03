from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from exporters.completeness import missing_items
from exporters.progress import section_progress
from exporters.services.applications import submit_application, withdraw_application
from exporters.signals import collect, exporter_panels_requested
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
            transitions=transitions,
            last_request=next(
                (t for t in reversed(transitions) if t.reason_text), None
            ),
            panels=collect(exporter_panels_requested, application=application),
            may_withdraw=application.status in APPLICATION["withdraw"].sources,
            **kwargs,
        )


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
