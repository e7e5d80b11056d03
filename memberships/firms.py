"""The firms that a change of the rules would meet: what a price asks about each, in few queries."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Min, Q
from django.utils import timezone

from exporters.enums import UNDECIDED_STATUSES, ApplicationStatus
from exporters.models import Application
from memberships.enums import MembershipStatus
from memberships.models import Membership
from memberships.services.life import RENEWAL_NOTICE

MOST = 2000  # firms of each kind that are priced; the page says when there are more
AHEAD = datetime.timedelta(days=60)


@dataclass(frozen=True)
class Firm:
    """One that would get a price: an application, or a membership that comes up for renewal."""

    application: int
    title: str
    name: str
    size: str
    state: str
    applied_on: datetime.date | None
    supported: tuple  # see services.prices.price_by
    renews: int | None = None
    day: datetime.date | None = None  # of its offer; None: whichever day is looked at


def waiting_firms() -> tuple[list[Firm], bool]:
    """The firms that wait for a decision, in the order of their applications."""
    first_sent = Min("transitions__created_at", filter=Q(transitions__transition="submit"))
    rows = (
        Application.objects.undecided()
        .annotate(first_sent=first_sent)
        .values_list(
            "pk", "reference", "company_id", "company__legal_name", "company__trade_name",
            "company__size", "company__state", "first_sent",
        )
        .order_by("pk")[: MOST + 1]
    )  # fmt: skip
    supported = _supported(company__applications__status__in=UNDECIDED_STATUSES)
    firms = [
        Firm(pk, reference, trade or legal, size, state, _day(sent), tuple(supported[company]))
        for pk, reference, company, legal, trade, size, state, sent in rows
    ]
    return firms[:MOST], len(firms) > MOST


def firms_to_renew(today: datetime.date) -> tuple[list[Firm], bool]:
    """Those that are to be offered another year in the next sixty days: services.life."""
    due = Q(
        status=MembershipStatus.ACTIVE,
        application__status=ApplicationStatus.APPROVED,
        ends_on__gte=today,
        ends_on__lte=today + RENEWAL_NOTICE + AHEAD,
    )
    rows = (
        Membership.objects.filter(due)
        .values_list(
            "pk", "application_id", "application__reference", "company_id", "company__legal_name",
            "company__trade_name", "company__size", "company__state", "ends_on",
        )
        .order_by("ends_on", "pk")[: MOST + 1]
    )  # fmt: skip
    companies = Membership.objects.filter(due).values("company")
    supported = _supported(company__in=companies)
    firms = [
        Firm(
            application, reference, trade or legal, size, state, None,
            tuple(supported[company]), pk, max(today, ends_on - RENEWAL_NOTICE),
        )
        for pk, application, reference, company, legal, trade, size, state, ends_on in rows
    ]  # fmt: skip
    return firms[:MOST], len(firms) > MOST


def _supported(**of) -> dict[int, list[tuple]]:
    """{company: [(key, fund, status)]} of memberships that count against another support."""
    rows = Membership.objects.supported().filter(**of).order_by("pk").distinct()
    found = defaultdict(list)
    for company, *row in rows.values_list("company_id", "pk", "fund_id", "status"):
        found[company].append(tuple(row))
    return found


def _day(at: datetime.datetime | None) -> datetime.date | None:
    return timezone.localdate(at) if at else None
