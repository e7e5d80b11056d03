"""A membership that is cancelled while its claim is open."""

from decimal import Decimal

import pytest

from core.workflow import TransitionNotAllowed
from memberships import audit
from memberships.enums import ClaimStatus as C
from memberships.enums import LineResult
from memberships.services import life
from tests.money import Desk


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


# --- A membership that is cancelled with an open claim -------------------------------------------


@pytest.mark.parametrize("status", [C.REQUESTED, C.VERIFIED, C.APPROVED, C.RETURNED])
def test_cancelled_membership_closes_its_claim_and_frees_the_support(desk, status):
    claim = desk.claim(status)
    desk.step("cancel")
    claim.refresh_from_db()
    assert claim.status == C.REJECTED
    assert claim.transitions.last().transition == "void"
    desk.fund.refresh_from_db()
    assert desk.fund.available == desk.fund.budget
    assert not audit.differences(desk.fund)


def test_payment_on_its_way_is_entered_after_the_membership_was_cancelled(desk):
    claim = desk.claim(C.APPROVED)
    line = desk.send(claim)
    desk.step("cancel")
    claim.refresh_from_db()
    assert claim.status == C.APPROVED
    desk.settle(line, amount=Decimal("1000.00"))
    claim.refresh_from_db()
    assert (claim.status, claim.transitions.last().transition) == (C.PAID, "close")
    desk.fund.refresh_from_db()
    assert (desk.fund.paid, desk.fund.committed, desk.fund.reserved) == (1000, 0, 0)
    assert not audit.differences(desk.fund)
    with pytest.raises(TransitionNotAllowed):  # paid and not recovered: no second support
        life.accept_offer(desk.membership, actor=desk.owner)


def test_payment_that_failed_after_the_membership_was_cancelled_frees_the_support(desk):
    line = desk.send(desk.claim(C.APPROVED))
    desk.step("cancel")
    desk.settle(line, LineResult.FAILED)
    desk.fund.refresh_from_db()
    assert desk.fund.available == desk.fund.budget
