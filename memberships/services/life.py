"""The life of a membership after its offer, until it is renewed or ends."""

import datetime
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.uploads import CleanUpload, private_storage, stored
from core.workflow import SYSTEM, TransitionNotAllowed
from memberships import ledger, notifications
from memberships.enums import RUNNING_STATUSES, MembershipStatus
from memberships.models import Membership, PaymentProof
from memberships.services.offers import offer_membership
from memberships.workflow import MEMBERSHIP

YEAR = datetime.timedelta(days=365)
RENEWAL_NOTICE = datetime.timedelta(days=60)  # a renewal is offered so long before the end


@transaction.atomic
def accept_offer(membership: Membership, *, actor) -> Membership:
    """Accept the price as it was offered, until its last day."""
    locked = MEMBERSHIP.lock(membership)
    if locked.status == MembershipStatus.OFFERED and locked.reply_by < timezone.localdate():
        raise TransitionNotAllowed(_("This offer has expired. Write to us for a new one."))
    return MEMBERSHIP.move(
        locked, "accept", actor=actor, accepted_at=timezone.now(), accepted_by=actor
    )


@transaction.atomic
def decline_offer(membership: Membership, *, actor) -> Membership:
    """Decline an offer; its support goes back to the fund."""
    moved = MEMBERSHIP.move(membership, "decline", actor=actor)
    ledger.release(moved, actor=actor, reason=moved.application.reference)
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
    earlier = membership.proofs.filter(idempotency_key=key).first()
    if earlier:
        return earlier
    folder = f"memberships/{membership.pk}"
    with stored(upload, private_storage(), folder) as name, transaction.atomic():
        MEMBERSHIP.move(membership, "report", actor=actor)
        return PaymentProof.objects.create(
            membership=membership,
            paid_on=paid_on,
            file=name,
            original_name=upload.original_name,
            content_type=upload.content_type,
            size=len(upload.content),
            sha256=upload.sha256,
            uploaded_by=actor,
            idempotency_key=key,
        )


@transaction.atomic
def confirm_payment(membership: Membership, *, actor) -> Membership:
    """Confirm that the fee was paid on the day that the last proof says."""
    proof = membership.proofs.first()
    if proof is None:
        raise TransitionNotAllowed(_("There is no proof of payment."))
    moved = MEMBERSHIP.move(membership, "confirm_payment", actor=actor, paid_on=proof.paid_on)
    notifications.payment_confirmed(moved)
    return moved


@transaction.atomic
def return_proof(
    membership: Membership, *, actor, reason_code: str, reason_text: str
) -> Membership:
    moved = MEMBERSHIP.move(
        membership, "return_proof", actor=actor, reason_code=reason_code, reason_text=reason_text
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
    """Enter that the platform opened the membership, for a year from `starts_on`."""
    locked = MEMBERSHIP.lock(membership)
    if locked.renews_id:
        _end(locked.renews, "renew", actor=actor)
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


def expire_offers(day: datetime.date) -> int:
    """Close the offers whose last day is before `day`; how many. Each in a transaction."""
    late = Membership.objects.filter(status=MembershipStatus.OFFERED, reply_by__lt=day)
    return sum(_expire(membership) for membership in late)


@transaction.atomic
def _expire(membership: Membership) -> bool:
    locked = MEMBERSHIP.lock(membership)
    if locked.status != MembershipStatus.OFFERED:  # accepted or declined meanwhile
        return False
    moved = MEMBERSHIP.move(locked, "expire", actor=SYSTEM)
    ledger.release(moved, actor=SYSTEM, reason=moved.application.reference)
    notifications.offer_expired(moved)
    return True


@transaction.atomic
def offer_renewal(membership: Membership, *, actor) -> Membership:
    """Offer another year at the price of today's rules; returns the new membership."""
    MEMBERSHIP.move(membership, "offer_renewal", actor=actor)
    return offer_membership(membership.application, actor=actor, renews=membership)


def offer_renewals(day: datetime.date) -> int:
    """Offer a renewal where the last day is near; how many."""
    due = Membership.objects.filter(
        status=MembershipStatus.ACTIVE, ends_on__lte=day + RENEWAL_NOTICE, ends_on__gte=day
    ).select_related("application__company", "offered_by")
    for membership in due:
        offer_renewal(membership, actor=membership.offered_by)
    return len(due)


def lapse_memberships(day: datetime.date) -> int:
    """End the memberships whose last day is before `day`; how many."""
    over = Membership.objects.filter(status__in=RUNNING_STATUSES, ends_on__lt=day)
    for membership in over:
        with transaction.atomic():
            _end(membership, "lapse", actor=SYSTEM)
    return len(over)


def _end(membership: Membership, name: str, *, actor) -> None:
    MEMBERSHIP.move(membership, name, actor=actor)
