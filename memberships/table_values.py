"""How people and spreadsheets write amounts, rates and days: read exactly, or refused with a reason.

A cell of a csv is text; one of an xlsx also a number, a date or a formula.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import UploadedTable
from core.money import round_cents
from core.tables import csv_rows, xlsx_rows
from core.text import plain, validate_plain_text, validate_single_line

_LONGEST = 200  # characters of a cell
_LARGEST = Decimal(10) ** 10  # what a column of money holds
_PLAIN_NUMBER = re.compile(r"\d+(?:[.,]\d{1,2})?")
_GROUPED = (
    re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?"),
    re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,2}"),
)
_TWO_READINGS = re.compile(r"\d{1,3}[.,]\d{3}")
_RATE = re.compile(r"\d{1,6}(?:[.,]\d{1,4})?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")
_MEXICAN_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SERIAL_DAY = re.compile(r"[2-6]\d{4}")  # 1954 to 2091, as a spreadsheet counts days
_DAY_ZERO = datetime.date(1899, 12, 30)


@dataclass(frozen=True)
class Row:
    """A row of a table: its line in the file, its cells by the names of their columns."""

    line: int
    cells: dict[str, object]


def read_table(
    table: UploadedTable,
    columns: dict[str, tuple[str, ...]],
    *,
    required: Iterable[str],
    limit: int,
) -> list[Row]:
    """The rows of a table that are not empty. `columns` are the names that each column may have.

    Raises ValidationError: no table, a column of `required` is missing or there twice, no row,
    more than `limit` rows.
    """
    if table.kind == ".csv":
        rows = csv_rows(table.content)
    else:
        rows = xlsx_rows(table.content, max_rows=20 * limit, formulas=True)
    lines = ((line, row) for line, row in enumerate(rows, start=1) if not _is_empty(row))
    _line, headers = next(lines, (1, []))
    positions = _positions(headers, columns, required)
    found = []
    for line, row in lines:
        if len(found) == limit:
            raise ValidationError(
                _("The list has more than %(limit)s rows. Divide it."),
                code="rows",
                params={"limit": f"{limit:,}"},
            )
        cells = {
            field: row[position] if position < len(row) else ""
            for field, position in positions.items()
        }
        if not _is_empty(cells.values()):
            found.append(Row(line, cells))
    if not found:
        raise ValidationError(_("There is no row under the headers."), code="empty")
    return found


def _positions(headers, columns, required) -> dict[str, int]:
    field_of = {plain(name): field for field, names in columns.items() for name in names}
    positions: dict[str, int] = {}
    for position, header in enumerate(headers):
        field = field_of.get(plain(str(header or "")))
        if field in positions:
            raise ValidationError(
                _("Two columns say the same: “%(first)s” and “%(second)s”. Remove one."),
                code="twice",
                params={"first": headers[positions[field]], "second": header},
            )
        if field:
            positions[field] = position
    if missing := [columns[field][0] for field in required if field not in positions]:
        raise ValidationError(
            _("The first row must name the columns. Missing: %(names)s"),
            code="headers",
            params={"names": ", ".join(missing)},
        )
    return positions


def _is_empty(cells) -> bool:
    return not any(str(cell).strip() for cell in cells if cell is not None)


def read_text(cell, *, limit: int = _LONGEST) -> str:
    """One line of text. Raises ValidationError."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a number that stands for a name
    text = "" if cell is None else str(cell).strip()
    # Of a workbook a formula comes as text or, over several cells, as an object of its own.
    if text.startswith("=") or not isinstance(cell, str | int | float | datetime.date | None):
        raise ValidationError(_("This is a formula. Write the value itself."), code="formula")
    if len(text) > limit:
        raise ValidationError(
            _("At most %(limit)s characters."), code="long", params={"limit": limit}
        )
    validate_plain_text(text)
    validate_single_line(text)
    return text


def read_amount(cell) -> Decimal | None:
    """Pesos with cents, as 28481.40, 28,481.40 or 28.481,40; None where there is nothing."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        amount = _exact(cell)
    else:
        text = re.sub(r"(?i)MXN|MX\$|\$|\s", "", read_text(cell))
        if not text:
            return None
        amount = _amount_of(text)
    if amount >= _LARGEST or amount != round_cents(amount):
        raise _no_amount(cell)
    return round_cents(amount)


def _amount_of(text: str) -> Decimal:
    if _PLAIN_NUMBER.fullmatch(text):
        return Decimal(text.replace(",", "."))
    if _TWO_READINGS.fullmatch(text):
        raise ValidationError(
            _("“%(value)s” can be read in two ways. Write the cents too, as 28481.40."),
            code="ambiguous",
            params={"value": text},
        )
    if _GROUPED[0].fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _GROUPED[1].fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    raise _no_amount(text)


def _no_amount(value) -> ValidationError:
    return ValidationError(
        _("“%(value)s” is no amount with at most two decimals, as 28481.40."),
        code="amount",
        params={"value": str(value)[:30]},
    )


def _exact(number: float) -> Decimal:
    """As a person sees it in the cell: 28481.4, not the nearest binary fraction."""
    value = Decimal(repr(number))
    if not value.is_finite() or value < 0 or value >= _LARGEST:
        raise _no_amount(number)
    return value


def read_rate(cell) -> Decimal:
    """Pesos per US dollar with at most four decimals."""
    text = re.sub(r"(?i)MXN|MX\$|\$|\s", "", read_text(cell))
    if not _RATE.fullmatch(text) or not (rate := Decimal(text.replace(",", "."))):
        raise ValidationError(
            _("“%(value)s” is no rate with at most four decimals, as 18.9876."),
            code="rate",
            params={"value": text[:30]},
        )
    return rate.quantize(Decimal("0.0001"))


def read_day(cell) -> datetime.date | None:
    """A day: of a spreadsheet, or written 2018-01-31 or 31/01/2018; None where there is nothing."""
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    text = read_text(cell)
    if not text:
        return None
    if _SERIAL_DAY.fullmatch(text):
        return _DAY_ZERO + datetime.timedelta(days=int(text))
    try:
        if iso := _ISO_DAY.fullmatch(text):
            return datetime.date(int(iso[1]), int(iso[2]), int(iso[3]))
        if mexican := _MEXICAN_DAY.fullmatch(text):
            return datetime.date(int(mexican[3]), int(mexican[2]), int(mexican[1]))
    except ValueError:  # 31 February
        pass
    raise ValidationError(
        _("“%(value)s” is no day. Write it as 2018-01-31 or 31/01/2018."),
        code="day",
        params={"value": text[:30]},
    )
