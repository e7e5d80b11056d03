"""What a change of the rules would do to prices, before it is made: reads, never writes.

Frozen terms never change. The rules as they are and as they would be price the same firms: those
that wait for a decision, each as if it were decided on the first day on which a price changes,
and the renewals of the next sixty days, each on the day on which it is offered. Every one is
priced on its own, as its page shows it; `Cover` says whether the funds hold them all.
"""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Sum
from django.utils import timezone

from core.money import ZERO, round_cents
from memberships.enums import OPEN_STATUSES, EarnedBy
from memberships.firms import Firm, firms_to_renew, waiting_firms
from memberships.models import Membership, PlanFee, PromotionPeriod, SubsidyFund
from memberships.services.prices import Price, Rules, fee_on, in_order, price_by

EXAMPLES = 5


@dataclass(frozen=True)
class Rulebook:
    """All that makes prices, of whichever day: stored rows, or changed ones that are not."""

    fees: tuple[PlanFee, ...]  # of the plan that is offered
    promotions: tuple[PromotionPeriod, ...]  # those that are honoured
    funds: tuple[SubsidyFund, ...]

    def on(self, day: datetime.date) -> Rules | None:
        """The rules of a day; None where no plan has a fee."""
        fee = fee_on(self.fees, day)
        if fee is None:
            return None
        periods = [period for period in self.promotions if period.plan_id == fee.plan_id]
        open_funds = [fund for fund in self.funds if fund.starts_on <= day <= fund.ends_on]
        return Rules(day, fee, periods, in_order(open_funds))

    def with_fees(self, fees: Iterable[PlanFee]) -> "Rulebook":
        return replace(self, fees=tuple(fees))

    def with_fund(self, fund: SubsidyFund) -> "Rulebook":
        return replace(self, funds=tuple(fund if row.pk == fund.pk else row for row in self.funds))

    def with_promotion(self, promotion: PromotionPeriod) -> "Rulebook":
        others = tuple(row for row in self.promotions if row.pk != promotion.pk)
        return replace(self, promotions=others + (promotion,) * promotion.is_honoured)


def days_of(starts_on: datetime.date, ends_on: datetime.date | None) -> list[datetime.date]:
    """The days on which a period begins to count and no longer does."""
    if ends_on in (None, datetime.date.max):
        return [starts_on]
    return [starts_on, ends_on + datetime.timedelta(days=1)]


def rulebook() -> Rulebook:
    """The rules as they are stored."""
    fees = PlanFee.objects.filter(plan__is_offered=True).select_related("plan")
    promotions = PromotionPeriod.objects.honoured().order_by("pk")
    return Rulebook(tuple(fees), tuple(promotions), tuple(SubsidyFund.objects.all()))


@dataclass(frozen=True)
class Example:
    firm: Firm | None
    before: Price | None
    after: Price | None


@dataclass(frozen=True)
class Shift:
    """How many firms were priced, how many get another price, and the sums of these."""

    count: int
    changed: int
    support_before: Decimal
    support_after: Decimal
    share_before: Decimal
    share_after: Decimal
    unpriced: int  # without any price after the change: no plan is offered on their day
    is_capped: bool
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Cover:
    """What the rules would grant all these firms from a fund, and what it holds."""

    fund: SubsidyFund
    needed: Decimal
    available: Decimal

    @property
    def short(self) -> Decimal:
        return max(self.needed - self.available, ZERO)


@dataclass(frozen=True)
class Effect:
    """What a manager sees before a change is made."""

    day: datetime.date
    today: datetime.date
    anyone: Example  # any eligible firm, as on the public page
    open_offers: int
    open_reserved: Decimal
    applications: Shift
    renewals: Shift
    covers: tuple[Cover, ...]

    @cached_property
    def digest(self) -> str:
        """Changes with every figure that is shown."""
        shown = (
            self.day,
            _amounts(self.anyone),
            self.open_offers,
            self.open_reserved,
            *(_figures(shift) for shift in (self.applications, self.renewals)),
            *((cover.fund.pk, cover.needed, cover.available) for cover in self.covers),
        )
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:20]


