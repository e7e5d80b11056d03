"""What happened to a membership, in the words of its company; staff appear by their role."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.portal import status_tone, usd
from memberships.enums import ClaimReason, EntryKind
from memberships.models import FundEntry, Membership, MembershipTransition, SubsidyClaim

MEMBERSHIP_STEPS = {
    "accept": gettext_lazy("You accepted the offer"),
    "decline": gettext_lazy("You declined the offer"),
    "report": gettext_lazy("You sent your proof of payment"),
    "confirm_payment": gettext_lazy("We confirmed your payment"),
    "return_proof": gettext_lazy("We asked you for another proof of payment"),
    "activate": gettext_lazy("Your membership became active"),
    "cancel": gettext_lazy("The membership was cancelled"),
    "expire": gettext_lazy("The offer expired"),
    "offer_renewal": gettext_lazy("We offered you another year"),
    "renew": gettext_lazy("Another year followed"),
    "lapse": gettext_lazy("The membership ended"),
}
CLAIM_STEPS = {
    "resubmit": gettext_lazy("You sent your claim again"),
    "verify": gettext_lazy("We verified your claim"),
    "approve": gettext_lazy("We approved your claim"),
    "settle": gettext_lazy("Your claim is paid in full"),
    "return": gettext_lazy("We returned your claim to be corrected"),
    "reject": gettext_lazy("We did not approve your claim"),
    "void": gettext_lazy("Your claim was closed with the membership"),
    "close": gettext_lazy("The rest of your claim was closed with the membership"),
}
_BY_TEAM = {"accept", "decline", "report", "resubmit"}
# What is written on other steps is for the desk alone.
_EXPLAINED = {"return_proof", "return", "reject"}


def events(
    membership: Membership,
    steps: Iterable[MembershipTransition],
    claims: Iterable[SubsidyClaim],
    entries: Iterable[FundEntry],
) -> list[dict]:
    """For components/timeline.html, newest first. The claims' transitions are prefetched."""
    found = [_offer(membership)]
    found += [_step(row, MEMBERSHIP_STEPS) for row in steps]
    for claim in claims:
        found.append(_asked(claim))
        found += [_step(row, CLAIM_STEPS) for row in claim.transitions.all()]
    found += _money(entries)
    return sorted(found, key=lambda event: event["when"], reverse=True)


def _event(title, when, *, who="", text="", tone="neutral") -> dict:
    return {"title": title, "when": when, "who": who or _("Programme"), "text": text, "tone": tone}


def _offer(membership) -> dict:
    title = _("We offered you another year") if membership.renews_id else _("We made you an offer")
    return _event(title, membership.offered_at, tone="good")


def _step(row, titles) -> dict:
    return _event(
        titles[row.transition],
        row.created_at,
        who=str(row.actor) if row.transition in _BY_TEAM else "",
        text=_reason(row) if row.transition in _EXPLAINED else "",
        tone=status_tone(row.to_status),
    )


def _reason(row) -> str:
    label = dict(ClaimReason.choices).get(row.reason_code, "")
    return "\n".join(str(text) for text in (label, row.reason_text) if text)


def _asked(claim: SubsidyClaim) -> dict:
    title = _("You asked for your support: %(claim)s") % {"claim": claim.reference}
    return _event(title, claim.requested_at, who=str(claim.requested_by), tone="active")


def _money(entries) -> Iterator[dict]:
    """What moved by the ledger: reasons of recoveries are written for the company."""
    for entry in entries:
        amount = {"amount": usd(entry.amount)}
        match entry.kind:
            case EntryKind.DISBURSE:
                title = _("The treasury paid you %(amount)s") % amount
                yield _event(title, entry.created_at, tone="good")
            case EntryKind.RELEASE:
                title = _("%(amount)s of support went back to the fund") % amount
                yield _event(title, entry.created_at)
            case EntryKind.RECOVER:
                title = _("You paid %(amount)s of support back") % amount
                yield _event(title, entry.created_at, text=entry.reason, tone="bad")
