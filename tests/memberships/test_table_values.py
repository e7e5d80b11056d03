"""Reading what people and spreadsheets write: exact, or refused."""

import csv
import datetime
import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from core.forms import UploadedTable
from memberships import rate_file, treasury_file
from memberships.table_values import read_amount, read_day, read_rate, read_text
from memberships.treasury_file import read_answers, read_result

DAY = datetime.date(2018, 1, 31)
HEADERS = ["Apoyo", "Resultado", "Fecha de pago", "Monto MXN", "Referencia"]
ROW = ["AP-2018-00001", "Pagado", "31/01/2018", "28,481.40", "TES-77"]


def csv_of(*rows, headers=HEADERS, delimiter=",", encoding="utf-8-sig") -> UploadedTable:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([headers, *rows])
    return UploadedTable("respuesta.csv", ".csv", out.getvalue().encode(encoding))


def xlsx_of(*rows, headers=HEADERS) -> UploadedTable:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (headers, *rows):
        book.active.append(row)
    book.save(out)
    return UploadedTable("respuesta.xlsx", ".xlsx", out.getvalue())


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("28481.40", "28481.40"),
        ("28,481.40", "28481.40"),
        ("28.481,40", "28481.40"),
        ("28481,4", "28481.40"),
        (" MX$ 28,481.40 ", "28481.40"),
        ("$28,481.40 MXN", "28481.40"),
        ("28\u00a0481.40", "28481.40"),
        ("1,234,567", "1234567.00"),
        ("28481", "28481.00"),
        (28481.4, "28481.40"),
        (28481, "28481.00"),
        ("0", "0.00"),
        ("", None),
        (None, None),
    ],
)
def test_amount_is_read_as_it_is_meant(cell, amount):
    assert read_amount(cell) == (Decimal(amount) if amount else None)


@pytest.mark.parametrize(
    "cell",
    ["28,481", "28.481", "1,23,456.00", "28481.405", "-5", "+5", "1e5", "NaN", "Infinity", "=1+1",
     "mil", "١٢٣x", "9" * 40, -5, 28481.405, float("nan"), float("inf"), 1e300, True,
     datetime.time(1)],
)  # fmt: skip
def test_amount_that_is_none_or_two_is_refused(cell):
    with pytest.raises(ValidationError):
        read_amount(cell)


@pytest.mark.parametrize(
    "cell",
    ["2018-01-31", "31/01/2018", "31-1-2018", "31.01.2018", "2018-01-31 00:00:00", "43131", 43131,
     43131.0, DAY, datetime.datetime(2018, 1, 31, 12, 30)],  # noqa: DTZ001 - as openpyxl gives it
)  # fmt: skip
def test_day_is_read_from_text_and_from_spreadsheets(cell):
    assert read_day(cell) == DAY


@pytest.mark.parametrize(
    "cell", ["31/02/2018", "01/31/2018", "31/01/18", "ayer", "=HOY()", "9" * 9]
)
def test_day_that_does_not_exist_is_refused(cell):
    with pytest.raises(ValidationError):
        read_day(cell)


@pytest.mark.parametrize(
    ("cell", "rate"),
    [("18.9876", "18.9876"), ("18,9876", "18.9876"), (18.9876, "18.9876"), (19, "19.0000")],
)
def test_rate_is_read_with_four_decimals(cell, rate):
    assert str(read_rate(cell)) == rate


@pytest.mark.parametrize("cell", ["", None, "0", "-1", "18.98765", "N/E", "=A1", "18.9.1", True])
def test_rate_that_is_none_is_refused(cell):
    with pytest.raises(ValidationError):
        read_rate(cell)


@pytest.mark.parametrize("cell", ["x" * 201, "a\u202eb", "a\nb", "=1", "a\0b"])
def test_text_that_cannot_be_stored_is_refused(cell):
    with pytest.raises(ValidationError):
        read_text(cell)


@pytest.mark.parametrize(
    ("word", "result"),
    [("Pagado", "paid"), ("PAGADA ", "paid"), ("paid", "paid"), ("No pagado", "failed"),
     ("no-pagada", "failed"), ("Rechazado", "failed"), ("failed", "failed"), ("", ""),
     (None, "")],
)  # fmt: skip
def test_result_is_read_in_both_languages(word, result):
    assert read_result(word) == result