def effect(before: Rulebook, after: Rulebook, boundaries: Iterable[datetime.date]) -> Effect:
    """The effect of replacing one set of rules by another.

    `boundaries` are the days on which the change may begin or end to count. A fixed number of
    queries, whatever there is to price.
    """
    today = timezone.localdate()
    old, new = Pricer(before), Pricer(after)
    waiting, more_waiting = waiting_firms()
    day = _first_change(old, new, waiting, [today, *_after(today, boundaries)])
    renewals, more_renewals = firms_to_renew(today)
    open_offers = Membership.objects.filter(status__in=OPEN_STATUSES).aggregate(
        count=Count("pk"), reserved=Sum("reserved", default=ZERO)
    )
    applications = [(firm, old.on(day, firm), new.on(day, firm)) for firm in waiting]
    renewed = [(firm, old.on(firm.day, firm), new.on(firm.day, firm)) for firm in renewals]
    return Effect(
        day=day,
        today=today,
        anyone=Example(None, old.on(day), new.on(day)),
        open_offers=open_offers["count"],
        open_reserved=round_cents(open_offers["reserved"]),
        applications=_shift(applications, more_waiting),
        renewals=_shift(renewed, more_renewals),
        covers=_covers([price for _firm, _old, price in applications + renewed]),
    )


class Pricer:
    """Prices firms by one set of rules; those of equal terms once."""

    def __init__(self, rules: Rulebook):
        self.rulebook = rules
        self.rules: dict[datetime.date, Rules | None] = {}
        self.prices: dict[tuple, Price | None] = {}

    def on(self, day: datetime.date, firm: Firm | None = None) -> Price | None:
        """The price of a firm, or of any eligible one; None where no plan is offered."""
        if day not in self.rules:
            self.rules[day] = self.rulebook.on(day)
        rules = self.rules[day]
        if rules is None:
            return None
        if firm is None:
            return self._by(rules, (day,))
        by_submission = any(row.earned_by == EarnedBy.SUBMISSION for row in rules.periods)
        facts = (firm.applied_on if by_submission else None, firm.supported, firm.renews)
        return self._by(rules, (day, firm.size, firm.state, *facts), firm, *facts)

    def _by(self, rules: Rules, key: tuple, *of_firm) -> Price:
        if key not in self.prices:
            self.prices[key] = price_by(rules, *of_firm)
        return self.prices[key]


def _after(today, boundaries) -> list[datetime.date]:
    return sorted({day for day in boundaries if day > today})


def _first_change(old, new, firms, days) -> datetime.date:
    """The first of `days` on which any price differs; today where none does."""
    for day in days:
        for firm in (None, *firms):
            if _amounts_of(old.on(day, firm)) != _amounts_of(new.on(day, firm)):
                return day
    return days[0]


# --- What it comes to ----------------------------------------------------------------------------


def _shift(priced: list[tuple[Firm, Price | None, Price | None]], is_capped: bool) -> Shift:
    changed = [
        (firm, old, new) for firm, old, new in priced if _amounts_of(old) != _amounts_of(new)
    ]
    return Shift(
        count=len(priced),
        changed=len(changed),
        support_before=_sum(changed, 1, "subsidy"),
        support_after=_sum(changed, 2, "subsidy"),
        share_before=_sum(changed, 1, "company_share"),
        share_after=_sum(changed, 2, "company_share"),
        unpriced=sum(new is None for _firm, _old, new in priced),
        is_capped=is_capped,
        examples=tuple(Example(firm, old, new) for firm, old, new in changed[:EXAMPLES]),
    )


def _sum(rows: list[tuple], column: int, part: str) -> Decimal:
    prices = [row[column] for row in rows if row[column]]
    return sum((getattr(price.breakdown, part) for price in prices), ZERO)


def _covers(prices: list[Price | None]) -> tuple[Cover, ...]:
    needed: dict[int, Decimal] = defaultdict(lambda: ZERO)
    funds = {}
    for price in prices:
        if price and price.breakdown.entitled_subsidy:
            funds[price.fund.pk] = price.fund
            needed[price.fund.pk] += price.breakdown.entitled_subsidy
    return tuple(Cover(fund, needed[pk], fund.available) for pk, fund in sorted(funds.items()))


def _amounts_of(price: Price | None) -> tuple | None:
    if price is None:
        return None
    b = price.breakdown
    parts = (b.list_fee, b.promotion_discount, b.subsidy, b.company_share, b.entitled_subsidy)
    return tuple(round_cents(amount) for amount in parts)


def _amounts(example: Example) -> tuple:
    firm = example.firm.title if example.firm else ""
    return firm, _amounts_of(example.before), _amounts_of(example.after)


def _figures(shift: Shift) -> tuple:
    sums = (shift.support_before, shift.support_after, shift.share_before, shift.share_after)
    examples = [_amounts(example) for example in shift.examples]
    return shift.count, shift.changed, shift.unpriced, sums, examples
