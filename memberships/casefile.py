"""A membership and a claim as the desk sees them: papers, money, steps. Writes nothing."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, DecimalField, Prefetch, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.money import ZERO
from memberships.enums import (
    ClaimDocumentKind,
    ClaimReason,
    ClaimStatus,
    EntryKind,
    MembershipStatus,
)
from memberships.models import ClaimDocument, Membership, SubsidyClaim
from memberships.models.membership import KEEPS_SUPPORT


@dataclass(frozen=True)
class Step:
    """One line of the history, the latest first."""

    title: str
    status: str
    when: datetime.datetime
    who: User | None  # None: the portal
    reason: str = ""
    text: str = ""


STEPS = {
    "accept": _("The company accepted the offer"),
    "decline": _("The company declined the offer"),
    "report": _("The company sent a proof of payment"),
    "confirm_payment": _("The payment was confirmed"),
    "return_proof": _("Another proof was asked for"),
    "activate": _("Activated"),
    "cancel": _("Cancelled"),
    "expire": _("The offer expired"),
    "offer_renewal": _("A renewal was offered"),
    "renew": _("Renewed by the next year"),
    "lapse": _("Ended without a renewal"),
    "resubmit": _("The company sent the claim again"),
    "verify": _("Verified"),
    "approve": _("Approved"),
    "settle": _("Paid in full"),
    "return": _("Returned to the company"),
    "reject": _("Rejected"),
    "void": _("Closed with its membership"),
    "close": _("Closed with its membership after a part was paid"),
}


def steps_of_membership(membership: Membership) -> list[Step]:
    offered = Step(
        _("Offered"), MembershipStatus.OFFERED, membership.offered_at, membership.offered_by
    )
    return [*_logged(membership), offered]


def steps_of_claim(claim: SubsidyClaim) -> list[Step]:
    asked = Step(
        _("The company asked for its support"),
        ClaimStatus.REQUESTED,
        claim.requested_at,
        claim.requested_by,
    )
    return [*_logged(claim), asked]


def _logged(row: Membership | SubsidyClaim) -> list[Step]:
    reasons = dict(ClaimReason.choices)
    return [
        Step(
            STEPS[log.transition],
            log.to_status,
            log.created_at,
            log.actor,
            reasons.get(log.reason_code, ""),
            log.reason_text,
        )
        for log in row.transitions.select_related("actor").order_by("-pk")
    ]


@dataclass(frozen=True)
class Paper:
    """A document that a fund asks for, or that came all the same; the versions it replaced."""

    kind: ClaimDocumentKind
    required: bool
    current: ClaimDocument | None
    earlier: list[ClaimDocument]


def papers(claim: SubsidyClaim) -> list[Paper]:
    """Each kind once: first what the fund asks for, in its order."""
    found: dict[str, list[ClaimDocument]] = {}
    for document in claim.documents.order_by("-pk").select_related("uploaded_by"):
        found.setdefault(document.kind, []).append(document)
    required = claim.membership.fund.required_documents
    kinds = [*required, *(kind for kind in found if kind not in required)]
    return [
        Paper(
            kind=ClaimDocumentKind(kind),
            required=kind in required,
            current=next(iter(found.get(kind, [])), None),
            earlier=found.get(kind, [])[1:],
        )
        for kind in kinds
    ]


@dataclass(frozen=True)
class Deadline:
    """Whether a claim was asked for in time."""

    last_day: datetime.date | None
    asked_on: datetime.date

    @property
    def is_late(self) -> bool:
        return self.last_day is not None and self.asked_on > self.last_day


def deadline(claim: SubsidyClaim) -> Deadline:
    return Deadline(claim.membership.claim_by, timezone.localdate(claim.requested_at))


def support_of(membership: Membership) -> list[Membership]:
    """All memberships of the same RFC with their claims, the latest first.

    Each has `counts`: whether its support counts against another; each claim `recovered`.
    """
    recovered = Coalesce(
        Sum("fund_entries__amount", filter=Q(fund_entries__kind=EntryKind.RECOVER)),
        Value(ZERO),
        output_field=DecimalField(),
    )
    claims = SubsidyClaim.objects.annotate(recovered=recovered).order_by("-pk")
    return list(
        Membership.objects.filter(company=membership.company_id)
        .select_related("plan", "fund")
        .annotate(counts=Case(When(KEEPS_SUPPORT, then=Value(True)), default=Value(False)))
        .prefetch_related(Prefetch("claims", claims))
        .order_by("-pk")
    )


def other_support(rows: list[Membership], membership: Membership) -> Decimal:
    """What other memberships of the company keep of public money."""
    others = [row for row in rows if row.counts and row.pk != membership.pk]
    return sum((row.reserved + row.committed + row.paid_out for row in others), ZERO)
