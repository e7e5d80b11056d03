"""The funds as a manager sees them: what is left, until when, and what a promotion would cost.

Reads, in a fixed number of queries: sums come from the database, by month and kind.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Sum, When
from django.utils import timezone

from core.money import ZERO, in_cents, round_cents
from core.periods import add_months, months_between
from exporters.enums import ApplicationStatus
from memberships.burn_down import (
    Projection,
    Step,
    burn_down,
    change_of_available,
    project,
)
from memberships.enums import EntryKind, MembershipStatus
from memberships.models import FundEntry, Membership, PlanFee, SubsidyFund
from memberships.pace import WINDOW, Pace
from memberships.scenario import MonthAhead, Outcome, scenario
from memberships.services.life import RENEWAL_NOTICE
from memberships.services.prices import fee_on

MOST_MONTHS = 36  # of the past; what was before is the first one's opening
_MOVES = (EntryKind.ALLOCATE, EntryKind.RESERVE, EntryKind.RELEASE, EntryKind.RECOVER)
DAY = datetime.timedelta(days=1)


# --- What is left -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A part of the budget for the bar: where it starts and how long it is, in percent."""

    code: str
    amount: Decimal
    start: Decimal
    width: Decimal


@dataclass(frozen=True)
class Chart:
    """The line of what was available, as points of a square of 100, and its labels."""

    line: str
    ahead: str  # at the present pace; empty where there is none
    today: Decimal | None
    first: datetime.date
    last: datetime.date
    top: Decimal


@dataclass(frozen=True)
class FundPicture:
    fund: SubsidyFund
    recovered: Decimal
    parts: list[Part]
    steps: list[Step]
    projection: Projection
    window: int  # the days whose reservations give the pace
    count: int  # how many reservations these were
    net: Decimal  # what they came to, less what was released
    chart: Chart


def fund_pictures(funds: Iterable[SubsidyFund], today: datetime.date) -> list[FundPicture]:
    """A picture of each fund, from one query."""
    funds = list(funds)
    if not funds:
        return []
    oldest = max(min(fund.starts_on for fund in funds), add_months(today, 1 - MOST_MONTHS))
    months = months_between(min(oldest, today), today)
    movements, recent, counts = _movements(months, _start_of(today - (WINDOW - 1) * DAY))
    return [
        _picture(fund, months, movements[fund.pk], recent[fund.pk], counts[fund.pk], today)
        for fund in funds
    ]


def _movements(months: list[datetime.date], since: datetime.datetime) -> tuple:
    """By fund: {month: {kind: sum}}, {kind: sum since}, and how many reservations since.

    What was before the first month stands under None. The months are told apart by their bounds:
    truncating each date would cost more, and SQLite does it in Python.
    """
    starts = [_start_of(month) for month in months]
    bounds = [When(created_at__lt=at, then=number) for number, at in enumerate(starts)]
    rows = (
        FundEntry.objects.filter(kind__in=_MOVES)
        .order_by()
        .annotate(bucket=Case(*bounds, default=len(starts), output_field=IntegerField()))
        .values_list("fund", "kind", "bucket")
        .annotate(
            total=in_cents(Sum("amount")),
            recent=in_cents(Sum("amount", filter=Q(created_at__gte=since), default=ZERO)),
            count=Count("pk", filter=Q(created_at__gte=since)),
        )
    )
    movements = defaultdict(lambda: defaultdict(lambda: defaultdict(lambda: ZERO)))
    recent = defaultdict(lambda: defaultdict(lambda: ZERO))
    counts = defaultdict(int)
    for fund, kind, bucket, total, recently, count in rows:
        month = months[bucket - 1] if bucket else None
        movements[fund][month][kind] += Decimal(total).quantize(ZERO)
        recent[fund][kind] += Decimal(recently).quantize(ZERO)
        counts[fund] += count if kind == EntryKind.RESERVE else 0
    return movements, recent, counts


def _picture(fund, months, movements, recent, count, today) -> FundPicture:
    begun = fund.starts_on.replace(day=1)
    moved = {month for month in movements if month}
    first = min([begun, *moved]) if moved else begun
    last = max([min(today, fund.ends_on), *moved])
    shown = [month for month in months if first <= month <= last] or months[-1:]
    opening = sum(
        (change_of_available(of) for month, of in movements.items() if month not in shown), ZERO
    )
    steps = burn_down(shown, movements, opening)
    window = min(WINDOW, max((today - fund.starts_on).days + 1, 1))
    net = recent[EntryKind.RESERVE] - recent[EntryKind.RELEASE]
    days = fund.starts_on, fund.ends_on
    projection = project(fund.available, net, count, window, today, days)
    return FundPicture(
        fund=fund,
        recovered=sum((of[EntryKind.RECOVER] for of in movements.values()), ZERO),
        parts=parts_of(fund),
        steps=steps,
        projection=projection,
        window=window,
        count=count,
        net=net,
        chart=_chart(fund, steps, opening, projection, today),
    )


