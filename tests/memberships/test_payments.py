"""Batches for the treasury, its answers, the frozen rate, and recovery."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone
from post_office.models import Email

from core.workflow import TransitionNotAllowed
from memberships import audit
from memberships.enums import ClaimStatus as C
from memberships.enums import LineResult
from memberships.models import ExchangeRate, PaymentBatch, PaymentLine
from memberships.services import payments
from memberships.services.payments import NoRate, Settlement
from tests import factories
from tests.money import Desk, rate

DAY = datetime.date


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


@pytest.fixture
def approved(desk):
    return desk.claim(C.APPROVED)


# --- The rate ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "published"),
    [
        (DAY(2018, 1, 12), DAY(2018, 1, 12)),  # Friday
        (DAY(2018, 1, 13), DAY(2018, 1, 12)),  # Saturday: the last published
        (DAY(2018, 1, 14), DAY(2018, 1, 12)),
        (DAY(2018, 1, 19), DAY(2018, 1, 12)),  # seven days
        (DAY(2018, 1, 20), None),
        (DAY(2018, 1, 10), None),
    ],
)
def test_rate_is_the_last_published_of_the_week(db, day, published):
    rate(DAY(2018, 1, 12), "19.0123")
    if published is None:
        with pytest.raises(NoRate):
            payments.rate_on(day)
    else:
        assert payments.rate_on(day).day == published


def test_batch_without_a_rate_is_refused_and_leaves_nothing(desk, approved):
    with pytest.raises(NoRate):
        desk.batch([approved])
    assert not PaymentBatch.objects.exists()


def test_correction_of_the_table_does_not_change_what_was_sent(desk, approved):
    line = desk.send(approved)
    assert (line.sent_amount, line.amount_mxn) == (Decimal("1500.00"), Decimal("28481.40"))
    ExchangeRate.objects.update(mxn=Decimal("1.0000"))
    settled = desk.settle(line, amount=Decimal("1000.00"))
    assert settled.amount_mxn == Decimal("18987.60")
    assert settled.sent_amount == Decimal("1500.00")
    assert settled.batch.mxn_per_usd == Decimal("18.9876")


# --- Batches -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [status for status in C if status != C.APPROVED])
def test_batch_takes_approved_claims_alone(desk, status):
    claim = desk.claim(status)
    rate()
    before = PaymentLine.objects.count()
    with pytest.raises(TransitionNotAllowed):
        desk.batch([claim])
    assert PaymentLine.objects.count() == before


def test_batch_takes_claims_of_its_fund_alone(desk, approved):
    rate()
    other = factories.fund()
    with pytest.raises(TransitionNotAllowed):
        payments.create_batch(other, [approved], actor=desk.treasurer, key=uuid.uuid4())


def test_empty_batch_is_refused(desk):
    rate()
    with pytest.raises(TransitionNotAllowed):
        desk.batch([])


def test_claim_is_in_a_batch_once(desk, approved):
    rate()
    assert desk.batch([approved, approved]).lines.count() == 1
    with pytest.raises(TransitionNotAllowed):
        desk.batch([approved])
    assert PaymentBatch.objects.count() == 1


def with_hands_in_it(desk, who):
    """A payer with a hand in the claim, who holds every permission besides."""
    person = factories.superuser()
    if who == "team":
        desk.company.team.create(user=person, role="editor")
        return desk.claim(C.APPROVED), person
    if who == "decided":
        application = desk.membership.application
        type(application).objects.filter(pk=application.pk).update(decided_by=person)
        desk.membership.refresh_from_db()
        return desk.claim(C.APPROVED), person
    claim = desk.claim()
    claim = desk.decide("verify", claim, **({"actor": person} if who == "verify" else {}))
    return desk.decide("approve", claim, **({"actor": person} if who == "approve" else {})), person


@pytest.mark.parametrize("who", ["verify", "approve", "decided", "team"])
def test_who_approves_does_not_pay_settle_or_recover(desk, who):
    claim, person = with_hands_in_it(desk, who)
    rate()
    with pytest.raises(TransitionNotAllowed):
        desk.batch([claim], actor=person)
    line = desk.send(claim)
    with pytest.raises(TransitionNotAllowed):
        desk.settle(line, actor=person)
    desk.settle(line)
    with pytest.raises(TransitionNotAllowed):
        desk.recover(claim, "1.00", actor=person)


def test_paying_needs_its_permission(desk, approved):
    rate()
    line = desk.send(approved)
    for stranger in (factories.coordinator(), factories.manager(), factories.auditor(), desk.owner):
        with pytest.raises(TransitionNotAllowed):
            desk.batch([approved], actor=stranger)
        with pytest.raises(TransitionNotAllowed):
            desk.settle(line, actor=stranger)
        with pytest.raises(TransitionNotAllowed):
            desk.recover(approved, "1.00", actor=stranger)


# --- Answers -----------------------------------------------------------------------------------


def test_part_is_paid_and_then_the_rest(desk, approved):
    desk.settle(desk.send(approved), amount=Decimal("1000.00"))
    approved.refresh_from_db()
    assert (approved.status, approved.paid_amount) == (C.APPROVED, Decimal("1000.00"))
    rest = desk.send(approved)
    assert rest.sent_amount == Decimal("500.00")
    desk.settle(rest)
    approved.refresh_from_db()
    assert (approved.status, approved.paid_amount) == (C.PAID, Decimal("1500.00"))
    desk.fund.refresh_from_db()
    assert (desk.fund.paid, desk.fund.committed, desk.fund.reserved) == (1500, 0, 0)
    assert not audit.differences(desk.fund)


def test_failed_payment_is_sent_again(desk, approved):
    Email.objects.all().delete()
    line = desk.send(approved)
    assert desk.settle(line, LineResult.FAILED).result == LineResult.FAILED
    assert not Email.objects.exists()
    assert desk.settle(desk.send(approved)).result == LineResult.PAID


def test_payment_is_settled_once(desk, approved):
    line = desk.send(approved)
    desk.settle(line)
    for result in (LineResult.PAID, LineResult.FAILED):
        with pytest.raises(TransitionNotAllowed):
            desk.settle(line, result)
    desk.fund.refresh_from_db()
    assert desk.fund.paid == Decimal("1500.00")


@pytest.mark.parametrize(
    "answer",
    [
        {"amount": Decimal("1500.01")},
        {"amount": Decimal("0.00")},
        {"amount": Decimal("-1.00")},
        {"amount": Decimal("0.001")},
        {"paid_on": None},
        {"paid_on": DAY(2000, 1, 1)},
        {"paid_on": DAY(2999, 1, 1)},
        {"result": LineResult.SENT},
        {"result": "nonsense"},
    ],
)
def test_answer_that_cannot_be_is_refused_and_leaves_nothing(desk, approved, answer):
    line = desk.send(approved)
    facts = {"result": LineResult.PAID, "paid_on": timezone.localdate()} | answer
    with pytest.raises(TransitionNotAllowed):
        payments.settle_line(line, Settlement(str(approved), **facts), actor=desk.treasurer)
    line.refresh_from_db()
    desk.fund.refresh_from_db()
    assert (line.result, line.settled_by, desk.fund.paid) == (LineResult.SENT, None, 0)


def answers_for(batch, *results):
    today = timezone.localdate()
    return [
        Settlement(str(line.claim), result, today if result == LineResult.PAID else None)
        for line, result in zip(batch.lines.all(), results, strict=True)
    ]


def test_answers_of_a_batch_are_entered_all_or_none(desk, approved):
    rate()
    batch = desk.batch([approved])
    good = answers_for(batch, LineResult.PAID)
    with pytest.raises(TransitionNotAllowed, match="AP-0"):
        payments.settle_batch(batch, [*good, Settlement("AP-0", "paid")], actor=desk.treasurer)
    assert batch.lines.get().result == LineResult.SENT
    batch, lines = payments.settle_batch(batch, good, actor=desk.treasurer)
    assert [line.result for line in lines] == [LineResult.PAID]
    assert batch.reconciled_at


# --- Recovery ----------------------------------------------------------------------------------


def test_recovered_money_is_the_funds_again(desk):
    claim = desk.claim(C.PAID)
    key = uuid.uuid4()
    desk.recover(claim, "600.00", key=key)
    desk.recover(claim, "600.00", key=key)  # the same click
    assert payments.recoverable(claim) == Decimal("900.00")
    with pytest.raises(TransitionNotAllowed):
        desk.recover(claim, "900.01")
    desk.recover(claim, "900.00")
    desk.fund.refresh_from_db()
    assert (desk.fund.paid, desk.fund.available) == (0, desk.fund.budget)
    assert not audit.differences(desk.fund)


@pytest.mark.parametrize("bad", [{"reason": " "}, {"amount": "0.00"}, {"amount": "-1.00"}])
def test_recovery_needs_an_amount_and_a_reason(desk, bad):
    claim = desk.claim(C.PAID)
    values = {"amount": "1.00"} | bad
    with pytest.raises(TransitionNotAllowed):
        desk.recover(claim, values.pop("amount"), **values)


def test_one_claim_is_not_recovered_from_another(desk):
    first = desk.decide("approve", desk.claim(C.VERIFIED), amount=Decimal("400.00"))
    desk.decide("settle", first)
    desk.membership.refresh_from_db()
    second = desk.claim(C.PAID)
    assert second.paid_amount == Decimal("1100.00")
    with pytest.raises(TransitionNotAllowed):
        desk.recover(first, "400.01")


def test_sum_that_was_paid_is_mailed_as_a_sum(desk, approved):
    Email.objects.all().delete()
    desk.settle(desk.send(approved), treasury_reference="TES-77")
    body = Email.objects.get().message
    assert all(words in body for words in ("1,500.00", "18.9876", "28,481.40", "TES-77"))
