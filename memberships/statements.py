"""Statements of public money, made for print: what a company paid, asked for and was paid."""

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core.papers import Facts, Paper, Table, Text
from core.templatetags.portal import mxn, usd
from exporters.models import Company
from memberships.company_account import CompanyAccount, account_of
from memberships.models import Membership, PaymentLine


def statement_of(company: Company) -> Paper:
    """All years of a company, in the reader's language."""
    account = account_of(company)
    day = _day(timezone.localdate())
    return Paper(
        issuer=f"{settings.AGENCY_NAME} · {settings.PROGRAMME_NAME}",
        title=_("Statement of memberships and support"),
        subtitle=_("%(company)s · as of %(day)s") % {"company": company.legal_name, "day": day},
        language=get_language(),
        footer=_("%(rfc)s · printed on %(day)s") % {"rfc": company.rfc, "day": day},
        blocks=[
            Facts(
                pgettext("column", "Company"),
                [
                    (_("Legal name"), company.legal_name),
                    (_("RFC"), company.rfc),
                    (_("State"), company.get_state_display()),
                ],
            ),
            _totals(account),
            _prices(account),
            _fees(account),
            _claims(account),
            _payments(account),
            _recoveries(account),
            Text(
                [
                    _(
                        "The company pays the platform the fee less the promotion. The programme"
                        " pays its support back on a claim that was verified, approved and paid by"
                        " different people."
                    ),
                    _(
                        "Amounts are in US dollars. The treasury pays in pesos, at the rate that"
                        " was in force on the day on which the payment order was sent."
                    ),
                ],
                title=_("How to read it"),
            ),
        ],
    )


def _totals(account: CompanyAccount) -> Facts:
    return Facts(
        _("In all"),
        [
            (_("Paid to the platform by the company"), usd(account.to_platform)),
            (_("Support asked for"), usd(account.asked)),
            (_("Support approved"), usd(account.approved)),
            (
                _("Support paid by the programme"),
                f"{usd(account.paid)} ({mxn(account.paid_mxn)})",
            ),
            (_("Support paid back by the company"), usd(account.recovered)),
            (_("Support still set aside or to be paid"), usd(account.to_come)),
            (_("Cost to the company so far"), usd(account.cost)),
        ],
    )


def _prices(account: CompanyAccount) -> Table:
    return Table(
        _("Years and prices"),
        [
            _("Membership"),
            _("List fee"),
            _("Less promotion"),
            _("To the platform"),
            _("Less support"),
            _("Left for the company"),
        ],
        [_price(row) for row in account.memberships],
        widths=(12, 6, 6, 6, 6, 6),
        figures=(1, 2, 3, 4, 5),
    )


def _price(row: Membership) -> list[str]:
    price = row.breakdown
    sources = [source.name for source in (row.promotion, row.fund) if source]
    return [
        "\n".join([str(row.plan), year_of(row), str(row.get_status_display()), *sources]),
        usd(price.list_fee),
        usd(price.promotion_discount),
        usd(price.due),
        usd(price.subsidy),
        usd(price.company_share),
    ]


def _fees(account: CompanyAccount) -> Table:
    rows = [row for row in account.memberships if row.paid_on]
    return Table(
        _("Fees that the company paid to the platform"),
        [_("Membership"), _("Paid on"), _("Amount (USD)")],
        [
            [f"{row.plan} · {year_of(row)}", _short(row.paid_on), usd(row.breakdown.due)]
            for row in rows
        ],
        widths=(4, 2, 2),
        figures=(2,),
        total=_total(rows, ["", usd(account.to_platform)]),
    )


def _claims(account: CompanyAccount) -> Table:
    return Table(
        _("Claims"),
        [
            pgettext("support", "Claim"),
            _("Asked on"),
            _("Status"),
            _("Asked for"),
            pgettext("amount", "Approved"),
            _("Paid"),
        ],
        [
            [
                claim.reference,
                _short(timezone.localdate(claim.requested_at)),
                str(claim.get_status_display()),
                usd(claim.amount),
                usd(claim.approved_amount),
                usd(claim.paid_amount),
            ]
            for claim in account.claims
        ],
        widths=(6, 5, 6, 6, 6, 6),
        figures=(3, 4, 5),
        total=_total(
            account.claims, ["", "", usd(account.asked), usd(account.approved), usd(account.paid)]
        ),
    )


def _payments(account: CompanyAccount) -> Table:
    return Table(
        _("What the programme paid"),
        [
            _("Paid on"),
            pgettext("support", "Claim"),
            _("Treasury reference"),
            _("Amount (USD)"),
            _("Pesos per US dollar"),
            _("Amount (MXN)"),
        ],
        [
            [
                _short(line.paid_on),
                str(line.claim),
                line.treasury_reference,
                usd(line.amount),
                f"{rate(line)}\n{_short(line.batch.rate.day)}",
                mxn(line.amount_mxn),
            ]
            for line in account.payments
        ],
        widths=(5, 6, 6, 6, 6, 7),
        figures=(3, 4, 5),
        total=_total(account.payments, ["", "", usd(account.paid), "", mxn(account.paid_mxn)]),
    )


def _recoveries(account: CompanyAccount) -> Table:
    return Table(
        _("What the company paid back"),
        [_("Entered on"), pgettext("support", "Claim"), _("Reason"), _("Amount (USD)")],
        [
            [
                _short(timezone.localdate(entry.created_at)),
                str(entry.claim),
                entry.reason,
                usd(entry.amount),
            ]
            for entry in account.recoveries
        ],
        widths=(2, 3, 6, 3),
        figures=(3,),
        total=_total(account.recoveries, ["", "", usd(account.recovered)]),
    )


def _total(rows: Sequence, cells: list[str]) -> list[str]:
    """The sum of a table, where there are lines to add up."""
    return [_("Total"), *cells] if rows else []


def year_of(membership: Membership) -> str:
    """Its days; before it is active, the day of its price."""
    if membership.starts_on is None:
        return _("offer of %(day)s") % {"day": _short(membership.priced_on)}
    return f"{_short(membership.starts_on)} – {_short(membership.ends_on)}"


def rate(line: PaymentLine) -> str:
    """Pesos per US dollar, as frozen for this payment."""
    return number_format(line.batch.mxn_per_usd, 4)


def _day(day: datetime.date) -> str:
    return date_format(day, "DATE_FORMAT")


def _short(day: datetime.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
