"""The treasury's answer, in the pesos that it paid: what each row would do, and entering all."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core.logs import security_event
from core.notices import first_time
from core.templatetags.portal import mxn, usd
from core.workflow import TransitionNotAllowed
from memberships import access, exchange
from memberships.enums import LineResult, MembershipStatus
from memberships.models import PaymentBatch, PaymentLine
from memberships.services.payments import (
    Settlement,
    require_possible,
    settle_batch,
    settle_line,
)
from memberships.treasury_file import Answer, AnswerRow


@dataclass(frozen=True)
class Outcome:
    """What a row of the answer would do.

    `kind` is full, part, failed, same (settled like this already), open (no answer) or wrong.
    """

    row: AnswerRow
    kind: str
    line: PaymentLine | None = None
    amount: Decimal | None = None  # US dollars
    said: tuple[str, ...] = ()


def settlement_of(line: PaymentLine, answer: Answer) -> Settlement:
    """An answer in pesos as what it settles, in US dollars. Raises TransitionNotAllowed.

    The pesos of a full payment are what was sent. Those of a part must be a whole number of US
    cents at the batch's rate, so that dollars, rate and pesos always give each other.
    """
    if answer.result != LineResult.PAID:
        return Settlement(answer.claim, answer.result, treasury_reference=answer.reference)
    if answer.amount_mxn is None:
        raise _refusal(line, _("Write the pesos that were paid."))
    amount = _dollars(line, answer.amount_mxn)
    require_possible(line, amount, answer.paid_on)
    return Settlement(answer.claim, answer.result, answer.paid_on, amount, answer.reference)


def _dollars(line: PaymentLine, pesos: Decimal) -> Decimal:
    if pesos == line.sent_mxn:
        return line.sent_amount
    if pesos > line.sent_mxn:
        raise _refusal(line, _("More was paid than was sent to the treasury."))
    rate = line.batch.mxn_per_usd
    amount = exchange.dollars(pesos, rate)
    if amount is None:
        below, above = exchange.neighbours(pesos, rate)
        text = _(
            "%(pesos)s is no whole number of US cents at the rate %(rate)s. The nearest are "
            "%(below)s (%(below_usd)s) and %(above)s (%(above_usd)s)."
        )
        raise _refusal(
            line,
            text
            % {
                "pesos": mxn(pesos),
                "rate": rate,
                "below": mxn(exchange.pesos(below, rate)),
                "below_usd": usd(below),
                "above": mxn(exchange.pesos(above, rate)),
                "above_usd": usd(above),
            },
        )
    return amount


def _refusal(line: PaymentLine, text: str) -> TransitionNotAllowed:
    return TransitionNotAllowed(f"{line.claim}: {text}")


# --- Before: what each row would do ------------------------------------------------------------


def preview_answers(batch: PaymentBatch, rows: list[AnswerRow], *, actor) -> list[Outcome]:
    """What each row would do if `actor` entered it; stores nothing."""
    payments = batch.lines.select_related("batch", "claim__membership__application")
    lines = {str(line.claim): line for line in payments}
    companies = access.companies_of(actor)
    first_line: dict[str, int] = {}
    outcomes = []
    for row in rows:
        outcome = _outcome(
            batch, row, lines, lambda claim: access.hand_in_claim(actor, claim, companies)
        )
        earlier = first_line.setdefault(row.answer.claim, row.line)
        if row.answer.claim and earlier != row.line:
            said = _("This claim is in line %(line)s already.") % {"line": earlier}
            outcome = replace(outcome, kind="wrong", said=(said,))
        outcomes.append(outcome)
    return outcomes


def _outcome(
    batch: PaymentBatch, row: AnswerRow, lines: dict[str, PaymentLine], hand_in: Callable
) -> Outcome:
    answer = row.answer
    line = lines.get(answer.claim)
    if row.errors:
        return Outcome(row, "wrong", line, said=row.errors)
    if row.batch and row.batch != str(batch):
        said = _("This row is of the batch %(batch)s.") % {"batch": row.batch}
        return Outcome(row, "wrong", line, said=(said,))
    if line is None:
        return Outcome(row, "wrong", said=(_("This claim is not in this batch."),))
    if not answer.result:
        return Outcome(row, "open", line)
    if line.result != LineResult.SENT:
        return _settled_already(row, line)
    if hand := hand_in(line.claim):
        someone_else = _("Someone else has to pay it.")
        return Outcome(row, "wrong", line, said=(f"{hand} {someone_else}",))
    try:
        settlement = settlement_of(line, answer)
    except TransitionNotAllowed as refusal:
        said = str(refusal).removeprefix(f"{line.claim}: ")  # beside its claim already
        return Outcome(row, "wrong", line, said=(said,))
    if answer.result == LineResult.FAILED:
        return Outcome(row, "failed", line)
    said = ()
    if line.claim.membership.status == MembershipStatus.CANCELLED:
        said = (_("Its membership was cancelled meanwhile: what was paid is to be recovered."),)
    kind = "full" if settlement.amount == line.sent_amount else "part"
    return Outcome(row, kind, line, settlement.amount, said)


def _settled_already(row: AnswerRow, line: PaymentLine) -> Outcome:
    answer = row.answer
    same = line.result == answer.result
    if answer.result == LineResult.PAID:
        same &= (line.amount_mxn, line.paid_on) == (answer.amount_mxn, answer.paid_on)
    if same:
        return Outcome(row, "same", line)
    said = _("Settled already, and otherwise: %(result)s, %(amount)s.") % {
        "result": line.get_result_display(),
        "amount": mxn(line.amount_mxn),
    }
    return Outcome(row, "wrong", line, said=(said,))


# --- Entering them -----------------------------------------------------------------------------


@transaction.atomic
def enter_answers(
    batch: PaymentBatch, answers: list[Answer], *, actor, key: uuid.UUID
) -> list[PaymentLine]:
    """Settle the payments that the treasury answered on, all or none, once for each `key`.

    Empty when they were entered before. Raises TransitionNotAllowed, which names the payment.
    """
    if not first_time(f"treasury-answer-{key}"):
        return []
    lines = {str(line.claim): line for line in batch.lines.select_related("batch", "claim")}
    settlements = [
        settlement_of(lines[answer.claim], answer)
        if answer.claim in lines
        else Settlement(answer.claim, answer.result)  # refused with all the others by name
        for answer in answers
    ]
    _batch, settled = settle_batch(batch, settlements, actor=actor)
    security_event("treasury_answer", user=actor, batch=batch.pk, lines=len(settled))
    return settled


@transaction.atomic
def enter_answer(line: PaymentLine, answer: Answer, *, actor) -> PaymentLine:
    """Settle one payment by what the treasury answered. Raises TransitionNotAllowed."""
    settled = settle_line(line, settlement_of(line, answer), actor=actor)
    security_event("treasury_answer", user=actor, batch=line.batch_id, lines=1)
    return settled