def test_result_that_says_neither_is_refused():
    with pytest.raises(ValidationError):
        read_result("tal vez")


# --- Files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        csv_of(ROW),
        csv_of(ROW, encoding="utf-8"),
        csv_of(ROW, encoding="cp1252", delimiter=";"),
        csv_of(ROW, encoding="latin-1", delimiter="\t"),
        xlsx_of(ROW),
        xlsx_of(["AP-2018-00001", "Pagado", datetime.datetime(2018, 1, 31), 28481.4, "TES-77"]),  # noqa: DTZ001
        csv_of([], ROW, ["", "", " "]),
    ],
    ids=["utf-8 with its mark", "utf-8", "Excel in Mexico", "latin-1 with tabs", "xlsx text",
         "xlsx cells", "empty lines"],
)  # fmt: skip
def test_answer_is_read_as_it_comes(table):
    [row] = read_answers(table)
    answer = row.answer
    assert not row.errors
    assert (answer.claim, answer.result, answer.paid_on) == ("AP-2018-00001", "paid", DAY)
    assert (answer.amount_mxn, answer.reference) == (Decimal("28481.40"), "TES-77")


def test_accents_survive_what_excel_saves_in_mexico():
    headers = [*HEADERS[:-1], "Referencia de tesorería"]
    table = csv_of([*ROW[:-1], "Transferencia núm. 7 ñ"], headers=headers, encoding="cp1252")
    assert read_answers(table)[0].answer.reference == "Transferencia núm. 7 ñ"


@pytest.mark.parametrize("cell", ["=1+1", '=HYPERLINK("x")'])
def test_formula_is_refused_in_every_column(cell):
    for make in (csv_of, xlsx_of):
        for column in range(len(HEADERS)):
            row = [cell if position == column else value for position, value in enumerate(ROW)]
            assert read_answers(make(row))[0].errors


def test_every_wrong_cell_of_a_row_is_said():
    table = csv_of(["AP-1", "tal vez", "31/02/2018", "28,481", "x" * 61])
    assert len(read_answers(table)[0].errors) == 4


@pytest.mark.parametrize(
    "table",
    [
        UploadedTable("a.csv", ".csv", b""),
        UploadedTable("a.csv", ".csv", b"\0\1\2"),
        UploadedTable("a.csv", ".csv", "Apoyo,Resultado".encode("utf-16")),
        UploadedTable("a.csv", ".csv", b'"' + b"x" * 200_000),
        UploadedTable("a.xlsx", ".xlsx", b"PK\3\4 no workbook"),
        csv_of(headers=HEADERS),
        csv_of(ROW, headers=["Apoyo", "Resultado", "Fecha de pago", "Monto", "Referencia"]),
        csv_of(ROW, headers=["Apoyo", "Resultado", "Fecha de pago", "Monto USD", "Referencia"]),
        csv_of(ROW, headers=["Apoyo", "Resultado", "Fecha", "Monto MXN", "Fecha de pago"]),
        csv_of(*[ROW] * 10_000),
        xlsx_of(*[ROW] * 501),
    ],
    ids=["empty", "binary", "utf-16", "one field", "no workbook", "no row", "no pesos", "dollars",
         "a column twice", "10,000 rows", "501 rows"],
)  # fmt: skip
def test_file_that_is_no_answer_is_refused(table):
    with pytest.raises(ValidationError) as refusal:
        read_answers(table)
    assert refusal.value.messages[0]


def test_too_many_rows_are_refused_with_the_limit():
    assert len(read_answers(csv_of(*[ROW] * treasury_file.MAX_ROWS))) == treasury_file.MAX_ROWS
    with pytest.raises(ValidationError) as refusal:
        read_answers(csv_of(*[ROW] * 10_000))
    assert "500" in refusal.value.messages[0]


def test_rates_are_read_from_what_the_bank_publishes():
    headers = ["Fecha", "Tipo de cambio"]
    rows = [["12/01/2018", "19,0123"], ["13/01/2018", "N/E"], ["", "19"], ["2018-01-15", "19.1"]]
    found = rate_file.read_rates(csv_of(*rows, headers=headers, delimiter=";"))
    assert [(row.line, str(row.mxn), bool(row.error)) for row in found] == [
        (2, "19.0123", False), (3, "None", True), (4, "None", True), (5, "19.1000", False),
    ]  # fmt: skip
