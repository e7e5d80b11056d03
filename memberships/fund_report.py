"""The report of a fund for the public: its rules, its money, where it went."""

from collections.abc import Iterator
from decimal import Decimal

from django.conf import settings
from django.db.models import Count
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core import mail
from core.mexico import State
from core.money import ZERO
from core.papers import Facts, Paper, Table, Text
from core.templatetags.portal import usd
from exporters.enums import Size
from memberships.accounts import accounts_by_state, by_quarter
from memberships.enums import ClaimDocumentKind, ClaimStatus, EntryKind
from memberships.models import SubsidyClaim, SubsidyFund
from memberships.register import chosen_claims

# What the report shows of a quarter, in the order in which money goes: a kind, less another.
_MOVEMENTS = (
    (gettext_lazy("Allocated"), EntryKind.ALLOCATE, None),
    (gettext_lazy("Reserved, less released"), EntryKind.RESERVE, EntryKind.RELEASE),
    (gettext_lazy("Granted, less taken back"), EntryKind.COMMIT, EntryKind.REVERT),
    (gettext_lazy("Paid"), EntryKind.DISBURSE, None),
    (gettext_lazy("Recovered"), EntryKind.RECOVER, None),
)


def report_of(fund: SubsidyFund) -> Paper:
    """The report as of now, in the reader's language."""
    link = mail.absolute(reverse("memberships:fund_report", args=[fund.pk]))
    today = date_format(timezone.localdate(), "DATE_FORMAT")
    return Paper(
        issuer=f"{settings.AGENCY_NAME} · {settings.PROGRAMME_NAME}",
        title=_("Report of the fund: %(fund)s") % {"fund": fund},
        subtitle=_("Fiscal year %(year)s · as of %(day)s")
        % {"year": fund.fiscal_year, "day": today},
        language=get_language(),
        footer=_("%(fund)s · printed on %(day)s") % {"fund": fund, "day": today},
        blocks=[
            Facts(_("Rules"), list(_rules(fund))),
            Text(_legal_basis(fund), title=_("Legal basis")),
            Facts(_("The money, in US dollars"), list(_figures(fund))),
            _movements(fund),
            _states(fund),
            _claims(fund),
        ],
        link=link,
        link_text=_("The figures of today: %(address)s") % {"address": link},
    )


def _rules(fund: SubsidyFund) -> Iterator[tuple[str, str]]:
    first, last = (date_format(day, "DATE_FORMAT") for day in (fund.starts_on, fund.ends_on))
    yield _("In force"), _("from %(first)s to %(last)s") % {"first": first, "last": last}
    percent = floatformat(fund.share_percent, -2)
    yield _("Share"), _("%(percent)s %% of what the promotion leaves") % {"percent": percent}
    yield _("Up to"), _("%(amount)s a company") % {"amount": usd(fund.cap_per_company)}
    yield _("Sizes"), _names(Size, fund.eligible_sizes)
    yield _("States"), _names(State, fund.eligible_states) or _("All states")
    yield _("To accept an offer"), _("%(days)s days") % {"days": fund.reply_days}
    yield (
        _("To claim the support"),
        _("%(days)s days after the fee is paid") % {"days": fund.claim_days},
    )
    yield _("Documents of a claim"), _names(ClaimDocumentKind, fund.required_documents)
    yield (
        _("Once only"),
        _("One support per company and fund, and none where another programme pays the same."),
    )


def _names(choices, codes) -> str:
    return ", ".join(str(choices(code).label) for code in codes)


def _legal_basis(fund: SubsidyFund) -> list[str]:
    words = [fund.legal_basis or _("The agency has not entered the legal basis of this fund yet.")]
    if fund.source_url:
        words.append(_("Source: %(address)s") % {"address": fund.source_url})
    return words


def _figures(fund: SubsidyFund) -> Iterator[tuple[str, str]]:
    yield _("Budget"), usd(fund.budget)
    yield _("Reserved for offers"), usd(fund.reserved)
    yield _("Granted, not yet paid"), usd(fund.committed)
    yield _("Paid, less recovered"), _of(fund.paid, fund.budget)
    yield _("Available"), _of(fund.available, fund.budget)


def _of(part: Decimal, whole: Decimal) -> str:
    if not whole:
        return usd(part)
    return f"{usd(part)} ({floatformat(part * 100 / whole, 1)} %)"


def _movements(fund: SubsidyFund) -> Table:
    calendar = by_quarter(fund.entries.all())
    moved = [
        [row.sums[kind] - row.sums.get(less, ZERO) for _label, kind, less in _MOVEMENTS]
        for row in calendar
    ]
    rows = [
        [str(row.quarter), *map(_signed, sums)] for row, sums in zip(calendar, moved, strict=True)
    ]
    total = [_("Total"), *(_signed(sum(sums)) for sums in zip(*moved, strict=True))]
    head = [_("Quarter"), *(str(label) for label, _kind, _less in _MOVEMENTS)]
    return Table(
        _("Movements by quarter"),
        head,
        rows,
        widths=(6, 5, 5, 5, 5, 5),
        figures=range(1, 6),
        total=total if rows else (),
    )


def _signed(amount: Decimal) -> str:
    return f"−{usd(-amount)}" if amount < 0 else usd(amount)


def _states(fund: SubsidyFund) -> Table:
    found = accounts_by_state(chosen_claims(fund=str(fund.pk)))
    rows = [
        [row.name, number_format(row.firms), usd(row.paid), usd(row.recovered), usd(row.net)]
        for row in found
    ]
    money = [sum(getattr(row, name) for row in found) for name in ("paid", "recovered", "net")]
    firms = number_format(sum(row.firms for row in found))
    head = [_("State"), _("Companies"), _("Paid"), _("Recovered"), _("Net")]
    return Table(
        _("Beneficiaries by state"),
        head,
        rows,
        widths=(6, 4, 5, 5, 5),
        figures=range(1, 5),
        total=[_("Total"), firms, *map(usd, money)] if rows else (),
    )


def _claims(fund: SubsidyFund) -> Table:
    claims = SubsidyClaim.objects.filter(membership__fund=fund).order_by()
    counts = dict(claims.values_list("status").annotate(Count("pk")))
    rows = [
        [str(status.label), number_format(counts[status])]
        for status in ClaimStatus
        if status in counts
    ]
    return Table(_("Claims by status"), [_("Status"), _("Claims")], rows, figures=(1,))
