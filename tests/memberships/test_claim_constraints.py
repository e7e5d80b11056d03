"""What the database itself refuses of claims, payments and the register."""

from decimal import Decimal

import pytest

from memberships.models import (
    ExchangeRate,
    PaymentLine,
    RegisterSnapshot,
    SubsidyClaim,
)
from tests.constraints import violates
from tests.money import Desk, rate


def change(row, **values):
    type(row)._default_manager.filter(pk=row.pk).update(**values)


# --- Claims and payments -------------------------------------------------------------------------


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


def test_one_open_claim_per_membership(desk):
    claim = desk.claim()
    with violates(SubsidyClaim, "one_open_claim_per_membership"):
        SubsidyClaim.objects.create(
            reference="AP-2", membership=desk.membership, amount=1, requested_by=desk.owner
        )
    change(claim, status="rejected")
    desk.ask()


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_claim_asks_for_something(desk, amount):
    claim = desk.claim()
    with violates(SubsidyClaim, "claim_asks_for_something"):
        change(claim, amount=Decimal(amount), approved_amount=Decimal(amount))


@pytest.mark.parametrize(
    "values", [{"approved_amount": 1501}, {"paid_amount": 1501}, {"paid_amount": -1}]
)
def test_claim_is_not_paid_above_its_approval(desk, values):
    claim = desk.claim("approved")
    with violates(SubsidyClaim, "claim_is_not_paid_above_its_approval"):
        change(claim, **values)


@pytest.mark.parametrize("values", [{"approved_by": None}, {"approved_amount": 0}])
def test_approved_claim_has_an_approver(desk, values):
    claim = desk.claim("approved")
    with violates(SubsidyClaim, "approved_claim_has_an_approver"):
        change(claim, **values)


def test_claim_is_approved_by_another_than_verified_it(desk):
    claim = desk.claim("approved")
    for verifier in (claim.approved_by, None):
        with violates(SubsidyClaim, "claim_is_approved_by_another_than_verified_it"):
            change(claim, verified_by=verifier)


@pytest.mark.parametrize("mxn", ["0.0000", "-1.0000"])
def test_exchange_rate_is_above_zero(db, mxn):
    with violates(ExchangeRate, "exchange_rate_is_above_zero"):
        change(rate(), mxn=Decimal(mxn))


def test_claim_is_in_one_open_payment(desk):
    line = desk.send(desk.claim("approved"))
    line.pk = None
    with violates(PaymentLine, "claim_is_in_one_open_payment"):
        line.save()


@pytest.mark.parametrize("part", ["amount", "amount_mxn"])
def test_payment_is_above_zero(desk, part):
    line = desk.send(desk.claim("approved"))
    with violates(PaymentLine, "payment_is_above_zero"):
        change(line, **{part: 0})


def test_no_more_is_paid_than_was_sent(desk):
    line = desk.send(desk.claim("approved"))
    with violates(PaymentLine, "no_more_is_paid_than_was_sent"):
        change(line, amount=line.sent_amount + Decimal("0.01"))


def test_paid_line_has_its_day(desk):
    line = desk.send(desk.claim("approved"))
    with violates(PaymentLine, "paid_line_has_its_day"):
        change(line, result="paid")


def register(**values) -> RegisterSnapshot:
    facts = {"year": 2018, "quarter": 1, "rows": [], "total": 0, "sha256": "0" * 64}
    return RegisterSnapshot.objects.create(**facts | values)


def test_register_is_published_once_a_quarter(db):
    register()
    with violates(RegisterSnapshot, "register_is_published_once_a_quarter"):
        register()


@pytest.mark.parametrize("quarter", [0, 5])
def test_quarter_is_one_of_four(db, quarter):
    with violates(RegisterSnapshot, "quarter_is_one_of_four"):
        register(quarter=quarter)
