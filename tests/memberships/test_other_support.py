from decimal import Decimal

from memberships import casefile
from memberships.enums import ClaimStatus as C
from memberships.enums import MembershipStatus as M
from memberships.models import Membership
from tests.money import Desk


def kept(desk) -> Decimal:
    """What the company keeps, as a decision on another membership of it shows it."""
    other = Membership(company=desk.company)
    return casefile.other_support(casefile.support_of(other), other)


def test_other_support_is_what_the_company_keeps(db):
    desk = Desk()
    assert kept(desk) == Decimal("1500.00")
    claim = desk.claim(C.APPROVED)
    desk.settle(desk.send(claim), amount=Decimal("500.00"))
    desk.membership = desk.step("cancel")
    assert desk.membership.status == M.CANCELLED
    assert kept(desk) == Decimal("500.00")
    desk.recover(claim, "200.00")
    assert kept(desk) == Decimal("300.00")
