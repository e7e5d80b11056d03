"""The public register of beneficiaries: its columns, and its rows from what was paid.

One row a claim of which something was paid. Names and amounts are public by law; RFC, phone,
e-mail and address are never read here.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal

from django.conf import settings
from django.db.models import Max, Min, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.mexico import state_name
from core.money import ZERO, in_cents, round_cents
from core.text import fold
from memberships.enums import EntryKind, LineResult
from memberships.models import FundEntry, PaymentLine, SubsidyClaim

_BATCH = 500


@dataclass(frozen=True)
class Column:
    """A column as the data dictionary explains it; `code` never changes."""

    code: str
    label: str
    meaning: str
    kind: str  # text | code | integer | amount | day
    unit: str
    source: str


_CLAIM = _("The claim, numbered by the portal")
_COMPANY = _("The company's file, as its coordinator verified it")
_FUND = _("The fund's rules")
_TREASURY = _("The treasury's answer on each payment")
_LEDGER = _("The fund's ledger")
COLUMNS = (
    Column(
        "claim", pgettext_lazy("support", "Claim"), _("Number of the claim that was paid; one row each."), "code", "", _CLAIM
    ),
    Column(
        "legal_name", _("Beneficiary"), _("Name or legal name of the company."), "text", "", _COMPANY
    ),
    Column(
        "state_code", _("State code"), _("State of the company by its INEGI code."), "code", "INEGI",
        _COMPANY,
    ),
    Column(
        "state", _("State"), _("State of the company: the territorial unit."), "text", "", _COMPANY
    ),
    Column("fund", _("Fund"), _("The fund that paid the support."), "text", "", _FUND),
    Column(
        "fiscal_year", _("Fiscal year"), _("Year of the budget that the fund is part of."),
        "integer", _("year"), _FUND,
    ),
    Column(
        "programme", _("Programme"), _("The programme that grants the support."), "text", "",
        _("Settings of the portal"),
    ),
    Column(
        "paid_usd", _("Paid"), _("Sum of all payments on the claim."), "amount", "USD", _TREASURY
    ),
    Column(
        "paid_mxn", _("Paid in pesos"),
        _("The same payments in pesos, each at the exchange rate of the day it was sent; it does"
          " not change later."),
        "amount", "MXN", _TREASURY,
    ),
    Column(
        "recovered_usd", _("Recovered"), _("What the company has paid back."), "amount", "USD",
        _LEDGER,
    ),
    Column("net_usd", _("Net"), _("Paid less recovered."), "amount", "USD", _LEDGER),
    Column(
        "first_paid_on", _("First payment"), _("Day of the first payment."), "day", "YYYY-MM-DD",
        _TREASURY,
    ),
    Column(
        "last_paid_on", _("Last payment"), _("Day of the last payment."), "day", "YYYY-MM-DD",
        _TREASURY,
    ),
)  # fmt: skip
CODES = tuple(column.code for column in COLUMNS)


@dataclass(frozen=True)
class Row:
    """A row of the register; its fields are the columns."""

    claim: str
    legal_name: str
    state_code: str
    state: str
    fund: str
    fiscal_year: int
    programme: str
    paid_usd: Decimal
    paid_mxn: Decimal
    recovered_usd: Decimal
    net_usd: Decimal
    first_paid_on: datetime.date
    last_paid_on: datetime.date

    @property
    def values(self) -> list:
        return [getattr(self, code) for code in CODES]

    @property
    def plain(self) -> dict[str, str | int]:
        """For JSON: an amount as text with its cents, a day as YYYY-MM-DD."""
        return {
            code: value if isinstance(value, int) else str(value)
            for code, value in zip(CODES, self.values, strict=True)
        }

    @classmethod
    def of_plain(cls, plain: dict) -> "Row":
        """The row that `plain` was made of."""
        return cls(**{field.name: _READ[field.type](plain[field.name]) for field in fields(cls)})


_READ = {str: str, int: int, Decimal: Decimal, datetime.date: datetime.date.fromisoformat}

# --- Which claims ----------------------------------------------------------------------------


def paid_claims() -> QuerySet[SubsidyClaim]:
    """Claims of which something was paid, the latest first."""
    return SubsidyClaim.objects.filter(paid_amount__gt=0).order_by("-pk")


def chosen_claims(
    *, words: Iterable[str] = (), state: str = "", fund: str = "", year: str = ""
) -> QuerySet[SubsidyClaim]:
    """Paid claims of companies whose name has all these words, accents aside; of a state, a fund,
    a fiscal year. Without any of these: all."""
    claims = paid_claims()
    for word in words:
        claims = claims.filter(membership__company__legal_name__iregex=_spellings(word))
    if state:
        claims = claims.filter(membership__company__state=state)
    if fund:
        claims = claims.filter(membership__fund=fund)
    if year:
        claims = claims.filter(membership__fund__fiscal_year=year)
    return claims


_ACCENTED = {
    letter: f"[{letters}{letters.upper()}]"
    for letter, letters in {
        "a": "aáàâäã", "c": "cç", "e": "eéèêë", "i": "iíìîï", "n": "nñ", "o": "oóòôöõ",
        "u": "uúùûü",
    }.items()
}  # fmt: skip


def _spellings(word: str) -> str:
    """A pattern for a word that is typed without its accents, or with others."""
    return "".join(_ACCENTED.get(char, re.escape(char)) for char in fold(word))


# --- Their rows ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """Some rows, and the claims from which the pages before and after this one begin."""

    rows: list[Row]
    newer: int | None
    older: int | None


def page(
    claims: QuerySet[SubsidyClaim], size: int, *, before: int | None, after: int | None
) -> Page:
    """`size` rows older than the claim `before`, or newer than `after`, or the latest ones."""
    if after is not None:
        found = _read(claims.filter(pk__gt=after).reverse(), size + 1)
        kept = found[:size][::-1]
        has_newer, has_older = len(found) > size, bool(kept)
    else:
        found = _read(claims.filter(pk__lt=before) if before is not None else claims, size + 1)
        kept = found[:size]
        has_newer, has_older = before is not None and bool(kept), len(found) > size
    return Page(
        rows=_rows(kept, None),
        newer=kept[0][0] if has_newer else None,
        older=kept[-1][0] if has_older else None,
    )


def rows(claims: QuerySet[SubsidyClaim], until: datetime.date | None = None) -> Iterator[Row]:
    """Every row, the latest claim first, read in batches; as it stood at the end of `until`."""
    before = None
    while True:
        batch = _read(claims.filter(pk__lt=before) if before is not None else claims, _BATCH)
        yield from _rows(batch, until)
        if len(batch) < _BATCH:
            return
        before = batch[-1][0]


_FIELDS = (
    "pk", "reference", "membership__company__legal_name", "membership__company__state",
    "membership__fund__name", "membership__fund__fiscal_year",
)  # fmt: skip


def _read(claims: QuerySet[SubsidyClaim], limit: int | None = None) -> list[tuple]:
    return list(claims.values_list(*_FIELDS)[:limit])


def _rows(claims: list[tuple], until: datetime.date | None) -> list[Row]:
    """Rows of claims as `_read` gives them; none for what had not been paid by then."""
    keys = [claim[0] for claim in claims]
    payments, recovered = _payments(keys, until), _recovered(keys, until)
    return [
        _row(claim, payments[claim[0]], recovered.get(claim[0], ZERO))
        for claim in claims
        if claim[0] in payments
    ]


def _row(claim: tuple, payments: tuple, recovered: Decimal) -> Row:
    _pk, reference, legal_name, state, fund, fiscal_year = claim
    usd, mxn, first, last = payments
    return Row(
        claim=reference,
        legal_name=legal_name,
        state_code=state,
        state=state_name(state),
        fund=fund,
        fiscal_year=fiscal_year,
        programme=settings.PROGRAMME_NAME,
        paid_usd=usd,
        paid_mxn=mxn,
        recovered_usd=recovered,
        net_usd=usd - recovered,
        first_paid_on=first,
        last_paid_on=last,
    )


def _payments(keys: list[int], until: datetime.date | None) -> dict[int, tuple]:
    """{claim: (USD, MXN, first day, last day)} of what was paid."""
    lines = PaymentLine.objects.filter(claim__in=keys, result=LineResult.PAID).order_by()
    if until is not None:
        lines = lines.filter(paid_on__lte=until)
    sums = lines.values_list("claim").annotate(
        usd=in_cents(Sum("amount")),
        mxn=in_cents(Sum("amount_mxn")),
        first=Min("paid_on"),
        last=Max("paid_on"),
    )
    return {key: (_cents(usd), _cents(mxn), first, last) for key, usd, mxn, first, last in sums}


def _recovered(keys: list[int], until: datetime.date | None) -> dict[int, Decimal]:
    entries = FundEntry.objects.filter(claim__in=keys, kind=EntryKind.RECOVER).order_by()
    if until is not None:
        entries = entries.filter(created_at__lt=end_of(until))
    sums = entries.values_list("claim").annotate(total=in_cents(Sum("amount")))
    return {key: _cents(total) for key, total in sums}


def end_of(day: datetime.date) -> datetime.datetime:
    """The first moment after `day`, by the portal's clock."""
    midnight = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time())
    return timezone.make_aware(midnight)


def _cents(total) -> Decimal:
    return round_cents(Decimal(total))
