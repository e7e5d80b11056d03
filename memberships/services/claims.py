"""Asking for the support of a membership, and deciding on it by two pairs of eyes."""

import contextlib
import datetime
import uuid
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.money import ZERO
from core.sequences import next_number
from core.uploads import CleanUpload, private_storage, stored
from core.workflow import TransitionNotAllowed
from exporters.access import is_independent
from memberships import ledger, notifications
from memberships.enums import ClaimDocumentKind, ClaimStatus, LineResult, MembershipStatus
from memberships.models import ClaimDocument, Membership, SubsidyClaim
from memberships.workflow import CLAIM, MEMBERSHIP

CLAIMABLE = (
    MembershipStatus.PAID,
    MembershipStatus.ACTIVE,
    MembershipStatus.RENEWAL_OFFERED,
    MembershipStatus.RENEWED,
    MembershipStatus.LAPSED,
)


def claim_deadline(membership: Membership) -> datetime.date | None:
    """The last day on which the support may be asked for; None before the fee is paid."""
    if membership.paid_on is None or membership.fund is None:
        return None
    return membership.paid_on + datetime.timedelta(days=membership.fund.claim_days)


def missing_documents(fund, kinds) -> list[ClaimDocumentKind]:
    """What the fund asks for and is not among `kinds`."""
    return [ClaimDocumentKind(kind) for kind in fund.required_documents if kind not in kinds]


def ask_for_support(
    membership: Membership,
    uploads: dict[str, CleanUpload],
    *,
    amount: Decimal,
    declares_no_double_funding: bool,
    actor,
    key: uuid.UUID,
) -> SubsidyClaim:
    """Ask for the support of a paid membership, with its documents.

    A retry with the same key finds the first result. Raises TransitionNotAllowed.
    """
    with contextlib.ExitStack() as files, transaction.atomic():
        locked = MEMBERSHIP.lock(membership)
        if earlier := ClaimDocument.objects.filter(
            claim__membership=locked, idempotency_key=_key_of(key, 0)
        ).first():
            return earlier.claim
        _require_claimable(locked, amount, declares_no_double_funding, uploads)
        year = timezone.localdate().year
        claim = SubsidyClaim.objects.create(
            reference=f"AP-{year}-{next_number(f'claim-{year}'):05d}",
            membership=locked,
            amount=amount,
            declares_no_double_funding=True,
            requested_by=actor,
        )
        _store(claim, uploads, files, actor, key)
        return claim


def send_again(
    claim: SubsidyClaim,
    uploads: dict[str, CleanUpload],
    *,
    amount: Decimal,
    actor,
    key: uuid.UUID,
) -> SubsidyClaim:
    """Send a returned claim once more; documents that are not replaced stay."""
    with contextlib.ExitStack() as files, transaction.atomic():
        membership = MEMBERSHIP.lock(claim.membership)
        kinds = {*uploads, *claim.documents.values_list("kind", flat=True)}
        _require_claimable(membership, amount, True, kinds)
        moved = CLAIM.move(claim, "resubmit", actor=actor, amount=amount)
        _store(moved, uploads, files, actor, key)
        return moved


def _require_claimable(membership, amount, declared, kinds) -> None:
    if membership.status not in CLAIMABLE:
        raise TransitionNotAllowed(_("The support is paid once the membership fee is paid."))
    if not declared:
        raise TransitionNotAllowed(_("Declare that no other support pays for this membership."))
    deadline = claim_deadline(membership)
    if deadline is None or deadline < timezone.localdate():
        raise TransitionNotAllowed(_("The last day to ask for this support has passed."))
    if not ZERO < amount <= membership.reserved:
        raise TransitionNotAllowed(_("Ask for no more than what is reserved for you."))
    if missing := missing_documents(membership.fund, kinds):
        names = ", ".join(str(kind.label) for kind in missing)
        raise TransitionNotAllowed(_("Missing: %(names)s") % {"names": names})


def _store(claim, uploads, files, actor, key) -> None:
    for number, (kind, upload) in enumerate(uploads.items()):
        name = files.enter_context(stored(upload, private_storage(), f"claims/{claim.reference}"))
        ClaimDocument.objects.create(
            claim=claim,
            kind=kind,
            file=name,
            original_name=upload.original_name,
            content_type=upload.content_type,
            size=len(upload.content),
            sha256=upload.sha256,
            uploaded_by=actor,
            idempotency_key=_key_of(key, number),
        )


def _key_of(key: uuid.UUID, number: int) -> uuid.UUID:
    """One key for each file of a form that was sent under one key."""
    return key if number == 0 else uuid.uuid5(key, str(number))


# --- Deciding --------------------------------------------------------------------------------


@transaction.atomic
def verify_claim(claim: SubsidyClaim, *, actor) -> SubsidyClaim:
    """Confirm that the documents are right and that no other support pays for the same."""
    moved = CLAIM.move(claim, "verify", actor=actor, verified_by=actor)
    _require_independent(moved, actor)
    return moved


@transaction.atomic
def approve_claim(claim: SubsidyClaim, *, amount: Decimal, actor) -> SubsidyClaim:
    """Grant `amount`, at most what was asked for, as another person than who verified."""
    locked = CLAIM.lock(claim)
    if not ZERO < amount <= locked.amount:
        raise TransitionNotAllowed(_("Approve at most what was asked for."))
    moved = CLAIM.move(locked, "approve", actor=actor, approved_by=actor, approved_amount=amount)
    _require_independent(moved, actor)
    if moved.verified_by_id == actor.pk:
        raise TransitionNotAllowed(_("You verified this claim. Someone else has to approve it."))
    try:
        ledger.commit(moved, amount, actor=actor)
    except ledger.FundExhausted as error:
        raise TransitionNotAllowed(_("Less than this is reserved for the company.")) from error
    notifications.claim_approved(moved)
    return moved


@transaction.atomic
def return_claim(claim: SubsidyClaim, *, actor, reason_code: str, reason_text: str) -> SubsidyClaim:
    """Give a claim back to be corrected; what was granted is reserved again."""
    moved = _take_back(claim, "return", actor, reason_code, reason_text)
    notifications.claim_returned(moved, reason_code, reason_text)
    return moved


@transaction.atomic
def reject_claim(claim: SubsidyClaim, *, actor, reason_code: str, reason_text: str) -> SubsidyClaim:
    """Refuse a claim of which nothing was paid; its support goes back to the fund."""
    moved = _take_back(claim, "reject", actor, reason_code, reason_text)
    ledger.release(moved.membership, actor=actor, reason=moved.reference)
    notifications.claim_rejected(moved, reason_code, reason_text)
    return moved


def _take_back(claim, name, actor, reason_code, reason_text) -> SubsidyClaim:
    locked = CLAIM.lock(claim)
    if locked.payments.filter(result=LineResult.SENT).exists() or locked.paid_amount:
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
    _require_independent(moved, actor)
    if granted:
        ledger.revert(moved, granted, actor=actor, reason=moved.reference)
    return moved


def _require_independent(claim: SubsidyClaim, actor) -> None:
    if not is_independent(actor, claim.membership.application):
        raise TransitionNotAllowed(
            _("You are in this company's team. Someone else has to decide on its support.")
        )


def open_claims():
    """What waits for someone of the agency."""
    return SubsidyClaim.objects.filter(
        status__in=(ClaimStatus.REQUESTED, ClaimStatus.VERIFIED, ClaimStatus.APPROVED)
    )
