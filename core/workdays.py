"""Working days in Mexico: Monday to Friday but for the holidays of the Federal Labour Law."""

import datetime
from functools import cache

import holidays

_DAY = datetime.timedelta(days=1)


@cache
def _holidays(year: int) -> frozenset[datetime.date]:
    # Whole, or not there: the package's own calendar of all years is half filled for a thread
    # that asks while another one is filling it.
    return frozenset(holidays.country_holidays("MX", years=year))


def is_workday(day: datetime.date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)


def next_workday(day: datetime.date) -> datetime.date:
    """`day` itself when it is a working day, else the first one after it."""
    while not is_workday(day):
        day += _DAY
    return day


def workdays_between(start: datetime.date, end: datetime.date) -> int:
    """How many working days have begun after `start`, up to and with `end`; 0 if end <= start."""
    days = (end - start).days
    return sum(is_workday(start + _DAY * number) for number in range(1, days + 1))


def workdays_before(day: datetime.date, count: int) -> datetime.date:
    """The latest day from which `count` working days have passed until `day`."""
    while count > 0:
        count -= is_workday(day)
        day -= _DAY
    return day
