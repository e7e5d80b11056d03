"""Paying approved claims through the treasury, and recovering what was paid."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from core.logs import security_event
from core.models import User
from core.money import ZERO, in_cents, round_cents
from core.sequences import next_number
from core.workflow import SENT_BEFORE, TransitionNotAllowed
from memberships import access, exchange, ledger, notifications
from memberships.enums import ClaimStatus, EntryKind, LineResult, MembershipStatus
from memberships.models import (
    ExchangeRate,
    FundEntry,
    Membership,
    PaymentBatch,
    PaymentLine,
    SubsidyClaim,
    SubsidyFund,
)
from memberships.services.claims import lock_claim
from memberships.services.decisions import void_claims
from memberships.workflow import CLAIM, MEMBERSHIP, PAY

RATE_DAYS = datetime.timedelta(days=7)  # a rate that is older is not the day's


class NoRate(TransitionNotAllowed):
    """The exchange rate of the day is not in the table."""


class RateChanged(TransitionNotAllowed):
    """Another rate counts than the one by which the amounts in pesos were shown."""


def rate_on(day: datetime.date) -> ExchangeRate:
    """The rate published last, at most a week before `day`. Raises NoRate."""
    rate = ExchangeRate.objects.filter(day__lte=day, day__gte=day - RATE_DAYS).first()
    if rate is None:
        raise NoRate(_("Enter the exchange rate of the day first."))
    return rate


# --- To the treasury -------------------------------------------------------------------------


def ready_to_pay() -> QuerySet[SubsidyClaim]:
    """Approved claims of which something is left to pay and nothing is with the treasury."""
    with_treasury = PaymentLine.objects.filter(claim=OuterRef("pk"), result=LineResult.SENT)
    return (
        SubsidyClaim.objects.filter(status=ClaimStatus.APPROVED)
        .exclude(membership__status=MembershipStatus.CANCELLED)
        .exclude(Exists(with_treasury))
    )


@transaction.atomic
def create_batch(
    fund: SubsidyFund,
    claims: list[SubsidyClaim],
    *,
    actor,
    key: uuid.UUID,
    seen_rate: Decimal | None = None,
) -> PaymentBatch:
    """Put the open part of approved claims of a fund into one file for the treasury.

    Freezes the day's exchange rate; it must be `seen_rate` where one is given. Whoever approved
    the application or had a hand in the claim does not pay it. A retry with the same key finds
    the first result. Raises TransitionNotAllowed.
    """
    _require_payer(actor)
    # Of a double click the second waits here: locking the fund now would be out of order.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    chosen = {claim.pk: claim for claim in claims}
    if earlier := PaymentBatch.objects.filter(idempotency_key=key).first():
        sent = set(earlier.lines.values_list("claim", flat=True))
        if (earlier.fund_id, earlier.created_by_id, sent) == (fund.pk, actor.pk, set(chosen)):
            return earlier
        raise TransitionNotAllowed(SENT_BEFORE)
    if not chosen:
        raise TransitionNotAllowed(_("Choose at least one approved claim."))
    rate = rate_on(timezone.localdate())
    if seen_rate is not None and rate.mxn != seen_rate:
        raise RateChanged(_("The exchange rate has changed. Look at the new amounts in pesos."))
    year = timezone.localdate().year
    batch = PaymentBatch.objects.create(
        reference=f"LP-{year}-{next_number(f'batch-{year}'):04d}",
        fund=fund,
        rate=rate,
        mxn_per_usd=rate.mxn,
        created_by=actor,
        idempotency_key=key,
    )
    lines = [_line(batch, CLAIM.lock(chosen[pk]), actor) for pk in sorted(chosen)]
    PaymentLine.objects.bulk_create(lines)
    security_event("payment_batch", user=actor, batch=batch.pk, lines=len(lines))
    return batch


def _line(batch: PaymentBatch, claim: SubsidyClaim, actor) -> PaymentLine:
    membership = claim.membership
    payable = (
        claim.status == ClaimStatus.APPROVED
        and membership.fund_id == batch.fund_id
        and membership.status != MembershipStatus.CANCELLED
    )
    if not payable:
        raise TransitionNotAllowed(
            _("%(claim)s is not an approved claim of this fund.") % {"claim": claim}
        )
    if claim.payments.filter(result=LineResult.SENT).exists():
        raise TransitionNotAllowed(_("%(claim)s is already being paid.") % {"claim": claim})
    require_four_eyes(claim, actor)
    amount = claim.approved_amount - claim.paid_amount
    return PaymentLine(
        batch=batch,
        claim=claim,
        sent_amount=amount,
        amount=amount,
        amount_mxn=exchange.pesos(amount, batch.mxn_per_usd),
    )


def _require_payer(actor) -> None:
    if not actor.has_perm(PAY):
        raise TransitionNotAllowed(_("You do not have permission for this step."))


def require_four_eyes(claim: SubsidyClaim, actor) -> None:
    """Whoever approved the application, made the offer, verified or approved the claim does not
    pay it."""
    if access.hand_in_claim(actor, claim, access.companies_of(actor)):
        raise TransitionNotAllowed(
            _("%(claim)s: who approves does not pay. Someone else has to.") % {"claim": claim}
        )


# --- The treasury's answer -------------------------------------------------------------------


@dataclass(frozen=True)
class Settlement:
    """What the treasury answered on one line. `amount` is what it paid, in US dollars."""

    claim: str
    result: str
    paid_on: datetime.date | None = None
    amount: Decimal | None = None
    treasury_reference: str = ""


@transaction.atomic
def settle_batch(
    batch: PaymentBatch, answers: list[Settlement], *, actor
) -> tuple[PaymentBatch, list[PaymentLine]]:
    """Enter the treasury's answers on a batch, all of them or none; the batch and their lines."""
    lines = {str(line.claim): line for line in batch.lines.select_related("claim__membership")}
    unknown = [answer.claim for answer in answers if answer.claim not in lines]
    if unknown:
        names = ", ".join(unknown)
        raise TransitionNotAllowed(_("Not in this batch: %(names)s") % {"names": names})
    # All rows before the fund's, or two answers at once could wait for each other.
    _lock_batch(batch.pk)
    members = sorted({lines[answer.claim].claim.membership_id for answer in answers})
    for membership in Membership.objects.filter(pk__in=members).order_by("pk"):
        MEMBERSHIP.lock(membership)
    # In the order in which a batch locks its claims.
    ordered = sorted(answers, key=lambda answer: lines[answer.claim].claim_id)
    settled = [settle_line(lines[answer.claim], answer, actor=actor) for answer in ordered]
    batch.refresh_from_db()
    return batch, settled


