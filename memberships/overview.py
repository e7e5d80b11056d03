"""A membership as its company sees it: the price, what is due, what was paid, what happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch
from django.utils import timezone

from core.money import ZERO
from core.workflow import TransitionLog
from memberships.company_timeline import events
from memberships.enums import (
    GIVEN_BACK_STATUSES,
    LIVE_CLAIMS,
    OPEN_STATUSES,
    RUNNING_STATUSES,
    ClaimReason,
    ClaimStatus,
    EntryKind,
    LineResult,
    MembershipStatus,
)
from memberships.models import (
    ClaimDocument,
    ClaimTransition,
    FundEntry,
    Membership,
    PaymentLine,
    PaymentProof,
    SubsidyClaim,
)
from memberships.next_step import DUE, NextStep, Step, next_step

MAY_REPORT = frozenset({Step.PAY, Step.SHOW, Step.CHECK_PROOF})
MAY_CLAIM = frozenset({Step.CLAIM, Step.CORRECT})


@dataclass(frozen=True)
class Share:
    """A part of the fee for the stacked bar: where it starts and how long it is, in percent."""

    code: str
    amount: Decimal
    start: Decimal
    width: Decimal


@dataclass(frozen=True)
class Support:
    """Where the support of an offer is, in US dollars.

    `promised = set_aside + granted + paid + gone_back`; `recovered` is of what was paid.
    """

    promised: Decimal
    set_aside: Decimal
    granted: Decimal
    paid: Decimal
    gone_back: Decimal
    recovered: Decimal

    @property
    def kept(self) -> Decimal:
        """What the company has of it."""
        return self.paid - self.recovered


@dataclass(frozen=True)
class Reason:
    """Why something came back, as it was written for the company."""

    label: str
    text: str


@dataclass(frozen=True)
class ClaimView:
    """A claim with its papers and payments; why it came back, where it did."""

    claim: SubsidyClaim
    documents: list[ClaimDocument]
    payments: list[PaymentLine]
    reason: Reason | None


@dataclass(frozen=True)
class Overview:
    status: str
    step: NextStep
    shares: list[Share]
    support: Support
    claims: list[ClaimView]  # the last one first
    proofs: list[PaymentProof]
    returned: Reason | None  # of the last proof
    recoveries: list[FundEntry]
    years: list[Membership]  # of the company, the last one first
    renewal: Membership | None
    newer: Membership | None  # offered after this one came to nothing
    events: list[dict]
    cost_so_far: Decimal | None  # None before the fee is paid

    @property
    def came_to_nothing(self) -> bool:
        """An offer that was never paid for: its price is what it would have cost."""
        ended = self.step.code == Step.MISSED or self.status in GIVEN_BACK_STATUSES
        return ended and self.cost_so_far is None

    @property
    def may_report(self) -> bool:
        return self.step.code in MAY_REPORT

    @property
    def may_claim(self) -> bool:
        return self.step.code in MAY_CLAIM

    @property
    def open_claim(self) -> SubsidyClaim | None:
        """The claim that came back, or that is being decided."""
        last = self.claims[0].claim if self.claims else None
        return last if last and last.status in LIVE_CLAIMS else None


def overview(membership: Membership) -> Overview:
    """All that its page shows. A fixed number of queries, whatever happened."""
    claims = [_claim_view(claim) for claim in _with_papers(membership.claims)]
    years = list(membership.company.memberships.select_related("plan").order_by("-pk"))
    entries = list(membership.fund_entries.order_by("pk"))
    steps = list(membership.transitions.select_related("actor"))
    proofs = list(membership.proofs.order_by("-pk"))
    support = support_of(membership, entries)
    renewal = _renewal(membership, years)
    last_claim = claims[0].claim if claims else None
    paid = membership.paid_on is not None
    return Overview(
        status=membership.status,
        step=next_step(membership, last_claim, renewal, timezone.localdate()),
        shares=shares(membership.breakdown),
        support=support,
        claims=claims,
        proofs=proofs,
        returned=_returned(membership, steps),
        recoveries=[entry for entry in entries if entry.kind == EntryKind.RECOVER],
        years=years,
        renewal=renewal,
        newer=_newer(membership, years),
        events=events(membership, steps, [view.claim for view in claims], entries),
        cost_so_far=membership.breakdown.due - support.kept if paid else None,
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
        found.append(Share(code, amount, start, width))
        start += width
    return found


def support_of(membership: Membership, entries: Iterable[FundEntry]) -> Support:
    """Where the support of a membership is, by the `entries` of its fund."""
    of = dict.fromkeys(EntryKind.values, ZERO)
    for entry in entries:
        of[entry.kind] += entry.amount
    return Support(
        promised=membership.subsidy,
        set_aside=membership.reserved,
        granted=membership.committed,
        paid=of[EntryKind.DISBURSE],
        gone_back=of[EntryKind.RELEASE],
        recovered=of[EntryKind.RECOVER],
    )


def _with_papers(claims):
    lines = PaymentLine.objects.filter(result=LineResult.PAID).select_related("batch__rate")
    rows = claims.select_related("requested_by").order_by("-pk")
    return rows.prefetch_related(
        Prefetch("documents", ClaimDocument.objects.order_by("kind", "-pk")),
        Prefetch("payments", lines.order_by("paid_on", "pk")),
        Prefetch("transitions", ClaimTransition.objects.select_related("actor")),
    )


def _claim_view(claim: SubsidyClaim) -> ClaimView:
    came_back = claim.status in (ClaimStatus.RETURNED, ClaimStatus.REJECTED)
    return ClaimView(
        claim,
        list(claim.documents.all()),
        list(claim.payments.all()),
        _reason(list(claim.transitions.all())[-1]) if came_back else None,
    )


def _returned(membership, steps) -> Reason | None:
    asked_again = membership.status == MembershipStatus.ACCEPTED and steps
    return _reason(steps[-1]) if asked_again else None


def _reason(step: TransitionLog) -> Reason | None:
    """None where there is no code: what is written then is for the desk."""
    if step.reason_code not in ClaimReason.values:
        return None
    return Reason(str(ClaimReason(step.reason_code).label), step.reason_text)


def _renewal(membership, years) -> Membership | None:
    return next(
        (
            row
            for row in years
            if row.renews_id == membership.pk and row.status not in GIVEN_BACK_STATUSES
        ),
        None,
    )


def _newer(membership, years) -> Membership | None:
    if membership.status not in GIVEN_BACK_STATUSES:
        return None
    return next((row for row in years if row.pk > membership.pk), None)


# --- A card for each company -----------------------------------------------------------------


@dataclass(frozen=True)
class Card:
    """A membership in one look: its status, what comes next, and by when."""

    membership: Membership
    step: NextStep


def cards(memberships) -> dict[int, list[Card]]:
    """By the key of the company: those in which it has to act, and the one that counts now."""
    rows = memberships.select_related("plan", "fund").prefetch_related("claims").order_by("-pk")
    by_company: dict[int, list[Membership]] = {}
    for row in rows:
        by_company.setdefault(row.company_id, []).append(row)
    today = timezone.localdate()
    return {company: _chosen(years, today) for company, years in by_company.items()}


def _chosen(years: list[Membership], today) -> list[Card]:
    found = []
    for row in years:
        last_claim = max(row.claims.all(), key=lambda claim: claim.pk, default=None)
        found.append(Card(row, next_step(row, last_claim, _renewal(row, years), today)))
    # A renewal is decided on its own card.
    due = [card for card in found if card.step.code in DUE - {Step.RENEW}]
    current = [card for card in found if card.membership.status in _CURRENT][:1]
    return [card for card in found if card in due + current] or found[:1]


_CURRENT = (*OPEN_STATUSES, *RUNNING_STATUSES)
