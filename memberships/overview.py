"""A membership as its company sees it: what is due, until when, what was paid."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from memberships.enums import ClaimStatus, LineResult, MembershipStatus
from memberships.models import Membership, PaymentLine, SubsidyClaim
from memberships.services.claims import CLAIMABLE


@dataclass(frozen=True)
class Share:
    """A part of the fee for the stacked bar: where it starts and how long it is, in percent."""

    code: str
    amount: Decimal
    start: Decimal
    width: Decimal


@dataclass(frozen=True)
class Overview:
    """What the page shows; `due` is what the company pays to the platform first."""

    shares: list[Share]
    due: Decimal
    next_step: str  # accept | pay | wait | claim | correct | active | ended
    until: datetime.date | None
    claim: SubsidyClaim | None
    payments: list[PaymentLine]
    years: list[Membership]

    @property
    def may_report(self) -> bool:
        return self.next_step == "pay"

    @property
    def may_claim(self) -> bool:
        return self.next_step in ("claim", "correct")


def overview(membership: Membership) -> Overview:
    claim = membership.claims.order_by("-pk").first()
    payments = PaymentLine.objects.filter(
        claim__membership=membership, result=LineResult.PAID
    ).order_by("paid_on")
    step, until = _next_step(membership, claim)
    return Overview(
        shares=shares(membership.breakdown),
        due=membership.subsidy + membership.company_share,
        next_step=step,
        until=until,
        claim=claim,
        payments=list(payments),
        years=list(membership.company.memberships.select_related("plan").order_by("-pk")),
    )


def shares(breakdown) -> list[Share]:
    """The parts of the list fee in order; together they are 100 percent of it."""
    parts = [
        ("promotion", breakdown.promotion_discount),
        ("support", breakdown.subsidy),
        ("company", breakdown.company_share),
    ]
    found, start = [], Decimal(0)
    for code, amount in parts:
        width = amount * 100 / breakdown.list_fee if breakdown.list_fee else Decimal(0)
        found.append(Share(code, amount, start.quantize(Decimal("0.01")), width))
        start += width
    return found


def _next_step(membership, claim) -> tuple[str, datetime.date | None]:
    status = membership.status
    if status == MembershipStatus.OFFERED:
        return "accept", membership.reply_by
    if status == MembershipStatus.ACCEPTED:
        return "pay", None
    if status == MembershipStatus.REPORTED:
        return "wait", None
    if status not in CLAIMABLE:
        return "ended", None
    deadline = membership.claim_by
    if claim is not None and claim.status == ClaimStatus.RETURNED:
        return "correct", deadline
    if claim is None and membership.reserved and deadline and deadline >= timezone.localdate():
        return "claim", deadline
    return "active", membership.ends_on
