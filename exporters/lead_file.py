"""Reads a list of leads as it comes from a spreadsheet: csv or xlsx, in rows of our fields."""

import csv
import io
import zipfile
from pathlib import PurePath

import openpyxl
import tablib
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from import_export.formats import base_formats

from exporters.lead_columns import field_of

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 2000
MAX_COLUMNS = 60
MAX_UNPACKED = 40 * 1024 * 1024  # of an xlsx, which is a zip
MAX_CELL = 5000  # characters

TOO_MANY = ValidationError(
    _("The list has more than %(limit)s rows. Divide it and import one part after the other."),
    code="rows",
    params={"limit": f"{MAX_ROWS:,}"},
)
UNREADABLE = ValidationError(
    _("This file cannot be read as a list. Save it again as .xlsx or .csv, without a password."),
    code="unreadable",
)


class Csv(base_formats.CSV):
    """UTF-8 with or without its mark, or what Excel writes in Windows; comma, semicolon or tab."""

    def is_binary(self):
        return True  # the encoding is found here

    def create_dataset(self, in_stream: bytes, **kwargs) -> tablib.Dataset:
        try:
            text = in_stream.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = in_stream.decode("cp1252", errors="replace")
        if "\0" in text:
            raise UNREADABLE
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        try:
            return _dataset(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error as error:
            raise UNREADABLE from error


class Xlsx(base_formats.XLSX):
    """The first sheet. Formulas count as what they last showed; nothing is calculated."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        try:
            with zipfile.ZipFile(io.BytesIO(in_stream)) as package:
                if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
                    raise UNREADABLE
            book = openpyxl.load_workbook(io.BytesIO(in_stream), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            # A sheet may claim a million empty rows; beyond these it is no list of leads.
            rows = sheet.iter_rows(max_row=5 * MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
            return _dataset(rows)
        except ValidationError:
            raise
        except Exception as error:  # the library raises whatever a damaged part leads it to
            raise UNREADABLE from error


FORMATS = {".csv": Csv, ".xlsx": Xlsx}


def format_number(name: str) -> int | None:
    """The position in FORMATS of the format that a file's name says."""
    suffix = PurePath(name).suffix.lower()
    return list(FORMATS).index(suffix) if suffix in FORMATS else None


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
