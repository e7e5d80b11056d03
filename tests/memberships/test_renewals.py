"""The year of a membership and the one after it."""

import datetime

import pytest

from core.workflow import TransitionNotAllowed
from memberships.enums import MembershipStatus as M
from memberships.models import Membership
from memberships.services import life
from memberships.services.life import last_day
from tests import factories
from tests.money import Desk

DAY = datetime.date


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


# --- The year ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (DAY(2018, 1, 15), DAY(2019, 1, 14)),
        (DAY(2018, 1, 1), DAY(2018, 12, 31)),
        (DAY(2020, 2, 29), DAY(2021, 2, 28)),
        (DAY(2019, 3, 1), DAY(2020, 2, 29)),
        (DAY(2020, 3, 1), DAY(2021, 2, 28)),
        (DAY(2019, 2, 28), DAY(2020, 2, 27)),
    ],
)
def test_year_ends_the_day_before_it_comes_round(first, last):
    assert last_day(first) == last


def test_renewal_begins_after_the_year_before(desk):
    desk.bring(M.RENEWAL_OFFERED)
    renewal = desk.membership.renewals.get()
    for name in ("accept", "report", "confirm_payment"):
        renewal = desk.step(name, renewal)
    with pytest.raises(TransitionNotAllowed):
        desk.step("activate", renewal, starts_on=desk.membership.ends_on)


def test_renewal_that_was_paid_late_begins_after_a_gap(desk):
    desk.bring(M.RENEWAL_OFFERED)
    renewal = desk.membership.renewals.get()
    for name in ("accept", "report", "confirm_payment"):
        renewal = desk.step(name, renewal)
    desk.step("lapse")
    late = desk.membership.ends_on + datetime.timedelta(days=20)
    assert desk.step("activate", renewal, starts_on=late).status == M.ACTIVE
    desk.membership.refresh_from_db()
    assert desk.membership.status == M.LAPSED


def test_renewal_is_offered_sixty_days_before_the_end_and_once(desk):
    desk.bring(M.ACTIVE)
    notice = desk.membership.ends_on - datetime.timedelta(days=60)
    assert life.offer_renewals(notice - datetime.timedelta(days=1)) == 0
    assert life.offer_renewals(notice) == 1
    assert life.offer_renewals(notice) == 0
    renewal = desk.membership.renewals.get()
    assert renewal.offered_by is None
    assert not Membership.objects.filter(offered_by=None).exclude(pk=renewal.pk).exists()


def test_suspended_company_gets_no_renewal(desk):
    desk.bring(M.ACTIVE)
    factories.move(desk.membership.application, "suspend", actor=desk.boss)
    assert life.offer_renewals(desk.membership.ends_on) == 0


def test_renewal_without_a_plan_waits(desk):
    desk.bring(M.ACTIVE)
    factories.Plan.objects.update(is_offered=False)
    assert life.offer_renewals(desk.membership.ends_on) == 0
    desk.membership.refresh_from_db()
    assert desk.membership.status == M.ACTIVE


def test_one_that_cannot_be_renewed_keeps_no_other_waiting(db, caplog):
    stuck, other = Desk(), Desk()
    for desk in (stuck, other):
        desk.bring(M.ACTIVE)
    offer = Membership.objects.get(pk=stuck.membership.pk)
    offer.pk, offer.status = None, M.OFFERED  # made meanwhile, outside the calendar
    offer.fund, offer.reserved, offer.subsidy, offer.entitled_subsidy = None, 0, 0, 0
    offer.company_share = offer.list_fee - offer.promotion_discount
    offer.save(force_insert=True)
    assert life.offer_renewals(max(stuck.membership.ends_on, other.membership.ends_on)) == 1
    assert other.membership.renewals.count() == 1
    assert [record.msg for record in caplog.records if record.levelname == "ERROR"] == [
        "membership_failed"
    ]
