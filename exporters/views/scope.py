"""The scope of a signed-in exporter: another company's object does not exist."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.editing import open_sections, open_targets
from exporters.models import Application, Company


class ApplicationScope(LoginRequiredMixin):
    """Finds `self.application` by its reference among those of the user's companies."""

    editing = False  # True: only while the application, and in it `section`, is open for changes
    section = ""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.application = get_object_or_404(
            Application.objects.visible_to(request.user).select_related("company"),
            reference=kwargs["reference"],
        )
        if self.editing and not self.application.is_editable:
            if request.method == "POST":
                messages.error(request, _("This application has been sent: nothing was saved."))
            return redirect("exporters:application_detail", self.application.reference)
        self.open_targets = open_targets(self.application)
        if self.editing and self.section not in open_sections(self.open_targets):
            messages.error(request, _("The coordinator did not ask to change this section."))
            return redirect("exporters:application_detail", self.application.reference)
        try:
            return super().dispatch(request, *args, **kwargs)
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
            return redirect("exporters:application_detail", self.application.reference)


class CompanyScope(LoginRequiredMixin):
    """Finds `self.company` by its slug among the user's companies."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.company = get_object_or_404(
            Company.objects.visible_to(request.user), slug=kwargs["slug"]
        )
        self.enter()
        return super().dispatch(request, *args, **kwargs)

    def enter(self):
        """For what else a page stands on, once the company is known."""
