"""What the programme reports of itself: its budget, and indicators computed from its records."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.money import ZERO, round_cents
from core.templatetags.portal import usd
from exporters.models import Application
from memberships.accounts import Accounts
from memberships.enums import EntryKind, LineResult
from memberships.models import FundEntry, PaymentLine

# Vendors before the pavilion opens, as announced (Reuters, 25 August 2018).
GOAL = 100
STATES = 32
_YEAR = datetime.timedelta(days=365)


@dataclass(frozen=True)
class Indicator:
    """An indicator with what the law asks to be said of it."""

    code: str
    name: str
    value: str
    definition: str
    method: str
    unit: str
    dimension: str
    frequency: str
    source: str


@dataclass(frozen=True)
class Budget:
    """Of all funds, in US dollars: as first approved, as it is now, spent less recovered."""

    approved: Decimal
    modified: Decimal
    spent: Decimal


def budget(accounts: Accounts) -> Budget:
    """The first sum put into each fund is its approved budget; later ones modify it."""
    first: dict[int, Decimal] = {}
    allocations = FundEntry.objects.filter(kind=EntryKind.ALLOCATE).order_by("pk")
    for fund, amount in allocations.values_list("fund", "amount"):
        first.setdefault(fund, amount)
    return Budget(sum(first.values(), ZERO), accounts.budget, accounts.net)


def indicators(accounts: Accounts) -> list[Indicator]:
    """In the order of the page; what has no data yet has a dash for a value."""
    return list(_indicators(accounts))


def _indicators(accounts: Accounts) -> Iterator[Indicator]:
    continuous = _("Continuous; published each quarter")
    register, applications = _("Register of beneficiaries"), _("Applications in this portal")
    ledger = _("Ledger of the funds")
    firms = len([state for state in accounts.states if state.firms])
    approved = Application.objects.approved().count()
    yield Indicator(
        "approved_firms",
        _("Approved companies"),
        _("%(number)s of %(goal)s") % {"number": number_format(approved), "goal": GOAL},
        _("Companies whose application is approved today, of those that the pavilion needs."),
        _("Count of the applications that are approved; a company has one at a time."),
        _("companies"), _("Effectiveness"), continuous, applications,
    )  # fmt: skip
    yield Indicator(
        "supported_firms",
        _("Companies supported"),
        number_format(accounts.firms),
        _("Companies that were paid support, whether or not it was recovered later."),
        _("Count of the different companies of the register."),
        _("companies"), _("Effectiveness"), continuous, register,
    )  # fmt: skip
    yield Indicator(
        "states_reached",
        _("States reached"),
        _("%(number)s of %(goal)s") % {"number": firms, "goal": STATES},
        _("States with at least one supported company."),
        _("Count of the different states of the register."),
        _("states"), _("Coverage"), continuous, register,
    )  # fmt: skip
    yield Indicator(
        "average_support",
        _("Average support per company"),
        usd(round_cents(accounts.net / accounts.firms)) if accounts.firms else "–",
        _("What a supported company has received on average and kept."),
        _("(Paid − recovered) ÷ companies supported."),
        _("US dollars"), _("Economy"), continuous, register,
    )  # fmt: skip
    yield Indicator(
        "budget_used",
        _("Share of the budget used"),
        _percent(accounts.net, accounts.budget),
        _("How much of the modified budget has been paid to companies and not recovered."),
        _("(Paid − recovered) ÷ modified budget × 100."),
        _("percent"), _("Economy"), continuous, ledger,
    )  # fmt: skip
    yield Indicator(
        "recovered_share",
        _("Share recovered"),
        _percent(accounts.recovered, accounts.paid),
        _("How much of what was paid had to be paid back."),
        _("Recovered ÷ paid × 100."),
        _("percent"), _("Quality"), continuous, ledger,
    )  # fmt: skip
    days = median_days()
    yield Indicator(
        "days_to_payment",
        _("Days from claim to payment"),
        "–" if days is None else floatformat(days),
        _("How long a company waits for its support, in the middle of all cases."),
        _("Median of the calendar days between a claim and each payment of the last 365 days."),
        _("days"), _("Efficiency"), continuous, register,
    )  # fmt: skip


def median_days() -> float | None:
    """Calendar days from the claim to the payment, of the payments of the last 365 days."""
    today = timezone.localdate()
    lines = PaymentLine.objects.filter(result=LineResult.PAID, paid_on__gt=today - _YEAR)
    days = [
        (paid_on - timezone.localdate(asked)).days
        for asked, paid_on in lines.order_by().values_list("claim__requested_at", "paid_on")
    ]
    return median(days) if days else None


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{floatformat(part * 100 / whole, 1)} %" if whole else "–"
