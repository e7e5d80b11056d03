"""A list of exchange rates, as the central bank's page gives it: a day and a rate in each row."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.forms import UploadedTable
from memberships.table_values import Row, read_day, read_rate, read_table

MAX_ROWS = 2000
COLUMNS = {
    "day": ("fecha", "day", "date", "dia"),
    "mxn": ("tipo de cambio", "rate", "exchange rate", "fix", "mxn", "pesos por dolar"),
}


@dataclass(frozen=True)
class RateRow:
    """What a row says; `error` is why it cannot be read."""

    line: int
    day: datetime.date | None = None
    mxn: Decimal | None = None
    error: str = ""


def read_rates(table: UploadedTable) -> list[RateRow]:
    """Raises ValidationError when it is no such list."""
    rows = read_table(table, COLUMNS, required=COLUMNS, limit=MAX_ROWS)
    return [_read(row) for row in rows]


def _read(row: Row) -> RateRow:
    try:
        day, mxn = read_day(row.cells["day"]), read_rate(row.cells["mxn"])
    except ValidationError as error:
        return RateRow(row.line, error=" ".join(error.messages))
    if day is None:
        return RateRow(row.line, error=_("The day is missing."))
    return RateRow(row.line, day, mxn)
