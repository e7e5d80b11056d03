"""When an application is closed and when people are reminded: working days only."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import is_workday
from exporters.deadlines import closing_day, due_steps

DAY = datetime.timedelta(days=1)
days = st.dates(datetime.date(2017, 1, 1), datetime.date(2035, 12, 31))


@pytest.mark.parametrize(
    ("requested", "closes"),
    [
        ("2018-08-23", "2018-09-24"),  # the 22nd is a Saturday
        ("2018-08-27", "2018-09-26"),
        ("2019-08-17", "2019-09-17"),  # the 16th is a holiday
        ("2018-10-20", "2018-11-20"),  # Monday 19 too
        ("2018-12-02", "2019-01-02"),
    ],
)
def test_closing_day_is_thirty_days_later_or_the_next_working_day(requested, closes):
    assert closing_day(datetime.date.fromisoformat(requested)).isoformat() == closes


@given(days)
def test_closing_day_is_a_working_day_and_never_early(requested):
    closes = closing_day(requested)
    assert is_workday(closes)
    assert 30 <= (closes - requested).days <= 34


@given(days, st.integers(0, 60))
def test_steps_become_due_in_their_order_and_stay_due(since, later):
    today = since + DAY * later
    due = due_steps(since, (7, 14, 21), today)
    assert due == [7, 14, 21][: len(due)]
    assert due_steps(since, (7, 14, 21), today + DAY)[: len(due)] == due
    if later < 7:
        assert due == []


@given(days)
def test_step_is_due_on_a_working_day_first(since):
    first = next(
        since + DAY * later
        for later in range(40)
        if due_steps(since, (7,), since + DAY * later) == [7]
    )
    assert is_workday(first)
