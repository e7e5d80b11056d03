"""The reviewers' clock: it runs while the programme has the file, and stands while it has not."""

import datetime
import importlib

import pytest
import time_machine
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import workdays_between
from exporters import clock
from exporters.models import Application
from tests import factories

MONDAY = datetime.date(2018, 8, 6)


@pytest.fixture
def calendar():
    """Travel to a day of August 2018, which has no holiday: `calendar(6)` is a Monday."""
    with time_machine.travel(_noon(6), tick=False) as traveller:
        yield lambda day: traveller.move_to(_noon(day))


def _noon(day: int) -> datetime.datetime:
    return datetime.datetime(2018, 8, day, 18, tzinfo=datetime.UTC)


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


# --- Pure -------------------------------------------------------------------------------------


def test_clock_that_never_ran_has_nothing_to_stop():
    assert clock.standing(None, MONDAY) == {}


@given(st.dates(datetime.date(2017, 1, 1), datetime.date(2030, 1, 1)), st.integers(0, 90))
def test_clock_that_starts_again_goes_on_from_where_it_stood(today, waited):
    started = clock.running(waited, today)
    assert clock.standing(started["waiting_since"], today) == {
        "waiting_since": None,
        "days_waited": waited,
    }


@given(
    st.dates(datetime.date(2017, 1, 1), datetime.date(2030, 1, 1)),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=4),
)
def test_pauses_do_not_count(start, rounds):
    """Days with the programme and with the company, in turns: the first alone add up."""
    day, waited, expected = start, 0, 0
    for ours, theirs in rounds:
        since = clock.running(waited, day)["waiting_since"]
        decided = day + datetime.timedelta(days=ours)
        expected += workdays_between(day, decided)
        waited = clock.standing(since, decided)["days_waited"]
        day = decided + datetime.timedelta(days=theirs)
    assert waited == expected


# --- In the life of an application ------------------------------------------------------------


def test_draft_has_not_waited(db):
    draft = factories.application()
    assert (draft.waiting_since, draft.working_days) == (None, 0)


def test_clock_starts_when_the_application_is_sent(db, calendar):
    application = factories.application("submitted")
    assert (application.waiting_since, application.working_days) == (MONDAY, 0)
    calendar(13)
    assert application.working_days == 5


def test_days_begin_at_midnight_in_mexico(db):
    with time_machine.travel("2018-08-24 04:30Z", tick=False):  # Thursday, 23:30
        application = factories.application("submitted")
        assert application.working_days == 0
    with time_machine.travel("2018-08-24 05:30Z", tick=False):  # Friday, 00:30
        assert application.working_days == 1
    with time_machine.travel("2018-08-27 04:30Z", tick=False):  # Sunday, 23:30
        assert application.working_days == 1


@pytest.mark.parametrize("name", ["release", "assign", "release_idle"])
def test_clock_keeps_running_when_the_file_changes_hands(db, calendar, name):
    application = factories.application("in_review")
    calendar(8)
    actor = None if name == "release_idle" else application.assigned_to
    factories.move(application, name, actor=actor)
    calendar(10)
    assert fresh(application).waiting_since == MONDAY
    assert fresh(application).working_days == 4


def test_clock_keeps_running_when_the_review_starts(db, calendar):
    application = factories.application("submitted")
    calendar(8)
    factories.move(application, "claim", actor=factories.coordinator())
    assert fresh(application).working_days == 2


def test_clock_stands_when_the_company_takes_it_back(db, calendar):
    application = factories.application("submitted")
    calendar(8)
    factories.move(application, "withdraw", actor=application.created_by)
    calendar(20)
    assert fresh(application).waiting_since is None
    assert fresh(application).working_days == 2


@pytest.mark.parametrize("name", ["request_changes", "approve", "reject"])
def test_clock_stands_when_the_programme_has_answered(db, calendar, name):
    application = factories.application("in_review")
    calendar(8)
    moved = factories.move(application, name, actor=application.assigned_to)
    calendar(20)
    assert fresh(application).waiting_since is None
    assert fresh(application).working_days == moved.working_days == 2


def test_clock_still_stands_after_the_application_was_closed(db, calendar):
    application = factories.application("in_review")
    calendar(8)
    factories.move(application, "request_changes", actor=application.assigned_to)
    calendar(20)
    factories.move(application, "expire", actor=None)
    calendar(28)
    assert (fresh(application).waiting_since, fresh(application).working_days) == (None, 2)


def test_clock_counts_several_rounds_together(db, calendar):
    reviewer = factories.coordinator()
    application = factories.application("in_review", reviewer=reviewer)  # Monday 6
    calendar(8)
    factories.move(application, "request_changes", actor=reviewer)  # 2 days
    calendar(15)
    factories.move(application, "resubmit", actor=application.created_by)
    calendar(17)
    factories.move(application, "claim", actor=reviewer)
    calendar(20)
    factories.move(application, "request_changes", actor=reviewer)  # 3 more, over a weekend
    assert fresh(application).working_days == 5
    calendar(27)
    factories.move(application, "resubmit", actor=application.created_by)
    assert fresh(application).working_days == 5
    factories.move(application, "claim", actor=reviewer)
    calendar(28)
    factories.move(application, "approve", actor=reviewer)
    assert (fresh(application).waiting_since, fresh(application).days_waited) == (None, 6)


# --- Before the clock was kept ----------------------------------------------------------------


def test_migration_reads_the_clock_of_old_applications_from_their_log(db, calendar):
    reviewer = factories.coordinator()
    decided = factories.application("in_review", reviewer=reviewer)  # Monday 6
    waiting = factories.application("in_review", reviewer=reviewer)
    untouched = factories.application("draft")
    calendar(8)
    for application in (decided, waiting):
        factories.move(application, "request_changes", actor=reviewer)  # 2 days
    calendar(15)
    for application in (decided, waiting):
        factories.move(application, "resubmit", actor=application.created_by)
    factories.move(decided, "claim", actor=reviewer)
    calendar(20)
    factories.move(decided, "reject", actor=reviewer)  # 3 more
    Application.objects.update(waiting_since=None, days_waited=0)
    migration = importlib.import_module("exporters.migrations.0006_days_waited")
    migration.count_days(apps, None)
    assert (fresh(decided).waiting_since, fresh(decided).days_waited) == (None, 5)
    assert (fresh(waiting).days_waited, fresh(waiting).working_days) == (2, 5)
    assert (fresh(untouched).waiting_since, fresh(untouched).days_waited) == (None, 0)
