"""The nightly check finds whatever was changed past the ledger."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from memberships import audit, tasks
from memberships.models import FundEntry, Membership, PaymentLine, SubsidyClaim, SubsidyFund
from tests import factories
from tests.money import Desk


@pytest.fixture
def desk(db) -> Desk:
    desk = Desk()
    claim = desk.decide("approve", desk.claim("verified"), amount=Decimal("1000.00"))
    desk.settle(desk.send(claim), amount=Decimal("400.00"))
    desk.recover(claim, "100.00")
    return desk


def tamper(model, **values) -> None:
    """As someone with a database shell would."""
    QuerySet(model).update(**values)


def entry(desk, kind):
    return QuerySet(FundEntry).filter(fund=desk.fund, kind=kind)


TAMPERED = {
    "a total": lambda desk: tamper(SubsidyFund, available=8700, budget=10100),
    "two totals": lambda desk: tamper(SubsidyFund, available=8601, reserved=499),
    "an amount": lambda desk: entry(desk, "disburse").update(amount=Decimal("399.99")),
    "a kind": lambda desk: entry(desk, "recover").update(kind="disburse"),
    "an entry that is gone": lambda desk: entry(desk, "commit")._raw_delete("default"),
    "an entry of another fund": lambda desk: entry(desk, "reserve").update(fund=factories.fund()),
    "a share": lambda desk: tamper(Membership, reserved=499),
    "an approval": lambda desk: tamper(SubsidyClaim, approved_amount=999),
    "a payment": lambda desk: tamper(SubsidyClaim, paid_amount=401),
    "a line": lambda desk: tamper(PaymentLine, amount=399),
}


def test_ledger_that_agrees_passes(desk, capsys):
    call_command("check_ledger")
    assert "agree" in capsys.readouterr().out


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_is_found_and_the_command_fails(desk, what, capsys):
    TAMPERED[what](desk)
    with pytest.raises(CommandError):
        call_command("check_ledger")
    assert str(desk.fund) in capsys.readouterr().err


def test_command_exits_with_an_error(desk):
    tamper(Membership, reserved=499)
    with pytest.raises(CommandError) as failure:
        call_command("check_ledger")
    assert failure.value.returncode == 1


def test_nightly_task_logs_what_was_found(desk, caplog):
    tasks.check_ledger()
    assert not caplog.records
    tamper(Membership, reserved=499)
    with pytest.raises(CommandError):
        tasks.check_ledger()
    assert [(r.levelname, r.message, r.found) for r in caplog.records] == [
        ("ERROR", "ledger_differs", "1 differences between totals and entries.")
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_check_takes_the_same_queries_for_one_membership_and_for_three(
    db, rows, django_assert_num_queries
):
    fund = factories.fund()
    for _ in range(rows):
        factories.application("approved")
    with django_assert_num_queries(10):
        assert not audit.differences(fund)
