"""Tables for spreadsheet programs: written row by row, and nothing in them is ever a formula."""

import csv
import datetime
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from import_export.formats.base_formats import CSV, XLSX

from core.zip_stream import Sink

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
    if isinstance(value, int | float | Decimal | datetime.date):
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
    """One sheet with a head that stays in place, sent while it is written.

    openpyxl needs three times as long and sends nothing before the last row, which a proxy in
    between takes for a dead server.
    """

    def stream(self, rows: Iterable[list]) -> Iterator[bytes]:
        sink = Sink()
        with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=5) as book:
            for name, content in _PARTS.items():
                book.writestr(name, _XML + content)
            with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
                sheet.write((_XML + _SHEET).encode())
                for number, row in enumerate(rows):
                    cells = "".join(_cell(plain_cell(value)) for value in row)
                    sheet.write(f"<row>{cells}</row>".encode())
                    if number % 500 == 0:
                        yield sink.take()
                sheet.write(b"</sheetData></worksheet>")
        yield sink.take()


def _cell(value) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, datetime.date):
        return f'<c s="1"><v>{value.toordinal() - _DAY_ZERO}</v></c>'
    return f"<c><v>{value}</v></c>"


# The smallest workbook of ECMA-376; style 1 is a date.
_DAY_ZERO = datetime.date(1899, 12, 30).toordinal()
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
        f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs><cellStyles count="1">'
        '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}
FORMATS = {"xlsx": StreamedXLSX, "csv": StreamedCSV}
