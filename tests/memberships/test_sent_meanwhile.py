"""A membership is cancelled while the rest of its claim goes to the treasury."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from memberships import audit
from memberships.enums import ClaimStatus as C
from memberships.enums import MembershipStatus as M
from memberships.services import decisions, life
from tests.money import Desk
from tests.races import race


@race
@pytest.mark.parametrize("paid_before", [True, False])
def test_what_was_sent_as_the_membership_is_cancelled_can_be_settled(monkeypatch, paid_before):
    desk = Desk()
    claim = desk.claim(C.APPROVED)
    if paid_before:
        desk.settle(desk.send(claim), amount=Decimal("500.00"))
        claim.refresh_from_db()
    lines = []

    def send():
        lines.append(desk.send(claim))
        connection.close()

    # The batch is committed after the cancelling has begun, just before it holds the claim.
    real = decisions.lock_claim

    def lock_claim(row):
        if not lines:
            other = threading.Thread(target=send, daemon=True)
            other.start()
            other.join(20)
        return real(row)

    monkeypatch.setattr(decisions, "lock_claim", lock_claim)
    life.cancel_membership(desk.membership, actor=desk.boss, reason="Lo pidió la empresa")
    assert len(lines) == 1
    desk.settle(lines[0])
    claim.refresh_from_db()
    desk.membership.refresh_from_db()
    desk.fund.refresh_from_db()
    assert desk.membership.status == M.CANCELLED
    assert claim.paid_amount == desk.membership.paid_out == desk.fund.paid == Decimal("1500.00")
    assert not audit.differences(desk.fund)
