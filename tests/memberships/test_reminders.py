"""What the calendar mails, once each, on the days that it should."""

import datetime

import pytest
import time_machine
from django.utils import timezone
from post_office.models import Email

from memberships import tasks
from memberships.enums import MembershipStatus as M
from memberships.models import Membership
from memberships.services import reminders
from tests.money import Desk


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


def days_of_mail(last: datetime.date, count: int) -> list[int]:
    """How many days before `last` a mail went out, of the last `count` days and two after."""
    sent = []
    for left in range(count, -3, -1):
        Email.objects.all().delete()
        day = last - datetime.timedelta(days=left)
        first, again = reminders.remind(day), reminders.remind(day)
        assert (first, again) in ((0, 0), (1, 0))
        assert Email.objects.count() == first
        sent += [left] * first
    return sent


@pytest.mark.parametrize(
    ("status", "until", "days"),
    [
        (M.OFFERED, "reply_by", [7, 2]),
        (M.ACCEPTED, "pay_by", [7, 2]),
        (M.PAID, "claim_by", [7, 2]),
        (M.RENEWAL_OFFERED, "ends_on", [60, 30, 7]),
    ],
)
def test_reminder_goes_out_on_its_days_and_once(desk, status, until, days):
    row = desk.bring(status)
    # The other last days of the same membership are reminded of elsewhere.
    Membership.objects.exclude(pk=row.pk).update(reply_by=datetime.date(2999, 1, 1))
    if until == "ends_on":
        Membership.objects.filter(pk=row.pk).update(reserved=0)
    assert days_of_mail(getattr(row, until), 70) == days


def test_running_membership_is_reminded_of_its_end(desk):
    desk.bring(M.ACTIVE)
    Membership.objects.update(reserved=0)
    assert days_of_mail(desk.membership.ends_on, 70) == [60, 30, 7]


def test_after_an_outage_only_the_latest_reminder_goes_out(desk):
    desk.bring(M.ACTIVE)
    Membership.objects.update(reserved=0)
    Email.objects.all().delete()
    assert reminders.remind(desk.membership.ends_on - datetime.timedelta(days=5)) == 1
    assert Email.objects.count() == 1


def test_claim_that_was_made_is_not_reminded_of(desk):
    desk.claim()
    assert days_of_mail(desk.membership.claim_by, 10) == []


def test_calendar_tends_a_membership_through_its_year(desk):
    """A night after the other, as the worker runs them."""
    desk.bring(M.ACTIVE)
    start = timezone.now()
    seen = []
    for day in range(0, 400, 5):
        with time_machine.travel(start + datetime.timedelta(days=day)):
            tasks.tend_memberships()
            desk.membership.refresh_from_db()
            status = desk.membership.status
        if not seen or seen[-1] != status:
            seen.append(status)
    assert seen == [M.ACTIVE, M.RENEWAL_OFFERED, M.LAPSED]
    assert desk.membership.renewals.get().status == M.EXPIRED
    desk.fund.refresh_from_db()
    assert desk.fund.available == desk.fund.budget  # nobody asked for the support
