"""Deciding on claims: whoever verifies one does not approve it."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core.money import ZERO
from core.workflow import TransitionNotAllowed
from exporters.access import is_independent
from memberships import ledger, notifications
from memberships.enums import LIVE_CLAIMS, ClaimStatus, LineResult
from memberships.models import Membership, SubsidyClaim
from memberships.services.claims import lock_claim
from memberships.workflow import CLAIM


@transaction.atomic
def verify_claim(claim: SubsidyClaim, *, actor) -> SubsidyClaim:
    """Confirm that the documents are right and that no other support pays for the same."""
    moved = CLAIM.move(lock_claim(claim), "verify", actor=actor, verified_by=actor)
    require_independent(moved.membership, actor)
    return moved


@transaction.atomic
def approve_claim(claim: SubsidyClaim, *, amount: Decimal, actor) -> SubsidyClaim:
    """Grant `amount`, at most what was asked for, as another person than who verified."""
    locked = lock_claim(claim)
    if not ZERO < amount <= locked.amount:
        raise TransitionNotAllowed(_("Approve at most what was asked for."))
    if locked.verified_by_id == actor.pk:
        raise TransitionNotAllowed(_("You verified this claim. Someone else has to approve it."))
    moved = CLAIM.move(locked, "approve", actor=actor, approved_by=actor, approved_amount=amount)
    require_independent(moved.membership, actor)
    try:
        ledger.commit(moved, amount, actor=actor)
    except ledger.FundExhausted as error:
        raise TransitionNotAllowed(_("Less than this is reserved for the company.")) from error
    notifications.claim_approved(moved)
    return moved


@transaction.atomic
def return_claim(claim: SubsidyClaim, *, actor, reason_code: str, reason_text: str) -> SubsidyClaim:
    """Give a claim back to be corrected; what was granted is reserved again."""
    require_independent(claim.membership, actor)
    moved = _take_back(
        claim, "return", actor=actor, reason_code=reason_code, reason_text=reason_text
    )
    notifications.claim_returned(moved, reason_code, reason_text)
    return moved


@transaction.atomic
def reject_claim(claim: SubsidyClaim, *, actor, reason_code: str, reason_text: str) -> SubsidyClaim:
    """Refuse a claim of which nothing was paid; its support goes back to the fund."""
    require_independent(claim.membership, actor)
    moved = _take_back(
        claim, "reject", actor=actor, reason_code=reason_code, reason_text=reason_text
    )
    ledger.release(moved.membership, actor=actor, reason=moved.reference)
    notifications.claim_rejected(moved, reason_code, reason_text)
    return moved


def void_claims(membership: Membership, *, actor, reason: str) -> None:
    """Close the open claims of a cancelled membership and give its support back to the fund.

    One that is with the treasury stays until its answer is entered, which calls this again.
    What was paid is to be recovered.
    """
    for claim in membership.claims.filter(status__in=LIVE_CLAIMS):
        if is_with_treasury(claim):
            continue
        if claim.paid_amount:
            _close(claim, actor=actor, reason=reason)
        else:
            _take_back(claim, "void", actor=actor, reason_text=reason)
    ledger.release(membership, actor=actor, reason=reason)


def _close(claim: SubsidyClaim, *, actor, reason: str) -> None:
    """Leave it at what was paid; the rest is reserved again."""
    locked = lock_claim(claim)
    rest = locked.approved_amount - locked.paid_amount
    moved = CLAIM.move(
        locked, "close", actor=actor, reason_text=reason, approved_amount=locked.paid_amount
    )
    ledger.revert(moved, rest, actor=actor, reason=moved.reference)


def is_with_treasury(claim: SubsidyClaim) -> bool:
    return claim.payments.filter(result=LineResult.SENT).exists()


def _take_back(claim, name, *, actor, reason_text, reason_code="") -> SubsidyClaim:
    locked = lock_claim(claim)
    if locked.paid_amount or is_with_treasury(locked):
        raise TransitionNotAllowed(_("This claim is being paid, or was paid in part."))
    granted = locked.approved_amount
    moved = CLAIM.move(
        locked,
        name,
        actor=actor,
        reason_code=reason_code,
        reason_text=reason_text,
        approved_amount=ZERO,
        approved_by=None,
        verified_by=None,
    )
    if granted:
        ledger.revert(moved, granted, actor=actor, reason=moved.reference)
    return moved


def require_independent(membership: Membership, actor) -> None:
    """Nobody decides on the money of a company for which they act."""
    if not is_independent(actor, membership.application):
        raise TransitionNotAllowed(
            _("You are in this company's team. Someone else has to decide on its support.")
        )


def open_claims():
    """What waits for someone of the agency."""
    return SubsidyClaim.objects.filter(
        status__in=(ClaimStatus.REQUESTED, ClaimStatus.VERIFIED, ClaimStatus.APPROVED)
    )
