from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from core import throttle
from exporters.completeness import SECTIONS
from exporters.forms import RegistrationForm
from exporters.forms.team import AccessRequestForm
from exporters.models import Company
from exporters.services.applications import start_application
from exporters.services.companies import RfcTaken, register_company
from exporters.services.team import request_access
from exporters.views import eligibility, kept, versions
from exporters.views.lead_invitation import SESSION_KEY, invited_lead, known_of

ACCESS_REQUESTS_PER_DAY = 3
STARTS_PER_DAY = 5


class ApplyView(kept.KeepsText, View):
    """The one call to apply, whoever follows it.

    Without an account: what it takes. Without a company: its data. Else: the application.
    """

    form_class = RegistrationForm

    def get(self, request):
        if not request.user.is_authenticated:
            return render(request, "exporters/apply_welcome.html", {"sections": SECTIONS})
        if typed := kept.kept_text(request):
            return self._form(request, RegistrationForm(initial=typed.data), is_kept=True)
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
            if "version" in request.POST:  # opened by someone who was signed in
                return self.session_ended(request)
            return redirect("account_signup")
        if "discard" in request.POST:
            kept.forget(request)
            return redirect("exporters:apply")
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
            form.add_error("rfc", ValidationError(_("This RFC is already registered."), "unique"))
            return self._form(request, form, status=422)
        request.session.pop(SESSION_KEY, None)
        application = start_application(
            company, actor=request.user, export_level=eligibility.export_level(request)
        )
        eligibility.forget_answers(request)
        kept.forget(request)
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
            **eligibility.company_facts(request),
            **known_of(invited_lead(request)),
        }

    @staticmethod
    def _form(request, form, *, is_kept=False, status=200):
        context = {
            "form": form,
            "rfc_is_taken": form.has_error("rfc", "unique"),
            "version": versions.opened(request.user, {}),
            "is_kept": is_kept,
        }
        return render(request, "exporters/apply_company.html", context, status=status)


class AccessRequestView(LoginRequiredMixin, View):
    """“Ask its owners for access”, for whoever finds the own company's RFC registered.

    The answer is the same whether or not there is such a company.
    """

    http_method_names = ("post", "options")

    def post(self, request):
        form = AccessRequestForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Write the RFC of your company first."))
            return redirect("exporters:apply")
        rfc, who = form.cleaned_data["rfc"], str(request.user.pk)
        if Company.objects.visible_to(request.user).filter(rfc=rfc).exists():
            messages.info(request, _("You are in the team of this company already."))
            return redirect("exporters:dashboard")
        if not throttle.allow("access-request", who, limit=ACCESS_REQUESTS_PER_DAY, seconds=86400):
            messages.error(request, _("That is enough for today. Ask again tomorrow."))
            return redirect("exporters:dashboard")
        request_access(rfc, user=request.user)
        messages.success(
            request,
            _("We wrote to the owners. If they know you, they send you an invitation to %(email)s.")
            % {"email": request.user.email},
        )
        return redirect("exporters:dashboard")


class ApplicationStartView(LoginRequiredMixin, View):
    """Start anew for a company whose last application has ended."""

    def post(self, request, slug):
        company = get_object_or_404(Company.objects.visible_to(request.user), slug=slug)
        # Sending and withdrawing in turns would mail every coordinator each time.
        if not company.applications.live().exists() and not throttle.allow(
            "application-start", str(company.pk), limit=STARTS_PER_DAY, seconds=86400
        ):
            messages.error(request, _("That is enough for today. Start again tomorrow."))
            return redirect("exporters:dashboard")
        application = start_application(company, actor=request.user)
        return redirect("exporters:application_detail", application.reference)
