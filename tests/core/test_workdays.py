"""Working days by the Federal Labour Law (article 74), checked against printed calendars."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import is_workday, next_workday, workdays_before, workdays_between

DAY = datetime.timedelta(days=1)
days = st.dates(datetime.date(2017, 1, 1), datetime.date(2040, 12, 31))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    "holiday",
    [
        "2018-01-01",  # New Year, a Monday
        "2018-02-05",  # first Monday of February
        "2018-03-19",  # third Monday of March
        "2018-05-01",  # Labour Day
        "2019-09-16",  # Independence, a Monday
        "2020-09-16",  # and a Wednesday
        "2018-11-19",  # third Monday of November
        "2018-12-25",
        "2024-10-01",  # a president takes office, every six years
    ],
)
def test_holidays_of_the_law_are_no_working_days(holiday):
    assert not is_workday(day(holiday))


@pytest.mark.parametrize(
    "ordinary",
    [
        "2018-02-06",
        "2018-11-20",  # the Revolution is kept on the Monday before
        "2018-03-21",
        "2018-11-02",  # the Dead, 12 October, Good Friday: custom, not law
        "2018-10-12",
        "2018-03-30",
        "2018-12-24",
        "2018-12-31",
        "2023-10-02",
    ],
)
def test_other_weekdays_are_working_days(ordinary):
    assert is_workday(day(ordinary))


def test_saturdays_and_sundays_are_no_working_days():
    assert [is_workday(day("2018-08-20") + DAY * n) for n in range(7)] == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("given_day", "found"),
    [
        ("2018-08-24", "2018-08-24"),  # a Friday is its own
        ("2018-08-25", "2018-08-27"),
        ("2018-11-17", "2018-11-20"),  # a weekend and its Monday
        ("2017-12-30", "2018-01-02"),  # across the year
    ],
)
def test_next_working_day(given_day, found):
    assert next_workday(day(given_day)) == day(found)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2018-08-24", "2018-08-24", 0),
        ("2018-08-24", "2018-08-23", 0),
        ("2018-08-24", "2018-08-26", 0),  # Friday to Sunday
        ("2018-08-24", "2018-08-27", 1),
        ("2018-08-25", "2018-08-27", 1),
        ("2018-08-24", "2018-08-31", 5),
        ("2018-11-16", "2018-11-20", 1),
        ("2018-12-24", "2019-01-02", 5),  # 26, 27, 28, 31 and the 2nd
    ],
)
def test_working_days_between(start, end, count):
    assert workdays_between(day(start), day(end)) == count


@given(days, st.integers(0, 60))
def test_working_days_are_counted_back_as_they_are_counted_forth(end, count):
    start = workdays_before(end, count)
    assert workdays_between(start, end) == count
    if count:  # and it is the latest such day
        assert workdays_between(start + DAY, end) == count - 1


@given(days, st.integers(0, 120), st.integers(0, 120))
def test_working_days_of_two_spans_add_up(start, first, second):
    middle, end = start + DAY * first, start + DAY * (first + second)
    assert workdays_between(start, end) == (
        workdays_between(start, middle) + workdays_between(middle, end)
    )


@given(days)
def test_next_working_day_is_at_most_a_long_weekend_away(start):
    found = next_workday(start)
    assert is_workday(found)
    assert start <= found <= start + DAY * 4
    assert workdays_between(start - DAY, found) == 1
