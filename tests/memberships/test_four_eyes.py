"""Whoever granted public money does not pay it, whatever else they may do."""

import pytest
from django.utils import timezone

from core.workflow import TransitionNotAllowed
from exporters.services.decisions import release_decision, stage_decision
from memberships.enums import ClaimStatus as C
from memberships.services import offers
from memberships.services.prices import price_on
from tests import factories
from tests.money import Desk, rate

pytestmark = pytest.mark.usefixtures("english")


def refused(desk, claim, person) -> None:
    """To put it into a batch, to settle it, to recover it."""
    rate()
    with pytest.raises(TransitionNotAllowed, match="who approves does not pay"):
        desk.batch([claim], actor=person)
    line = desk.send(claim)
    with pytest.raises(TransitionNotAllowed, match="who approves does not pay"):
        desk.settle(line, actor=person)
    desk.settle(line)
    with pytest.raises(TransitionNotAllowed, match="who approves does not pay"):
        desk.recover(claim, "1.00", actor=person)


def test_who_offered_again_does_not_pay(db):
    desk = Desk()
    desk.step("decline")
    root = factories.superuser()
    fund, membership = desk.fund, offers.offer_again(desk.membership, actor=root)
    desk = Desk.of(membership)
    desk.fund = fund
    refused(desk, desk.claim(C.APPROVED), root)


def test_second_person_of_an_approval_does_not_pay(db):
    fund = factories.fund("10000.00")
    reviewer, root = factories.coordinator(), factories.superuser()
    application = factories.application("in_review", reviewer=reviewer)
    factories.prepare(application, "approve", actor=reviewer)
    price = price_on(timezone.localdate(), application.company, application=application)
    staged = stage_decision(application, "approve", actor=reviewer, confirmed_terms=price.terms)
    membership = release_decision(staged, actor=root).memberships.get()
    desk = Desk.of(membership)
    desk.fund = fund
    refused(desk, desk.claim(C.APPROVED), root)
