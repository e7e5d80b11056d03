"""Reads a list of leads as it comes from a spreadsheet: csv or xlsx, in rows of our fields."""

import tablib
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from import_export.formats import base_formats

from core.tables import csv_rows, xlsx_rows
from exporters.lead_columns import field_of

MAX_ROWS = 2000
MAX_CELL = 5000  # characters

TOO_MANY = ValidationError(
    _("The list has more than %(limit)s rows. Divide it and import one part after the other."),
    code="rows",
    params={"limit": f"{MAX_ROWS:,}"},
)


class Csv(base_formats.CSV):
    def is_binary(self):
        return True  # the encoding is found by what reads it

    def create_dataset(self, in_stream: bytes, **kwargs) -> tablib.Dataset:
        return _dataset(csv_rows(in_stream))


class Xlsx(base_formats.XLSX):
    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        # Beyond these rows it is no list of leads.
        return _dataset(xlsx_rows(in_stream, max_rows=5 * MAX_ROWS))


FORMATS = {".csv": Csv, ".xlsx": Xlsx}


def read(content: bytes, number: int) -> tablib.Dataset:
    """The list in a file: a column for each field that it has, `line` as in the spreadsheet.

    Raises ValidationError when it is not a list, has no column for the company, or is too long.
    """
    dataset = list(FORMATS.values())[number]().create_dataset(content)
    if not len(dataset):
        raise ValidationError(_("There is no row under the headers."), code="empty")
    return dataset


def _dataset(rows) -> tablib.Dataset:
    rows = ([_text(cell) for cell in row] for row in rows)
    lines = ((line, row) for line, row in enumerate(rows, start=1) if any(row))
    _line, headers = next(lines, (1, []))
    fields: dict[str, int] = {}
    for position, header in enumerate(headers):
        if field := field_of(header):
            fields.setdefault(field, position)
    if "company_name" not in fields:
        raise ValidationError(
            _("The first row must name the columns, and one must be “Company” or “Empresa”."),
            code="headers",
        )
    dataset = tablib.Dataset(headers=["line", *fields])
    for line, row in lines:
        if len(dataset) == MAX_ROWS:
            raise TOO_MANY
        cells = [row[position] if position < len(row) else "" for position in fields.values()]
        if any(cells):
            dataset.append([line, *cells])
    return dataset


def _text(cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a phone number that the spreadsheet took for a figure
    return str(cell).strip()[:MAX_CELL]
