"""Whether an approval letter is genuine, for anyone who has its code."""

from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache

from core import throttle
from core.logs import security_event
from exporters.enums import ApplicationStatus
from exporters.forms.verify import VerifyForm
from exporters.letter_code import clean_letter_code, grouped
from exporters.models import Application

TRIES, SECONDS = 30, 600  # from one address

# What the public reads for a status: tone and words. Other statuses have no letter.
PUBLIC_STATUS = {
    ApplicationStatus.APPROVED: ("good", _("Approved")),
    ApplicationStatus.SUSPENDED: ("waiting", _("Suspended")),
    ApplicationStatus.REVOKED: ("bad", _("No longer valid")),
}


@method_decorator(never_cache, name="dispatch")
class VerifyView(View):
    """Asks for the code."""

    template_name = "exporters/verify.html"

    def get(self, request):
        if "code" not in request.GET:
            return self.page(VerifyForm())
        form = VerifyForm(request.GET)
        if not form.is_valid():
            return self.page(form, status=422)
        return redirect("exporters:verify_code", grouped(form.cleaned_data["code"]))

    def page(self, form, status=200, **context):
        response = render(
            self.request, self.template_name, {"form": form, **context}, status=status
        )
        response["X-Robots-Tag"] = "noindex"
        return response


class VerifyCodeView(VerifyView):
    """Name, status and date of the letter with this code; nothing more, whoever asks."""

    def get(self, request, code):
        code = clean_letter_code(code)
        retry = VerifyForm(initial={"code": grouped(code)})
        if not throttle.allow(
            "verify", throttle.client_address(request), limit=TRIES, seconds=SECONDS
        ):
            return self.page(retry, status=429, problem="throttled")
        # One look-up by the unique code, whether there is such a letter or not.
        letter = (
            Application.objects.filter(letter_code=code, status__in=PUBLIC_STATUS)
            .select_related("company")
            .only("status", "decided_at", "company__legal_name")
            .first()
        )
        if letter is None:
            security_event("letter_unknown", user=request.user)
            return self.page(retry, status=404, problem="unknown")
        tone, label = PUBLIC_STATUS[letter.status]
        return self.page(VerifyForm(), letter=letter, tone=tone, label=label, code=grouped(code))
