"""The sums of the public accounts: by fund, by state, by quarter."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Case, Count, IntegerField, Max, Min, QuerySet, Sum, Value, When
from django.utils import timezone

from core.mexico import state_name
from core.money import ZERO, in_cents, round_cents
from memberships.enums import EntryKind
from memberships.models import FundEntry, SubsidyClaim, SubsidyFund
from memberships.quarters import Quarter
from memberships.register import end_of, paid_claims

_STATE, _FUND = "membership__company__state", "membership__fund"


@dataclass
class Sums:
    """What was paid and recovered, on how many claims of how many firms."""

    claims: int = 0
    firms: int = 0
    paid: Decimal = ZERO
    recovered: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.paid - self.recovered


@dataclass
class OfState(Sums):
    code: str = ""
    share: Decimal = ZERO  # of the largest net sum of a state, in percent: the length of its bar

    @property
    def name(self) -> str:
        return state_name(self.code)


@dataclass
class OfFund(Sums):
    fund: SubsidyFund | None = None

    @property
    def set_aside(self) -> Decimal:
        return self.fund.reserved + self.fund.committed


@dataclass
class Accounts(Sums):
    """The whole programme; `budget` is all that was put into its funds."""

    budget: Decimal = ZERO
    funds: list[OfFund] = field(default_factory=list)
    states: list[OfState] = field(default_factory=list)


def accounts(funds: Iterable[SubsidyFund]) -> Accounts:
    """The sums of these funds, which are all there are; of each, and of each state."""
    claims = paid_claims()
    by_fund = {fund.pk: OfFund(fund=fund) for fund in funds}
    for fund, *sums in _paid(claims, _FUND):
        _add(by_fund[fund], *sums)
    states = by_state(claims)
    for fund, state, amount in _recovered(None, _FUND, _STATE):
        by_fund[fund].recovered += amount
        states[state].recovered += amount
    whole = Accounts(
        budget=sum((fund.budget for fund in funds), ZERO),
        funds=list(by_fund.values()),
        states=_largest_first(states.values()),
    )
    for state in states.values():  # a firm is in one state
        _add(whole, state.claims, state.firms, state.paid)
        whole.recovered += state.recovered
    return whole


def accounts_by_state(claims: QuerySet[SubsidyClaim]) -> list[OfState]:
    """The sums of these claims by state, the largest net sum first."""
    states = by_state(claims)
    for state, amount in _recovered(claims, _STATE):
        states[state].recovered += amount
    return _largest_first(states.values())


def by_state(claims) -> dict[str, OfState]:
    states = {}
    for state, *sums in _paid(claims, _STATE):
        states[state] = OfState(code=state)
        _add(states[state], *sums)
    return states


def sums_of(claims: QuerySet[SubsidyClaim]) -> Sums:
    """The sums of a selection."""
    found = Sums()
    for sums in _paid(claims):
        _add(found, *sums)
    for (amount,) in _recovered(claims):
        found.recovered += amount
    return found


def _paid(claims, *keys) -> list[tuple]:
    """(*keys, claims, firms, USD) of each group."""
    groups = claims.order_by().values(*keys) if keys else claims.order_by().values(all=Value(1))
    rows = groups.annotate(
        claims=Count("pk"),
        firms=Count("membership__company", distinct=True),
        paid=in_cents(Sum("paid_amount")),
    )
    return [
        (*(row[key] for key in keys), row["claims"], row["firms"], _cents(row["paid"]))
        for row in rows
    ]


def _recovered(claims, *keys) -> list[tuple]:
    """(*keys, USD) of each group; `claims` None stands for all."""
    entries = FundEntry.objects.filter(kind=EntryKind.RECOVER)
    if claims is not None:
        entries = entries.filter(claim__in=claims.order_by())
    groups = entries.order_by().values(*keys) if keys else entries.order_by().values(all=Value(1))
    rows = groups.annotate(recovered=in_cents(Sum("amount")))
    return [(*(row[key] for key in keys), _cents(row["recovered"])) for row in rows]


def _add(sums: Sums, claims: int, firms: int, paid: Decimal) -> None:
    sums.claims += claims
    sums.firms += firms
    sums.paid += paid


def _largest_first(states: Iterable[OfState]) -> list[OfState]:
    ordered = sorted(states, key=lambda state: (-state.net, state.name))
    longest = ordered[0].net if ordered else ZERO
    for state in ordered:
        state.share = round_cents(state.net * 100 / longest) if longest else ZERO
    return ordered


# --- The calendar ----------------------------------------------------------------------------


@dataclass
class OfQuarter:
    """The movements of a fund, or of all, in a quarter: what was moved of each kind."""

    quarter: Quarter
    sums: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(EntryKind.values, ZERO))
    share: Decimal = ZERO  # of the largest sum paid in a quarter, in percent

    @property
    def net(self) -> Decimal:
        return self.sums[EntryKind.DISBURSE] - self.sums[EntryKind.RECOVER]


def by_quarter(entries: QuerySet[FundEntry]) -> list[OfQuarter]:
    """The quarters from the first entry to the last, those without any too."""
    entries = entries.order_by()
    span = entries.aggregate(first=Min("created_at"), last=Max("created_at"))
    if span["first"] is None:
        return []
    first, last = (Quarter.of(timezone.localdate(span[end])) for end in ("first", "last"))
    calendar = [OfQuarter(quarter) for quarter in first.until(last)]
    ends = [
        When(created_at__lt=end_of(row.quarter.ends_on), then=Value(number))
        for number, row in enumerate(calendar)
    ]
    groups = entries.annotate(place=Case(*ends, output_field=IntegerField()))
    for place, kind, total in groups.values_list("place", "kind").annotate(
        total=in_cents(Sum("amount"))
    ):
        calendar[place].sums[kind] = _cents(total)
    longest = max(row.sums[EntryKind.DISBURSE] for row in calendar)
    for row in calendar:
        paid = row.sums[EntryKind.DISBURSE]
        row.share = round_cents(paid * 100 / longest) if longest else ZERO
    return calendar


def _cents(total) -> Decimal:
    return round_cents(Decimal(total or 0))  # None: the sum of nothing
