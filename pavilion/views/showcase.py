from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from core import throttle
from pavilion import catalogue, facet_panel, search
from pavilion.access import may_see
from pavilion.forms import WaitingBuyerForm
from pavilion.page_cache import offer_to_everyone
from pavilion.services import buyers
from pavilion.state import current_pavilion
from pavilion.views.results import read_address, results
from pavilion.views.waiting import waiting_page

TRIES_PER_HOUR = 10
MAILS_PER_HOUR = 3  # to one address


class ShowcaseView(View):
    """The pavilion: below its threshold the meter, after the launch every vendor's products."""

    def get(self, request):
        return self.page(request, WaitingBuyerForm())

    def post(self, request):
        """“Tell me when it opens”; the same answer whether the address is known or not."""
        form = WaitingBuyerForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        who = throttle.client_address(request)
        email = form.cleaned_data["email"].lower()
        if not (
            throttle.allow("waiting-buyer", who, limit=TRIES_PER_HOUR, seconds=3600)
            and throttle.allow("waiting-buyer-mail", email, limit=MAILS_PER_HOUR, seconds=3600)
        ):
            form.add_error(None, _("Too many tries from here. Please try again in an hour."))
            return self.page(request, form, status=429)
        buyers.wait_for_opening(
            form.cleaned_data["email"],
            language=get_language(),
            interest=form.cleaned_data["interest"],
        )
        messages.success(
            request, _("Thank you. We sent you an e-mail: follow its link to confirm.")
        )
        return redirect("pavilion:showcase")

    def page(self, request, form, status=200):
        pavilion = current_pavilion()
        if not may_see(request.user, pavilion) or not (
            pavilion.is_open or "preview" in request.GET
        ):
            return waiting_page(request, pavilion, form, status=status)
        address = read_address(request, is_open=pavilion.is_open)
        if address.is_plain:
            response = self.front(request, pavilion, address, status)
        else:
            context = {"preview": not pavilion.is_open} | results(address)
            response = render(request, "pavilion/results.html", context, status=status)
        return offer_to_everyone(request, response)

    @staticmethod
    def front(request, pavilion, address, status):
        counts = search.counts_of_family(None)
        context = {
            "pavilion": pavilion,
            "preview": not pavilion.is_open,
            "meter": catalogue.meter(),
            "groups": catalogue.groups(get_language()),
            "address": address,
            "facets": facet_panel.facets(address, counts, [], fixed="category"),
            "total_text": facet_panel.count_text(counts.total, is_least=counts.is_capped),
        }
        return render(request, "pavilion/showcase.html", context, status=status)
