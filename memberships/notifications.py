"""E-mail of this app: one function an event, queued inside the caller's transaction."""

from django.urls import reverse
from django.utils import translation

from core import mail
from exporters import notifications as exporters
from memberships.enums import ClaimReason
from memberships.models import Membership, PaymentLine, SubsidyClaim
from memberships.models.membership import PAY_DAYS


def membership_offered(membership: Membership) -> None:
    """The approval with its price, the one mail that an approved company gets; or a renewal."""
    offered, renewal = "memberships/mail/membership_offered", "memberships/mail/renewal_offered"
    event = renewal if membership.renews_id else offered
    _to_company(event, membership, pay_days=PAY_DAYS)


def offer_expired(membership: Membership) -> None:
    """Leads to the application, where the company may write for a new offer."""
    url = exporters.application_url(membership.application, membership.company.language)
    _to_company("memberships/mail/offer_expired", membership, url=url)


def proof_returned(membership: Membership, reason_code: str, text: str) -> None:
    _to_company(
        "memberships/mail/proof_returned", membership, **_reason(membership, reason_code, text)
    )


def payment_confirmed(membership: Membership) -> None:
    _to_company("memberships/mail/payment_confirmed", membership)


def membership_active(membership: Membership) -> None:
    _to_company("memberships/mail/membership_active", membership)


def claim_approved(claim: SubsidyClaim) -> None:
    _to_company("memberships/mail/claim_approved", claim.membership, claim=claim)


def claim_returned(claim: SubsidyClaim, reason_code: str, text: str) -> None:
    reason = _reason(claim.membership, reason_code, text)
    _to_company("memberships/mail/claim_returned", claim.membership, claim=claim, **reason)


def claim_rejected(claim: SubsidyClaim, reason_code: str, text: str) -> None:
    reason = _reason(claim.membership, reason_code, text)
    _to_company("memberships/mail/claim_rejected", claim.membership, claim=claim, **reason)


def support_paid(claim: SubsidyClaim, line: PaymentLine) -> None:
    _to_company("memberships/mail/support_paid", claim.membership, claim=claim, line=line)


_ENDS = {
    "offer": "memberships/mail/offer_ends",
    "payment": "memberships/mail/payment_ends",
    "claim": "memberships/mail/claim_ends",
    "membership": "memberships/mail/membership_ends",
}


def ends_soon(membership: Membership, what: str, last_day, days_left: int) -> None:
    """Of an offer to accept, its payment, a claim to make, or a membership: `what` names it."""
    _to_company(_ENDS[what], membership, last_day=last_day, days_left=days_left)


def _to_company(event: str, membership: Membership, *, url: str = "", **context) -> None:
    """Leads to the page of the membership unless `url` says otherwise."""
    exporters.to_team(
        event,
        membership.application,
        url=url or membership_url(membership, membership.company.language),
        membership=membership,
        breakdown=membership.breakdown,
        **context,
    )


def membership_url(membership: Membership, language: str) -> str:
    with translation.override(language):
        return mail.absolute(reverse("memberships:membership", args=[membership.pk]))


def _reason(membership: Membership, code: str, text: str) -> dict:
    with translation.override(membership.company.language):
        return {"reason": str(ClaimReason(code).label), "explanation": text}
