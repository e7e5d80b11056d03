"""The self-check before an account; its answers stay in the session, for the application."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core import throttle
from exporters.eligibility import findings, verdict
from exporters.forms.eligibility import EligibilityForm

CHECKS_PER_HOUR = 60  # from one address
_KEPT = "eligibility"
_COMPANY_FIELDS = ("sector", "employees", "annual_sales_mxn", "state")


class EligibilityView(View):
    """Five questions and, once answered, what they mean; the answers can be changed."""

    def get(self, request):
        kept = request.session.get(_KEPT)
        if not kept:
            return self.page(EligibilityForm())
        form = EligibilityForm(kept)
        if not form.is_valid():  # a category that is gone since
            del request.session[_KEPT]
            return self.page(EligibilityForm(initial=kept))
        found = findings(form.answers)
        # Shown to be changed, so without the marks of a form that was sent.
        return self.page(EligibilityForm(initial=kept), findings=found, verdict=verdict(found))

    def post(self, request):
        form = EligibilityForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        who = throttle.client_address(request)
        if not throttle.allow("eligibility", who, limit=CHECKS_PER_HOUR, seconds=3600):
            form.add_error(None, _("Too many tries from here. Please try again in an hour."))
            return self.page(form, status=429)
        request.session[_KEPT] = {name: str(value) for name, value in form.cleaned_data.items()}
        return redirect("exporters:eligibility")

    def page(self, form, status=200, **result):
        return render(
            self.request, "exporters/eligibility.html", {"form": form, **result}, status=status
        )


def company_facts(request) -> dict:
    """What the self-check knows of the company, to begin the application with."""
    kept = request.session.get(_KEPT, {})
    return {name: kept[name] for name in _COMPANY_FIELDS if kept.get(name)}


def export_level(request) -> str:
    return request.session.get(_KEPT, {}).get("export_level", "")


def forget_answers(request) -> None:
    """The application has them now; a second company starts without them."""
    request.session.pop(_KEPT, None)