@transaction.atomic
def settle_line(line: PaymentLine, answer: Settlement, *, actor) -> PaymentLine:
    """Enter the treasury's answer on one payment, once; a part may be paid, never more."""
    _require_payer(actor)
    _lock_batch(line.batch_id)
    claim = lock_claim(line.claim)
    require_four_eyes(claim, actor)
    locked = PaymentLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if locked.result != LineResult.SENT:
        raise _refusal(line, _("This payment has been settled already."))
    if answer.result not in (LineResult.PAID, LineResult.FAILED):
        raise _refusal(line, _("The treasury's answer is “paid” or “not paid”."))
    locked.settled_by, locked.result = actor, answer.result
    locked.treasury_reference = answer.treasury_reference
    if answer.result == LineResult.PAID:
        claim = _pay(locked, claim, answer, actor)
    locked.save()
    if claim.membership.status == MembershipStatus.CANCELLED:  # while the payment was on its way
        void_claims(claim.membership, actor=actor, reason=locked.batch.reference)
    if not locked.batch.lines.filter(result=LineResult.SENT).exists():
        PaymentBatch.objects.filter(pk=locked.batch_id).update(reconciled_at=timezone.now())
    return locked


def _lock_batch(pk: int) -> None:
    """Of its lines that are answered at once, the last one sees that all are answered."""
    PaymentBatch.objects.select_for_update(no_key=True).get(pk=pk)


def _refusal(line: PaymentLine, text: str) -> TransitionNotAllowed:
    """Names the payment: of many that are answered together, this one."""
    return TransitionNotAllowed(f"{line.claim}: {text}")


def require_possible(line: PaymentLine, amount: Decimal, paid_on: datetime.date | None) -> None:
    """What was paid is above zero and at most what was sent, on a day since then.

    Raises TransitionNotAllowed.
    """
    if amount <= ZERO:
        raise _refusal(line, _("A payment is above zero."))
    if amount > line.sent_amount or amount != round_cents(amount):
        raise _refusal(line, _("More was paid than was sent to the treasury."))
    sent_on = timezone.localdate(line.batch.created_at)
    if paid_on is None or not sent_on <= paid_on <= timezone.localdate():
        raise _refusal(line, _("The day of a payment lies between its batch and today."))


def _pay(line: PaymentLine, claim: SubsidyClaim, answer: Settlement, actor) -> SubsidyClaim:
    amount = line.sent_amount if answer.amount is None else answer.amount
    require_possible(line, amount, answer.paid_on)
    line.amount, line.paid_on = amount, answer.paid_on
    line.amount_mxn = exchange.pesos(amount, line.batch.mxn_per_usd)
    paid = claim.paid_amount + amount
    if paid == claim.approved_amount:
        claim = CLAIM.move(claim, "settle", actor=actor, paid_amount=paid)
    else:
        SubsidyClaim.objects.filter(pk=claim.pk).update(paid_amount=paid)
        claim.paid_amount = paid
    ledger.disburse(claim, amount, actor=actor, reason=answer.treasury_reference)
    notifications.support_paid(claim, line)
    return claim


# --- Recovery --------------------------------------------------------------------------------


def recoverable(claim: SubsidyClaim) -> Decimal:
    """What was paid on a claim and not yet recovered."""
    return recoverable_of([claim])[claim.pk]


def recoverable_of(claims: Iterable[SubsidyClaim]) -> dict[int, Decimal]:
    """What was paid and not yet recovered, by the key of the claim."""
    paid = {claim.pk: claim.paid_amount for claim in claims}
    rows = FundEntry.objects.filter(claim__in=paid, kind=EntryKind.RECOVER).order_by()
    recovered = dict(rows.values_list("claim").annotate(total=in_cents(Sum("amount"))))
    return {pk: amount - recovered.get(pk, ZERO) for pk, amount in paid.items()}


@transaction.atomic
def recover_payment(
    claim: SubsidyClaim, *, amount: Decimal, reason: str, actor, key: uuid.UUID
) -> None:
    """Enter that a company paid support back, once for each `key`. Raises TransitionNotAllowed."""
    _require_payer(actor)
    if not reason.strip() or amount <= ZERO:
        raise TransitionNotAllowed(_("A recovery needs its amount and its reason."))
    locked = lock_claim(claim)
    require_four_eyes(locked, actor)
    if earlier := FundEntry.objects.filter(idempotency_key=key).first():
        if (earlier.claim_id, earlier.amount) == (locked.pk, amount):
            return
        raise TransitionNotAllowed(SENT_BEFORE)
    if amount > recoverable(locked):
        raise TransitionNotAllowed(_("No more can be recovered than was paid."))
    ledger.recover(locked, amount, actor=actor, reason=reason, key=key)
    security_event("support_recovered", user=actor, claim=locked.pk)