def parts_of(fund: SubsidyFund) -> list[Part]:
    """The parts of the budget, as they stand in the bar."""
    parts, start = [], Decimal(0)
    for code in ("paid", "committed", "reserved", "available"):
        amount = getattr(fund, code)
        width = amount * 100 / fund.budget if fund.budget else Decimal(0)
        parts.append(Part(code, amount, round(start, 2), round(width, 2)))
        start += width
    return parts


def _chart(fund, steps, opening, projection: Projection, today) -> Chart:
    first = min(steps[0].month, fund.starts_on)
    end_of_line = min(add_months(steps[-1].month, 1), today)
    last = max(fund.ends_on, end_of_line)
    points, before = [(first, opening)], opening
    for step in steps:  # what was allocated in a month is drawn at its beginning
        points.append((max(step.month, first), before + step.allocated))
        points.append((min(add_months(step.month, 1), today), step.available))
        before = step.available
    top = max([fund.budget, Decimal(1), *(amount for _day, amount in points)])

    def point(day, amount) -> str:
        x = Decimal((day - first).days * 100) / max((last - first).days, 1)
        return f"{x:.2f},{100 - amount * 100 / top:.2f}"

    ahead = ""
    if projection.a_day:
        until = projection.expected or fund.ends_on
        rest = fund.available - projection.a_day * (until - today).days
        ahead = f"{point(today, fund.available)} {point(until, max(rest, ZERO))}"
    inside = first <= today <= last
    return Chart(
        line=" ".join(point(day, amount) for day, amount in points),
        ahead=ahead,
        today=round(Decimal((today - first).days * 100) / max((last - first).days, 1), 2)
        if inside
        else None,
        first=first,
        last=last,
        top=top,
    )


def _start_of(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, timezone.get_current_timezone())


def recovered_of(fund: SubsidyFund) -> Decimal:
    """What companies paid back to a fund."""
    rows = fund.entries.filter(kind=EntryKind.RECOVER).order_by()
    return round_cents(rows.aggregate(total=Sum("amount", default=ZERO))["total"])


# --- What a promotion would cost ----------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """The same months with and without the promotion."""

    fund: SubsidyFund
    percent: Decimal
    months: int
    pace: Pace
    renewals_due: int  # of any firm; the fund may support `promoted.renewals` of them
    promoted: Outcome
    plain: Outcome

    @property
    def outcomes(self) -> tuple[Outcome, Outcome]:
        return self.promoted, self.plain


def measured_approvals(today: datetime.date) -> int:
    """How many firms got their first offer in the last eight weeks, today included."""
    since = _start_of(today - (WINDOW - 1) * DAY)
    first_offers = Membership.objects.filter(renews=None, offered_at__gte=since)
    return first_offers.aggregate(count=Count("company", distinct=True))["count"]


def answer(
    fund: SubsidyFund, percent: Decimal, number: int, pace: Pace, today: datetime.date
) -> Answer:
    """What a promotion of `percent` for `number` months from today would cost `fund`."""
    fees = list(PlanFee.objects.filter(plan__is_offered=True))
    starts = [add_months(today, index) for index in range(number + 1)]
    due, supported = _renewals(fund, starts, today)
    ahead = []
    for index, (start, end) in enumerate(zip(starts, starts[1:], strict=False)):
        first, last = max(start, fund.starts_on), min(end - DAY, fund.ends_on)
        fee = fee_on(fees, first)
        if first <= last and fee:
            days = (last - first).days + 1
            ahead.append(MonthAhead(first, days, fee.amount, supported[index]))
    promoted = scenario(percent, ahead, pace, fund.terms)
    plain = scenario(ZERO, ahead, pace, fund.terms)
    return Answer(fund, percent, number, pace, due, promoted, plain)


def _renewals(fund, starts, today) -> tuple[int, dict[int, int]]:
    """How many renewals are to be offered while the fund is open, and by month to whom it may pay.

    A fund supports a company once: whom it supports already is renewed without it.
    """
    first, last = max(today, fund.starts_on), min(starts[-1] - DAY, fund.ends_on)
    if first > last:
        return 0, defaultdict(int)
    offered_from = today if first == today else first + RENEWAL_NOTICE
    bounds = [
        When(ends_on__lt=end + RENEWAL_NOTICE, then=number) for number, end in enumerate(starts[1:])
    ]
    rows = (
        Membership.objects.filter(
            status=MembershipStatus.ACTIVE,
            application__status=ApplicationStatus.APPROVED,
            ends_on__gte=offered_from,
            ends_on__lte=last + RENEWAL_NOTICE,
        )
        .order_by()
        .annotate(month=Case(*bounds, default=len(starts), output_field=IntegerField()))
        .values_list("month")
        .annotate(due=Count("pk"), supported=Count("pk", filter=_may_be_supported(fund)))
    )
    due, supported = 0, defaultdict(int)
    for month, count, with_support in rows:
        due += count
        supported[month] += with_support
    return due, supported


def _may_be_supported(fund: SubsidyFund) -> Q:
    already: QuerySet = Membership.objects.supported().filter(
        company=OuterRef("company"), fund=fund
    )
    rules = Q(company__size__in=fund.eligible_sizes) & ~Exists(already)
    if fund.eligible_states:
        rules &= Q(company__state__in=fund.eligible_states)
    return rules
