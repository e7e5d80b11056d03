"""What a promotion of x % for some months would cost a fund.

Pure: Decimal US dollars, days passed in, no database and no clock. Every new firm is taken to be
of a size and state that the fund supports, and to come at the same pace with and without the
promotion: the page says so.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from core.money import ZERO
from core.periods import Period
from memberships.pace import Pace
from memberships.pricing import Breakdown, FundTerms, PlanTerms, PromotionTerms, quote


@dataclass(frozen=True)
class MonthAhead:
    """A month in which the fund supports firms: its first day, its days, and what is known."""

    starts_on: datetime.date
    days: int
    list_fee: Decimal
    renewals: int  # due in it, and of firms that the fund may support


@dataclass(frozen=True)
class Band:
    low: int | Decimal
    expected: int | Decimal
    high: int | Decimal

    def __add__(self, other: "Band") -> "Band":
        return Band(self.low + other.low, self.expected + other.expected, self.high + other.high)

    def __iter__(self):
        return iter((self.low, self.expected, self.high))


@dataclass(frozen=True)
class MonthCost:
    month: MonthAhead
    price: Breakdown  # of one firm; its subsidy is what the rules grant
    new: Band
    cost: Band


@dataclass(frozen=True)
class Outcome:
    """What all months cost together, and what that leaves."""

    months: tuple[MonthCost, ...]
    new: Band
    renewals: int
    cost: Band
    left: Band  # never below zero; `low` is what the low number of firms leaves
    short: Band  # what the rules grant and the fund does not hold
    runs_out: Band  # the first day of the month in which the money ends, or None


def scenario(
    percent: Decimal, months: Iterable[MonthAhead], pace: Pace, fund: FundTerms
) -> Outcome:
    """What the firms of `months` cost `fund` with a promotion of `percent` of the list fee."""
    costs, days, before = [], 0, Band(0, 0, 0)
    for month in months:
        days += month.days
        so_far = _firms(pace, days)
        new = Band(*(now - then for now, then in zip(so_far, before, strict=True)))
        price = _price(percent, month, fund)
        cost = Band(*((number + month.renewals) * price.subsidy for number in new))
        costs.append(MonthCost(month, price, new, cost))
        before = so_far
    cost = sum((item.cost for item in costs), Band(ZERO, ZERO, ZERO))
    return Outcome(
        months=tuple(costs),
        new=before,
        renewals=sum(item.month.renewals for item in costs),
        cost=cost,
        left=Band(*(max(fund.available - amount, ZERO) for amount in cost)),
        short=Band(*(max(amount - fund.available, ZERO) for amount in cost)),
        runs_out=Band(*(_runs_out(costs, fund, name) for name in ("low", "expected", "high"))),
    )


def _firms(pace: Pace, days: int) -> Band:
    """Whole firms in `days`: the band rounded outwards."""
    return Band(
        int((pace.low * days).to_integral_value(ROUND_FLOOR)),
        int((pace.expected * days).to_integral_value(ROUND_HALF_UP)),
        int((pace.high * days).to_integral_value(ROUND_CEILING)),
    )


def _price(percent: Decimal, month: MonthAhead, fund: FundTerms) -> Breakdown:
    """What the rules grant one firm, as if the fund never ran out."""
    day = month.starts_on
    promotion = PromotionTerms(percent, Period(day, day), confirmed=True)
    full = replace(fund, available=month.list_fee)
    return quote(PlanTerms(month.list_fee), day, [promotion], full, None)


def _runs_out(costs: list[MonthCost], fund: FundTerms, name: str) -> datetime.date | None:
    spent = ZERO
    for item in costs:
        spent += getattr(item.cost, name)
        if spent > fund.available:
            return item.month.starts_on
    return None
