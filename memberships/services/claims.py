"""A company asks for the support of its membership."""

import contextlib
import uuid
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.money import ZERO
from core.sequences import next_number
from core.uploads import CleanUpload, private_storage, stored
from core.workflow import SYSTEM, TransitionNotAllowed
from memberships import ledger
from memberships.enums import LIVE_CLAIMS, ClaimDocumentKind, ClaimStatus, MembershipStatus
from memberships.models import ClaimDocument, Membership, SubsidyClaim
from memberships.workflow import CLAIM, MEMBERSHIP

CLAIMABLE = (
    MembershipStatus.PAID,
    MembershipStatus.ACTIVE,
    MembershipStatus.RENEWAL_OFFERED,
    MembershipStatus.RENEWED,
    MembershipStatus.LAPSED,
)


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
    """Ask for the support of a paid membership, with its documents by their kind.

    A retry with the same key finds the first result. Raises TransitionNotAllowed.
    """
    with contextlib.ExitStack() as files, transaction.atomic():
        locked = MEMBERSHIP.lock(membership)
        earlier = SubsidyClaim.objects.filter(idempotency_key=key).first()
        if earlier and earlier.membership_id == locked.pk and _is_same(earlier, amount, uploads):
            return earlier
        if locked.claims.filter(status__in=LIVE_CLAIMS).exists():
            raise TransitionNotAllowed(_("This membership already has an open claim."))
        if not declares_no_double_funding:
            raise TransitionNotAllowed(_("Declare that no other support pays for this membership."))
        _require_claimable(locked, amount, uploads)
        if locked.claim_by is None or locked.claim_by < timezone.localdate():
            raise TransitionNotAllowed(_("The last day to ask for this support has passed."))
        year = timezone.localdate().year
        claim = SubsidyClaim.objects.create(
            reference=f"AP-{year}-{next_number(f'claim-{year}'):05d}",
            membership=locked,
            amount=amount,
            declares_no_double_funding=True,
            requested_by=actor,
            # What else is sent from a page that was still open is another claim.
            idempotency_key=uuid.uuid4() if earlier else key,
        )
        _store(claim, uploads, files, actor)
        return claim


def send_again(
    claim: SubsidyClaim,
    uploads: dict[str, CleanUpload],
    *,
    amount: Decimal,
    actor,
    key: uuid.UUID,
) -> SubsidyClaim:
    """Send a returned claim once more; documents that are not replaced stay.

    It was asked for in time, so its correction may come after the deadline. A retry with the
    same key finds the first result.
    """
    with contextlib.ExitStack() as files, transaction.atomic():
        locked = lock_claim(claim)
        earlier = SubsidyClaim.objects.filter(idempotency_key=key).first()
        # One that came back was answered: the page it was sent from may still be open.
        waits = locked.status != ClaimStatus.RETURNED
        if earlier == locked and waits and _is_same(locked, amount, uploads):
            return locked
        kinds = {*uploads, *locked.documents.values_list("kind", flat=True)}
        _require_claimable(locked.membership, amount, kinds)
        fresh = uuid.uuid4() if earlier else key
        moved = CLAIM.move(locked, "resubmit", actor=actor, amount=amount, idempotency_key=fresh)
        _store(moved, uploads, files, actor)
        return moved


def _is_same(claim: SubsidyClaim, amount: Decimal, uploads: dict[str, CleanUpload]) -> bool:
    """Whether the claim was sent with this amount and these documents."""
    sent = set(claim.documents.values_list("kind", "sha256"))
    return claim.amount == amount and sent.issuperset(
        (str(kind), upload.sha256) for kind, upload in uploads.items()
    )


def lock_claim(claim: SubsidyClaim) -> SubsidyClaim:
    """The claim as it is now, locked after its membership: always in this order."""
    MEMBERSHIP.lock(claim.membership)
    return CLAIM.lock(claim)


def release_unclaimed(day: date) -> int:
    """Give back what nobody asked for by the last day before `day`; from how many."""
    rows = Membership.objects.filter(status__in=CLAIMABLE, reserved__gt=0).exclude(
        claims__status__in=LIVE_CLAIMS
    )
    late = [row for row in rows.select_related("fund") if row.claim_by < day]
    return sum(_release_unclaimed(row) for row in late)


@transaction.atomic
def _release_unclaimed(membership: Membership) -> bool:
    locked = MEMBERSHIP.lock(membership)
    if not locked.reserved or locked.claims.filter(status__in=LIVE_CLAIMS).exists():
        return False  # asked for, or released, meanwhile
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Not asked for by its last day")
    ledger.release(locked, actor=SYSTEM, reason=reason)
    return True


def _require_claimable(membership, amount, kinds) -> None:
    if membership.status not in CLAIMABLE:
        raise TransitionNotAllowed(_("The support is paid once the membership fee is paid."))
    if not ZERO < amount <= membership.reserved:
        raise TransitionNotAllowed(_("Ask for no more than what is reserved for you."))
    if missing := missing_documents(membership.fund, kinds):
        names = ", ".join(str(kind.label) for kind in missing)
        raise TransitionNotAllowed(_("Missing: %(names)s") % {"names": names})


def _store(claim, uploads, files, actor) -> None:
    for kind, upload in uploads.items():
        name = files.enter_context(stored(upload, private_storage(), f"claims/{claim.reference}"))
        ClaimDocument.objects.create(
            claim=claim,
            kind=kind,
            file=name,
            original_name=upload.original_name,
            content_type=upload.content_type,
            size=upload.size,
            sha256=upload.sha256,
            uploaded_by=actor,
        )
