import datetime

from hypothesis import given
from hypothesis import strategies as st

from core.periods import Period

_day = datetime.date(2017, 11, 1)
days = st.integers(0, 60).map(lambda number: _day + datetime.timedelta(days=number))


@st.composite
def periods(draw):
    first = draw(days)
    return Period(first, draw(st.none() | days.filter(lambda day: day >= first)))


@given(periods())
def test_period_includes_its_ends(period):
    assert period.contains(period.starts_on)
    assert not period.contains(period.starts_on - datetime.timedelta(days=1))
    if period.ends_on:
        assert period.contains(period.ends_on)
        assert not period.contains(period.ends_on + datetime.timedelta(days=1))
    else:
        assert period.contains(datetime.date.max)


@given(periods(), periods())
def test_periods_overlap_when_they_share_a_day(one, other):
    span = (_day + datetime.timedelta(days=number) for number in range(62))
    shared = any(one.contains(day) and other.contains(day) for day in span)
    assert one.overlaps(other) == other.overlaps(one) == shared
