"""What a fund had left at the end of each month, and until when it lasts at the present pace.

Pure: Decimal US dollars, days passed in, no database and no clock.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from core.money import ZERO
from memberships.enums import EntryKind
from memberships.pace import counted

# How a movement changes what is available; the others move money that was set aside before.
_EFFECT = {
    EntryKind.ALLOCATE: 1,
    EntryKind.RESERVE: -1,
    EntryKind.RELEASE: 1,
    EntryKind.RECOVER: 1,
}


@dataclass(frozen=True)
class Step:
    """A month's movements, and what was left at its end, or is left today."""

    month: datetime.date
    allocated: Decimal
    reserved: Decimal
    released: Decimal
    recovered: Decimal
    available: Decimal


def burn_down(
    months: Iterable[datetime.date],
    movements: Mapping[datetime.date, Mapping[str, Decimal]],
    opening: Decimal = ZERO,
) -> list[Step]:
    """A step for each of `months`; `movements` are sums by month and kind."""
    steps, available = [], opening
    for month in months:
        of = {kind: movements.get(month, {}).get(kind, ZERO) for kind in _EFFECT}
        available += sum(_EFFECT[kind] * amount for kind, amount in of.items())
        steps.append(Step(month, *of.values(), available))
    return steps


def change_of_available(sums: Mapping[str, Decimal]) -> Decimal:
    """What movements of these sums by kind left available."""
    return sum((_EFFECT[kind] * sums.get(kind, ZERO) for kind in _EFFECT), ZERO)


class Outlook(StrEnum):
    EMPTY = "empty"  # nothing is left
    CLOSED = "closed"  # its last day has passed, or its first has not come
    IDLE = "idle"  # on balance nothing was reserved, so there is no pace
    RUNS_OUT = "runs_out"  # before its last day, at the pace that was measured
    MAY_RUN_OUT = "may_run_out"  # only at the quickest pace that the count allows
    LASTS = "lasts"  # beyond its last day even then


@dataclass(frozen=True)
class Projection:
    """When nothing is left; a day is None where it lies beyond the fund's last one."""

    outlook: Outlook
    earliest: datetime.date | None = None
    expected: datetime.date | None = None
    latest: datetime.date | None = None
    a_day: Decimal = ZERO  # net reservations, US dollars


def project(
    available: Decimal,
    net: Decimal,
    count: int,
    days: int,
    today: datetime.date,
    fund_days: tuple[datetime.date, datetime.date],
) -> Projection:
    """Until when `available` lasts if `count` reservations in `days` go on as they came.

    `net` is what those days reserved less what they released. The band is that of the number of
    reservations, each as large as they were on average.
    """
    starts_on, ends_on = fund_days
    if not starts_on <= today <= ends_on:
        return Projection(Outlook.CLOSED)
    if available <= 0:
        return Projection(Outlook.EMPTY)
    if net <= 0 or not count:
        return Projection(Outlook.IDLE)
    pace, each = counted(count, days), net / count
    at = [_gone(available, p * each, today, ends_on) for p in (pace.high, pace.expected, pace.low)]
    earliest, expected, latest = at
    outlook = Outlook.RUNS_OUT if expected else Outlook.MAY_RUN_OUT if earliest else Outlook.LASTS
    return Projection(outlook, earliest, expected, latest, pace.expected * each)


def _gone(available, a_day, today, ends_on) -> datetime.date | None:
    """The day on which nothing is left; None where that is after `ends_on`."""
    if not a_day:
        return None
    days = int((available / a_day).to_integral_value(ROUND_CEILING))
    return today + datetime.timedelta(days=days) if days <= (ends_on - today).days else None
