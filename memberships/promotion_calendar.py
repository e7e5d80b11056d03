"""Promotion periods as a picture: months along, a bar a period, a band a plan.

Pure: rows in, places in percent of the width and in pixels down; no database and no clock.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.periods import add_months, months_between

BACK, AHEAD = 18, 18  # months at most on either side of today
SHORTEST = 12
HEAD, TITLE, BAR = 28, 26, 36  # pixels: the months, the name of a plan, a lane of bars
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class MonthMark:
    first: datetime.date
    x: Decimal
    is_labelled: bool
    is_minor: bool  # without its label on a narrow screen
    has_year: bool


@dataclass(frozen=True)
class Bar:
    period: object
    x: Decimal
    width: Decimal
    y: int


@dataclass(frozen=True)
class Band:
    plan: object
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Calendar:
    months: tuple[MonthMark, ...]
    bands: tuple[Band, ...]
    today: Decimal
    height: int
    left_out: int  # periods that lie outside the months shown


def calendar(periods: Iterable, today: datetime.date) -> Calendar:
    """The picture of `periods` (plan, starts_on, ends_on) around `today`."""
    periods = sorted(periods, key=lambda row: (row.starts_on, row.ends_on))
    first, end = _window(periods, today)
    shown = [row for row in periods if row.starts_on < end and row.ends_on >= first]
    days = (end - first).days

    def place(day: datetime.date) -> Decimal:
        inside = min(max(day, first), end)
        return round(Decimal((inside - first).days * 100) / days, 3)

    bands, y = [], HEAD
    for plan in dict.fromkeys(row.plan for row in shown):
        bars, lanes = [], []
        for row in (row for row in shown if row.plan == plan):
            lane = next((i for i, last in enumerate(lanes) if last < row.starts_on), len(lanes))
            lanes[lane : lane + 1] = [row.ends_on]
            x, until = place(row.starts_on), place(_after(row.ends_on))
            bars.append(Bar(row, x, until - x, y + TITLE + lane * BAR))
        bands.append(Band(plan, y, tuple(bars)))
        y += TITLE + len(lanes) * BAR
    months = months_between(first, end - ONE_DAY)
    marks = tuple(_mark(month, place(month), months) for month in months)
    return Calendar(marks, tuple(bands), place(today), y, len(periods) - len(shown))


def _mark(month: datetime.date, x: Decimal, months: list[datetime.date]) -> MonthMark:
    """Quarters have their names; in a short picture all months, quarters also on the phone."""
    step, phone_step = (1, 3) if len(months) <= SHORTEST else (3, 6)
    labelled = [row for row in months if (row.month - 1) % step == 0]
    is_minor = (month.month - 1) % phone_step != 0
    has_year = month.month == 1 or month == labelled[0]
    return MonthMark(month, x, month in labelled, is_minor, has_year)


def _window(periods, today) -> tuple[datetime.date, datetime.date]:
    """The first day shown and the day after the last: whole months."""
    this_month = today.replace(day=1)
    earliest, latest = add_months(this_month, -BACK), add_months(this_month, AHEAD)
    first = min([row.starts_on for row in periods] + [add_months(this_month, -2)])
    last = max([row.ends_on for row in periods] + [add_months(this_month, 3)])
    first = max(first.replace(day=1), earliest)
    end = min(last, latest).replace(day=1)
    return first, max(add_months(end, 1), add_months(first, SHORTEST))


def _after(day: datetime.date) -> datetime.date:
    return day + ONE_DAY if day < datetime.date.max else day
