from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from exporters.completeness import SECTIONS
from exporters.forms import RegistrationForm
from exporters.models import Company
from exporters.services.applications import start_application
from exporters.services.companies import RfcTaken, register_company
from exporters.views.lead_invitation import SESSION_KEY, invited_lead, known_of


class ApplyView(View):
    """The one call to apply, whoever follows it.

    Without an account: what it takes. Without a company: its data. Else: the application.
    """

    def get(self, request):
        if not request.user.is_authenticated:
            return render(request, "exporters/apply_welcome.html", {"sections": SECTIONS})
        companies = list(Company.objects.visible_to(request.user)[:2])
        if "new" in request.GET or not companies:
            return self._form(request, RegistrationForm(initial=self._initial(request)))
        if len(companies) > 1:
            return redirect("exporters:dashboard")
        application = companies[0].applications.live().first()
        if application:
            return redirect("exporters:application_detail", application.reference)
        return redirect("exporters:dashboard")

    def post(self, request):
        if not request.user.is_authenticated:
            return redirect("account_signup")
        form = RegistrationForm(request.POST)
        if not form.is_valid():
            return self._form(request, form, status=422)
        try:
            company = register_company(
                form.save(commit=False),
                owner=request.user,
                invitation=request.session.get(SESSION_KEY, ""),
            )
        except RfcTaken:
            form.add_error("rfc", _("This RFC is already registered."))
            return self._form(request, form, status=422)
        request.session.pop(SESSION_KEY, None)
        application = start_application(company, actor=request.user)
        messages.success(
            request,
            _("Saved. Your application is %(reference)s: you can stop and go on at any time.")
            % {"reference": application.reference},
        )
        return redirect("exporters:section_experience", application.reference)

    @staticmethod
    def _initial(request):
        return {
            "contact_name": request.user.full_name,
            "contact_email": request.user.email,
            "language": get_language(),
            **known_of(invited_lead(request)),
        }

    @staticmethod
    def _form(request, form, status=200):
        return render(request, "exporters/apply_company.html", {"form": form}, status=status)


class ApplicationStartView(LoginRequiredMixin, View):
    """Start anew for a company whose last application has ended."""

    def post(self, request, slug):
        company = get_object_or_404(Company.objects.visible_to(request.user), slug=slug)
        application = start_application(company, actor=request.user)
        return redirect("exporters:application_detail", application.reference)
