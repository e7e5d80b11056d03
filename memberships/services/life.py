"""The life of a membership after its offer, until it is renewed or ends."""

import contextlib
import datetime
import logging
import uuid
from collections.abc import Callable, Iterable

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.uploads import CleanUpload, private_storage, stored
from core.workflow import SYSTEM, TransitionNotAllowed
from exporters.enums import ApplicationStatus
from memberships import ledger, notifications
from memberships.enums import RUNNING_STATUSES, MembershipStatus
from memberships.models import Membership, PaymentProof
from memberships.models.membership import PAY_DAYS
from memberships.services.decisions import require_independent, void_claims
from memberships.services.offers import offer_membership
from memberships.workflow import MEMBERSHIP

logger = logging.getLogger(__name__)

RENEWAL_NOTICE = datetime.timedelta(days=60)  # a renewal is offered so long before the end
PROOF_DAYS = datetime.timedelta(days=10)  # at least, to send another proof


@transaction.atomic
def accept_offer(membership: Membership, *, actor) -> Membership:
    """Accept the price as it was offered, until its last day."""
    locked = MEMBERSHIP.lock(membership)
    today = timezone.localdate()
    if locked.status == MembershipStatus.OFFERED and locked.reply_by < today:
        raise TransitionNotAllowed(_("This offer has expired. Write to us for a new one."))
    return MEMBERSHIP.move(
        locked,
        "accept",
        actor=actor,
        accepted_at=timezone.now(),
        accepted_by=actor,
        pay_by=today + datetime.timedelta(days=PAY_DAYS),
    )


@transaction.atomic
def decline_offer(membership: Membership, *, actor) -> Membership:
    """Decline an offer; its support goes back to the fund."""
    moved = MEMBERSHIP.move(membership, "decline", actor=actor)
    ledger.release(moved, actor=actor, reason=moved.application.reference)
    return moved


@transaction.atomic
def cancel_membership(membership: Membership, *, actor, reason: str) -> Membership:
    """End a membership before its time; what was not paid of its support goes back to the fund."""
    require_independent(membership, actor)
    moved = MEMBERSHIP.move(membership, "cancel", actor=actor, reason_text=reason)
    void_claims(moved, actor=actor, reason=reason)
    return moved


def report_payment(
    membership: Membership,
    upload: CleanUpload,
    *,
    paid_on: datetime.date,
    actor,
    key: uuid.UUID,
) -> PaymentProof:
    """Store the proof that the fee was paid. A retry with the same key finds the first result."""
    folder = f"memberships/{membership.pk}"
    with contextlib.ExitStack() as files, transaction.atomic():
        locked = MEMBERSHIP.lock(membership)
        earlier = PaymentProof.objects.filter(idempotency_key=key).first()
        if earlier and _is_same(earlier, locked, upload, paid_on):
            return earlier
        if not locked.priced_on <= paid_on <= timezone.localdate():
            raise TransitionNotAllowed(
                _("The day of the payment lies between the offer and today.")
            )
        MEMBERSHIP.move(locked, "report", actor=actor)
        return PaymentProof.objects.create(
            membership=locked,
            paid_on=paid_on,
            file=files.enter_context(stored(upload, private_storage(), folder)),
            original_name=upload.original_name,
            content_type=upload.content_type,
            size=upload.size,
            sha256=upload.sha256,
            uploaded_by=actor,
            # Another paper from a page that was still open is another proof.
            idempotency_key=uuid.uuid4() if earlier else key,
        )


def _is_same(proof: PaymentProof, membership: Membership, upload, paid_on) -> bool:
    """Whether this proof was sent; not once it came back, since then it was answered."""
    if membership.status == MembershipStatus.ACCEPTED:
        return False
    facts = (proof.membership_id, proof.sha256, proof.paid_on)
    return facts == (membership.pk, upload.sha256, paid_on)


@transaction.atomic
def confirm_payment(membership: Membership, *, actor, seen: uuid.UUID | None = None) -> Membership:
    """Confirm that the fee was paid on the day that the last proof says.

    With `seen`, the public id of the proof that was looked at, refuses (TransitionNotAllowed)
    when the company has sent another one since.
    """
    locked = MEMBERSHIP.lock(membership)
    require_independent(locked, actor)
    proof = last_proof(locked)
    if proof is None:
        raise TransitionNotAllowed(_("There is no proof of payment."))
    if seen is not None and seen != proof.public_id:
        raise TransitionNotAllowed(
            _("The company sent another proof since you opened this page. Look at it first.")
        )
    moved = MEMBERSHIP.move(locked, "confirm_payment", actor=actor, paid_on=proof.paid_on)
    notifications.payment_confirmed(moved)
    return moved


