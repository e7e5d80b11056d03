"""What comes next in a membership, in the words of its company: one step, and by when.

Pure: rows and the day in, no queries.
"""

import datetime
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from memberships.enums import RUNNING_STATUSES, ClaimStatus, MembershipStatus
from memberships.models import Membership, SubsidyClaim
from memberships.services.claims import CLAIMABLE


class Step(TextChoices):
    ACCEPT = "accept", _("Accept the offer")
    MISSED = "missed", _("The offer has expired")
    PAY = "pay", _("Pay the platform and send us the proof")
    SHOW = "show", _("Send us the platform's confirmation")  # where nothing is left to pay
    CHECK_PROOF = "check_proof", _("We check your proof of payment")
    ACTIVATE = "activate", _("Alibaba.com verifies your company")
    CLAIM = "claim", _("Ask for your support")
    CORRECT = "correct", _("Correct your claim")
    CHECK_CLAIM = "check_claim", _("We check your claim")
    PAYOUT = "payout", _("The treasury pays your support")
    RENEW = "renew", _("Decide on your renewal")
    RENEWING = "renewing", _("Your renewal goes on")
    RUNNING = "running", _("Nothing is due: the membership is active")
    ENDED = "ended", _("Nothing is due")


# The company has to act; on the others it waits or rests.
DUE = frozenset({Step.ACCEPT, Step.PAY, Step.SHOW, Step.CLAIM, Step.CORRECT, Step.RENEW})


@dataclass(frozen=True)
class NextStep:
    code: Step
    until: datetime.date | None = None  # the last day to act; of a running membership, its last
    is_late: bool = False  # that day has passed, and it may still be done

    @property
    def is_due(self) -> bool:
        return self.code in DUE


def next_step(
    membership: Membership,
    claim: SubsidyClaim | None,
    renewal: Membership | None,
    today: datetime.date,
) -> NextStep:
    """`claim` is the last one of the membership; `renewal` its renewal, unless it came to nothing."""
    return (
        _before_the_fee_is_paid(membership, today)
        or _with_its_support(membership, claim, today)
        or _with_its_year(membership, renewal, today)
    )


def _before_the_fee_is_paid(membership, today) -> NextStep | None:
    match membership.status:
        case MembershipStatus.OFFERED if membership.reply_by < today:
            return NextStep(Step.MISSED, membership.reply_by)
        case MembershipStatus.OFFERED:
            return NextStep(Step.ACCEPT, membership.reply_by)
        case MembershipStatus.ACCEPTED:
            late = membership.pay_by is not None and membership.pay_by < today
            step = Step.PAY if membership.breakdown.due else Step.SHOW
            return NextStep(step, membership.pay_by, is_late=late)
        case MembershipStatus.REPORTED:
            return NextStep(Step.CHECK_PROOF)
    return None


_OF_A_CLAIM = {
    ClaimStatus.REQUESTED: Step.CHECK_CLAIM,
    ClaimStatus.VERIFIED: Step.CHECK_CLAIM,
    ClaimStatus.APPROVED: Step.PAYOUT,
    ClaimStatus.RETURNED: Step.CORRECT,  # at any time: it was asked for in time
}


def _with_its_support(membership, claim, today) -> NextStep | None:
    if claim and claim.status in _OF_A_CLAIM:
        return NextStep(_OF_A_CLAIM[claim.status])
    if membership.status not in CLAIMABLE or not membership.reserved:
        return None
    in_time = membership.claim_by and membership.claim_by >= today
    return NextStep(Step.CLAIM, membership.claim_by) if in_time else None


def _with_its_year(membership, renewal, today) -> NextStep:
    if membership.status == MembershipStatus.PAID:
        return NextStep(Step.ACTIVATE)
    if membership.status not in RUNNING_STATUSES:
        return NextStep(Step.ENDED)
    offered = renewal and renewal.status == MembershipStatus.OFFERED
    if renewal is None or (offered and renewal.reply_by < today):
        return NextStep(Step.RUNNING, membership.ends_on)
    return NextStep(Step.RENEW, renewal.reply_by) if offered else NextStep(Step.RENEWING)
