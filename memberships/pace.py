"""How often something happens, from a count over some days, with the band that the count allows.

Pure: no database and no clock.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

WINDOW = 56  # days: eight weeks, the recent velocity of recruitment forecasts
MONTH = Decimal("30.4375")  # days: a twelfth of 365.25
_NORMAL = 1.959964  # the normal distribution's 97.5 % point


def poisson_interval(count: int) -> tuple[Decimal, Decimal]:
    """The mean counts that go with a count of independent events, at 95 %.

    Byar's approximation of the exact interval (Breslow and Day, 1987, p. 69): within 0.03 of
    it.
    """
    low = count * (1 - 1 / (9 * count) - _NORMAL / (3 * sqrt(count))) ** 3 if count else 0
    above = count + 1
    high = above * (1 - 1 / (9 * above) + _NORMAL / (3 * sqrt(above))) ** 3
    return _decimal(max(low, 0)), _decimal(high)


def _decimal(number: float) -> Decimal:
    return Decimal(str(round(number, 4)))


@dataclass(frozen=True)
class Pace:
    """Events a day."""

    low: Decimal
    expected: Decimal
    high: Decimal

    @property
    def a_month(self) -> Decimal:
        return (self.expected * MONTH).quantize(Decimal("0.1"))


def counted(count: int, days: int) -> Pace:
    """The pace of `count` events in `days`, at least one."""
    low, high = poisson_interval(count)
    return Pace(low / days, Decimal(count) / days, high / days)


def assumed(a_month: Decimal) -> Pace:
    """A pace that someone expects, as uncertain as eight weeks of it would leave it."""
    expected = a_month / MONTH
    measured = counted(round(expected * WINDOW), WINDOW)
    return Pace(min(measured.low, expected), expected, max(measured.high, expected))
