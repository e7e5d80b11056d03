"""Buyers who wait for the opening: their links of confirmation and farewell."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from pavilion.models import WaitingBuyer
from pavilion.services import buyers


class BuyerConfirmView(View):
    """The link of the confirmation mail; confirms by POST."""

    def get(self, request, token):
        buyer = get_object_or_404(WaitingBuyer, token=token)
        return render(request, "pavilion/buyer_confirm.html", {"buyer": buyer})

    def post(self, request, token):
        buyers.confirm_buyer(get_object_or_404(WaitingBuyer, token=token))
        messages.success(request, _("Confirmed. You will hear from us when the pavilion opens."))
        return redirect("pavilion:showcase")


class BuyerForgetView(View):
    """Takes an address off the list, at its owner's request."""

    def get(self, request, token):
        buyer = get_object_or_404(WaitingBuyer, token=token)
        return render(request, "pavilion/buyer_forget.html", {"buyer": buyer})

    def post(self, request, token):
        buyers.forget_buyer(get_object_or_404(WaitingBuyer, token=token))
        messages.success(request, _("Your address has been deleted."))
        return redirect("pavilion:showcase")