def last_proof(membership: Membership) -> PaymentProof | None:
    """The proof that counts: it says on which day the fee was paid."""
    return membership.proofs.order_by("-pk").first()


@transaction.atomic
def return_proof(
    membership: Membership, *, actor, reason_code: str, reason_text: str
) -> Membership:
    """Ask for another proof, and leave time to send it."""
    locked = MEMBERSHIP.lock(membership)
    require_independent(locked, actor)
    soonest = timezone.localdate() + PROOF_DAYS
    moved = MEMBERSHIP.move(
        locked,
        "return_proof",
        actor=actor,
        reason_code=reason_code,
        reason_text=reason_text,
        pay_by=max(locked.pay_by or soonest, soonest),
    )
    notifications.proof_returned(moved, reason_code, reason_text)
    return moved


@transaction.atomic
def activate_membership(
    membership: Membership,
    *,
    actor,
    member_id: str,
    storefront_url: str,
    verified_on: datetime.date,
    starts_on: datetime.date,
) -> Membership:
    """Enter that the platform opened the membership, for a year from `starts_on`.

    A renewal begins after the year before; where that is still running, it is renewed by this.
    """
    locked = MEMBERSHIP.lock(membership)
    require_independent(locked, actor)
    before = locked.renews
    if before and starts_on <= before.ends_on:
        raise TransitionNotAllowed(_("The year before has not ended by that day."))
    if before and before.status in RUNNING_STATUSES:
        MEMBERSHIP.move(before, "renew", actor=actor)
    moved = MEMBERSHIP.move(
        locked,
        "activate",
        actor=actor,
        member_id=member_id,
        storefront_url=storefront_url,
        verified_on=verified_on,
        starts_on=starts_on,
        ends_on=last_day(starts_on),
    )
    notifications.membership_active(moved)
    return moved


def last_day(starts_on: datetime.date) -> datetime.date:
    """The last day of a year that begins on `starts_on`; 29 February ends on 28 February."""
    try:
        next_year = starts_on.replace(year=starts_on.year + 1)
    except ValueError:  # 29 February
        return datetime.date(starts_on.year + 1, 2, 28)
    return next_year - datetime.timedelta(days=1)


# --- By the calendar -------------------------------------------------------------------------


def expire_offers(day: datetime.date) -> int:
    """Close the offers whose last day is before `day`; how many."""
    late = Membership.objects.filter(status=MembershipStatus.OFFERED, reply_by__lt=day)
    return _each(late, _expire)


@transaction.atomic
def _expire(membership: Membership) -> None:
    moved = MEMBERSHIP.move(membership, "expire", actor=SYSTEM)
    ledger.release(moved, actor=SYSTEM, reason=moved.application.reference)
    notifications.offer_expired(moved)


@transaction.atomic
def offer_renewal(membership: Membership) -> Membership:
    """Offer another year at the price of today's rules; returns the new membership."""
    moved = MEMBERSHIP.move(membership, "offer_renewal", actor=SYSTEM)
    return offer_membership(moved.application, actor=SYSTEM, renews=moved)


def offer_renewals(day: datetime.date) -> int:
    """Offer a renewal where the last day is near and the company is still approved; how many."""
    due = Membership.objects.filter(
        status=MembershipStatus.ACTIVE,
        application__status=ApplicationStatus.APPROVED,
        ends_on__lte=day + RENEWAL_NOTICE,
        ends_on__gte=day,
    )
    return _each(due, offer_renewal)


def lapse_memberships(day: datetime.date) -> int:
    """End the memberships whose last day is before `day`; how many."""
    over = Membership.objects.filter(status__in=RUNNING_STATUSES, ends_on__lt=day)
    return _each(over, _lapse)


@transaction.atomic
def _lapse(membership: Membership) -> None:
    MEMBERSHIP.move(membership, "lapse", actor=SYSTEM)


def _each(memberships: Iterable[Membership], step: Callable[[Membership], object]) -> int:
    """Take the step with each, in a transaction of its own; what fails stays for tomorrow."""
    done = 0
    for membership in memberships:
        try:
            step(membership)
        except TransitionNotAllowed as refusal:  # someone else moved it meanwhile
            logger.info("membership_left", extra={"membership": membership.pk, "why": str(refusal)})
        except DatabaseError:  # one that cannot be moved keeps none of the others waiting
            logger.exception("membership_failed", extra={"membership": membership.pk})
        else:
            done += 1
    return done
