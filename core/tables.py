"""Tables that people upload, csv or xlsx, row by row as they stand; nothing is calculated."""

import csv
import io
import zipfile
from collections.abc import Iterator

import openpyxl
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 2 * 1024 * 1024
MAX_COLUMNS = 60
MAX_UNPACKED = 40 * 1024 * 1024  # of an xlsx, which is a zip
KINDS = (".csv", ".xlsx")
UNREADABLE = ValidationError(
    _("This file cannot be read as a list. Save it again as .xlsx or .csv, without a password."),
    code="unreadable",
)


def csv_rows(content: bytes) -> Iterator[list[str]]:
    """UTF-8 with or without its mark, or what Excel writes in Windows; comma, semicolon or tab.

    Raises UNREADABLE.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise UNREADABLE
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise UNREADABLE from error


def xlsx_rows(content: bytes, *, max_rows: int, formulas: bool = False) -> Iterator[tuple]:
    """The first sheet. Formulas are what they last showed; with `formulas` they are themselves.

    A sheet may claim a million empty rows; no row after `max_rows` is read. Raises UNREADABLE.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
                raise UNREADABLE
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=not formulas)
        sheet = book.worksheets[0]
        yield from sheet.iter_rows(max_row=max_rows, max_col=MAX_COLUMNS, values_only=True)
    except ValidationError:
        raise
    except Exception as error:  # the library raises whatever a damaged part leads it to
        raise UNREADABLE from error
