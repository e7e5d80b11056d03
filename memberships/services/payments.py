"""Paying approved claims through the treasury, and recovering what was paid."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.logs import security_event
from core.money import ZERO, round_cents
from core.sequences import next_number
from core.workflow import TransitionNotAllowed
from memberships import ledger, notifications
from memberships.enums import ClaimStatus, LineResult
from memberships.models import (
    ExchangeRate,
    PaymentBatch,
    PaymentLine,
    SubsidyClaim,
    SubsidyFund,
)
from memberships.workflow import CLAIM, PAY


class NoRate(TransitionNotAllowed):
    """The exchange rate of the day is not in the table."""


def rate_on(day: datetime.date) -> ExchangeRate:
    """The rate published last, at most a week before `day`. Raises NoRate."""
    week_ago = day - datetime.timedelta(days=7)
    rate = ExchangeRate.objects.filter(day__lte=day, day__gte=week_ago).first()
    if rate is None:
        raise NoRate(_("Enter the exchange rate of the day first."))
    return rate


@transaction.atomic
def create_batch(fund: SubsidyFund, claims: list[SubsidyClaim], *, actor) -> PaymentBatch:
    """Put the open part of approved claims of a fund into one file for the treasury.

    Freezes the day's exchange rate. Whoever approved the application or had a hand in the claim
    does not pay it. Raises TransitionNotAllowed.
    """
    if not actor.has_perm(PAY):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    rate = rate_on(timezone.localdate())
    year = timezone.localdate().year
    batch = PaymentBatch.objects.create(
        reference=f"LP-{year}-{next_number(f'batch-{year}'):04d}",
        fund=fund,
        rate=rate,
        created_by=actor,
    )
    lines = [_line(batch, CLAIM.lock(claim), actor) for claim in sorted(claims, key=_pk)]
    if not lines:
        raise TransitionNotAllowed(_("Choose at least one approved claim."))
    PaymentLine.objects.bulk_create(lines)
    security_event("payment_batch", user=actor, batch=batch.pk, lines=len(lines))
    return batch


def _pk(claim) -> int:
    return claim.pk


def _line(batch: PaymentBatch, claim: SubsidyClaim, actor) -> PaymentLine:
    if claim.status != ClaimStatus.APPROVED or claim.membership.fund_id != batch.fund_id:
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
        amount=amount,
        amount_mxn=round_cents(amount * batch.rate.mxn),
    )


def require_four_eyes(claim: SubsidyClaim, actor) -> None:
    """Whoever approved the application, verified or approved the claim does not pay it."""
    application = claim.membership.application
    hands = {claim.verified_by_id, claim.approved_by_id, application.decided_by_id}
    if actor.pk in hands or application.company.team.filter(user=actor).exists():
        raise TransitionNotAllowed(
            _("%(claim)s: who approves does not pay. Someone else has to.") % {"claim": claim}
        )


@dataclass(frozen=True)
class Settlement:
    """What the treasury answered on one line. `amount` is what it paid, in US dollars."""

    claim: str
    result: str
    paid_on: datetime.date | None = None
    amount: Decimal | None = None
    treasury_reference: str = ""


@transaction.atomic
def settle_line(line: PaymentLine, answer: Settlement, *, actor) -> PaymentLine:
    """Enter the treasury's answer on one payment, once; a part may be paid, never more."""
    if not actor.has_perm(PAY):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    claim = CLAIM.lock(line.claim)
    require_four_eyes(claim, actor)
    locked = PaymentLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if locked.result != LineResult.SENT:
        raise TransitionNotAllowed(_("This payment has been settled already."))
    locked.settled_by, locked.result = actor, answer.result
    locked.treasury_reference = answer.treasury_reference
    if answer.result == LineResult.PAID:
        _pay(locked, claim, answer, actor)
    locked.save()
    return locked


def _pay(line: PaymentLine, claim: SubsidyClaim, answer: Settlement, actor) -> None:
    amount = line.amount if answer.amount is None else answer.amount
    if not ZERO < amount <= line.amount:
        raise TransitionNotAllowed(_("More was paid than was sent to the treasury."))
    if answer.paid_on is None:
        raise TransitionNotAllowed(_("A payment needs its day."))
    line.amount, line.paid_on = amount, answer.paid_on
    line.amount_mxn = round_cents(amount * line.batch.rate.mxn)
    paid = claim.paid_amount + amount
    SubsidyClaim.objects.filter(pk=claim.pk).update(paid_amount=paid)
    if paid == claim.approved_amount:
        CLAIM.move(claim, "settle", actor=actor)
    ledger.disburse(claim, amount, actor=actor, reason=answer.treasury_reference)
    notifications.support_paid(claim, line)


@transaction.atomic
def recover_payment(claim: SubsidyClaim, *, amount: Decimal, reason: str, actor) -> None:
    """Enter that a company paid support back. Raises TransitionNotAllowed."""
    if not actor.has_perm(PAY):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    if not reason.strip() or amount <= ZERO:
        raise TransitionNotAllowed(_("A recovery needs its amount and its reason."))
    locked = CLAIM.lock(claim)
    require_four_eyes(locked, actor)
    try:
        ledger.recover(locked, amount, actor=actor, reason=reason)
    except ledger.FundExhausted as error:
        raise TransitionNotAllowed(_("No more can be recovered than was paid.")) from error
    security_event("support_recovered", user=actor, claim=locked.pk)
