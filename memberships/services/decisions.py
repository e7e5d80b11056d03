"""Deciding on claims: whoever verifies one does not approve it."""

import uuid
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.money import ZERO
from core.workflow import TransitionNotAllowed
from exporters.access import is_independent
from exporters.models import TeamMember
from memberships import ledger, notifications
from memberships.enums import LIVE_CLAIMS, ClaimStatus, LineResult
from memberships.models import Membership, SubsidyClaim
from memberships.services.claims import lock_claim
from memberships.workflow import CLAIM


@transaction.atomic
def verify_claim(claim: SubsidyClaim, *, actor, seen: uuid.UUID | None = None) -> SubsidyClaim:
    """Confirm that the documents are right and that no other support pays for the same.

    With `seen`, the key under which the claim that was looked at was sent, refuses
    (TransitionNotAllowed) when the company has sent it again since.
    """
    locked = lock_claim(claim)
    _require_seen(locked, seen)
    _require(locked, "verify", actor)
    return CLAIM.move(locked, "verify", actor=actor, verified_by=actor)


@transaction.atomic
def approve_claim(
    claim: SubsidyClaim, *, amount: Decimal, actor, seen: uuid.UUID | None = None
) -> SubsidyClaim:
    """Grant `amount`, at most what was asked for, as another person than who verified.

    `seen` as for `verify_claim`.
    """
    locked = lock_claim(claim)
    _require_seen(locked, seen)
    _require(locked, "approve", actor)
    if not ZERO < amount <= locked.amount:
        raise TransitionNotAllowed(_("Approve at most what was asked for."))
    moved = CLAIM.move(locked, "approve", actor=actor, approved_by=actor, approved_amount=amount)
    try:
        ledger.commit(moved, amount, actor=actor)
    except ledger.FundExhausted as error:
        raise TransitionNotAllowed(_("Less than this is reserved for the company.")) from error
    notifications.claim_approved(moved)
    return moved


@transaction.atomic
def return_claim(claim: SubsidyClaim, *, actor, reason_code: str, reason_text: str) -> SubsidyClaim:
    """Give a claim back to be corrected; what was granted is reserved again."""
    locked = lock_claim(claim)
    _require(locked, "return", actor)
    moved = _take_back(
        locked, "return", actor=actor, reason_code=reason_code, reason_text=reason_text
    )
    notifications.claim_returned(moved, reason_code, reason_text)
    return moved


@transaction.atomic
def reject_claim(claim: SubsidyClaim, *, actor, reason_code: str, reason_text: str) -> SubsidyClaim:
    """Refuse a claim of which nothing was paid; its support goes back to the fund."""
    locked = lock_claim(claim)
    _require(locked, "reject", actor)
    moved = _take_back(
        locked, "reject", actor=actor, reason_code=reason_code, reason_text=reason_text
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
        # Locked first: a batch locks it too, so that what is sent at this moment is seen.
        locked = lock_claim(claim)
        if is_with_treasury(locked):
            continue
        if locked.paid_amount:
            _close(locked, actor=actor, reason=reason)
        else:
            _take_back(locked, "void", actor=actor, reason_text=reason)
    ledger.release(membership, actor=actor, reason=reason)


def _close(locked: SubsidyClaim, *, actor, reason: str) -> None:
    """Leave it at what was paid; the rest is reserved again."""
    rest = locked.approved_amount - locked.paid_amount
    moved = CLAIM.move(
        locked, "close", actor=actor, reason_text=reason, approved_amount=locked.paid_amount
    )
    ledger.revert(moved, rest, actor=actor, reason=moved.reference)


def is_with_treasury(claim: SubsidyClaim) -> bool:
    return claim.payments.filter(result=LineResult.SENT).exists()


def _take_back(locked, name, *, actor, reason_text, reason_code="") -> SubsidyClaim:
    _raise(_why_not_taken_back(locked))
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


# --- Four eyes: the services refuse by these, and pages say by these why a button is missing ----


def why_not_independent(membership: Membership, actor) -> str:
    """Why `actor` may not decide on this membership, for people; empty where nothing forbids it.

    Nobody decides on the money of a company for which they act.
    """
    if is_independent(actor, membership.application):
        return ""
    return _("You are in this company's team. Someone else has to decide on its support.")


def why_not(claim: SubsidyClaim, name: str, actor) -> str:
    """Why `actor` may not take the step `name` with this claim, whatever its status and theirs."""
    if name == "approve" and claim.verified_by_id == actor.pk:
        return _("You verified this claim. Someone else has to approve it.")
    if name in ("return", "reject") and (why := _why_not_taken_back(claim)):
        return why
    return why_not_independent(claim.membership, actor)


def independent_of(user, company: str = "company") -> Q:
    """`why_not_independent` as a condition on rows that lead to their company by `company`."""
    return ~Q(**{f"{company}__in": TeamMember.objects.filter(user=user).values("company")})


def require_independent(membership: Membership, actor) -> None:
    _raise(why_not_independent(membership, actor))


def _require(claim: SubsidyClaim, name: str, actor) -> None:
    _raise(why_not(claim, name, actor))


def _require_seen(claim: SubsidyClaim, seen: uuid.UUID | None) -> None:
    if seen is not None and seen != claim.idempotency_key:
        _raise(_("The company sent this claim again since you opened it. Look at it once more."))


def _why_not_taken_back(claim: SubsidyClaim) -> str:
    if claim.paid_amount or is_with_treasury(claim):
        return _("This claim is being paid, or was paid in part.")
    return ""


def _raise(why: str) -> None:
    if why:
        raise TransitionNotAllowed(why)


def open_claims():
    """What waits for someone of the agency."""
    return SubsidyClaim.objects.filter(
        status__in=(ClaimStatus.REQUESTED, ClaimStatus.VERIFIED, ClaimStatus.APPROVED)
    )
