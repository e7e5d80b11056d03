"""The way in for a company that was invited: the link of its mail, then a form that knows it."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import cache_control

from exporters.models import Lead
from exporters.services.leads import find_invitation, find_invited_lead

SESSION_KEY = "lead_invitation"


def invited_lead(request) -> Lead | None:
    """The lead whose invitation this visitor follows."""
    return find_invited_lead(request.session.get(SESSION_KEY, ""), request.user)


def known_of(lead: Lead | None) -> dict:
    """What the registration form is pre-filled with."""
    if lead is None:
        return {}
    known = {
        "legal_name": lead.company_name,
        "rfc": lead.rfc,
        "state": lead.state,
        "contact_name": lead.contact_name,
        "contact_email": lead.email,
        "phone": lead.phone,
        "language": lead.language,
    }
    return {name: value for name, value in known.items() if value}


@method_decorator(cache_control(private=True, no_store=True), name="dispatch")
class LeadInvitationView(View):
    """Who invites to what; by POST the visitor goes on, and the invitation with them.

    A link that is used, withdrawn, expired or made up gets one and the same answer.
    """

    def dispatch(self, request, token):
        response = super().dispatch(request, find_invitation(token))
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def get(self, request, invitation):
        if invitation is None:
            return render(request, "exporters/lead_invitation_closed.html", status=410)
        return render(request, "exporters/lead_invitation.html", {"invitation": invitation})

    def post(self, request, invitation):
        if invitation is None:
            return self.get(request, invitation)
        request.session[SESSION_KEY] = invitation.token
        if request.user.is_authenticated:
            return redirect("exporters:apply")
        name = "account_login" if "known" in request.POST else "account_signup"
        return redirect(reverse(name, query={"next": reverse("exporters:apply")}))
