"""Tables for spreadsheet programs: written row by row, and nothing in them is ever a formula."""

import csv
import datetime
import io
import re
from collections.abc import Iterable, Iterator
from tempfile import NamedTemporaryFile

from import_export.formats.base_formats import CSV, XLSX
from openpyxl import Workbook

# What Excel, Calc and Sheets take for the start of a formula, also in its full-width form and
# behind blanks (OWASP, "CSV injection").
_FORMULA = re.compile(r"\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not allowed in XML


def plain_cell(value):
    """A cell that shows `value` as it is: what looks like a formula gets an apostrophe before it.

    Numbers and dates stay what they are. django-import-export's own setting for this only takes
    the first "=" away, which turns "==A1" into "=A1" and lets +, - and @ through.
    """
    if value is None:
        return ""
    if isinstance(value, int | float | datetime.date):
        return value
    text = _CONTROL.sub("", str(value))
    return f"'{text}" if _FORMULA.match(text) else text


class StreamedCSV(CSV):
    """UTF-8 with the mark by which Excel knows it."""

    def stream(self, rows: Iterable[list]) -> Iterator[bytes]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        buffer.write("\ufeff")
        for number, row in enumerate(rows):
            writer.writerow([plain_cell(value) for value in row])
            if number % 500 == 0:
                yield buffer.getvalue().encode()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue().encode()


class StreamedXLSX(XLSX):
    """One sheet, with a head that stays in place; kept on disk while it is written."""

    def stream(self, rows: Iterable[list]) -> Iterator[bytes]:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.freeze_panes = "A2"
        for row in rows:
            sheet.append([plain_cell(value) for value in row])
        with NamedTemporaryFile(suffix=".xlsx") as file:
            book.save(file.name)
            while chunk := file.read(1 << 16):
                yield chunk


FORMATS = {"xlsx": StreamedXLSX, "csv": StreamedCSV}
