"""The file that goes to the treasury, and the answer that comes back.

The treasury may answer in our file, with its columns added, or in a list of its own.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.forms import UploadedTable
from core.mexico import spanish_name
from core.text import plain
from memberships.enums import LineResult
from memberships.models import PaymentBatch, PaymentLine
from memberships.table_values import Row, read_amount, read_day, read_table, read_text

MAX_ROWS = 500
# The file is for the treasury, so it is in Spanish whoever takes it.
SENT_HEADERS = (
    "Lote", "Renglón", "Apoyo", "RFC", "Razón social", "Estado", "Monto MXN", "Monto USD",
    "Tipo de cambio", "Fecha del tipo de cambio", "Concepto",
)  # fmt: skip
# The name that we ask for first. No column is just “amount”: its name says that it is pesos.
COLUMNS = {
    "claim": ("Apoyo", "Claim", "Solicitud", "Folio del apoyo", "Referencia del apoyo"),
    "batch": ("Lote", "Batch"),
    "result": ("Resultado", "Result", "Estatus", "Situación"),
    "paid_on": ("Fecha de pago", "Paid on", "Day", "Fecha"),
    "amount_mxn": ("Monto MXN", "Amount MXN", "Importe MXN", "Monto en pesos", "Importe en pesos"),
    "reference": ("Referencia", "Treasury reference", "Reference", "Referencia de tesorería",
                  "Referencia bancaria", "Clave de rastreo"),
}  # fmt: skip
REQUIRED = ("claim", "result", "paid_on", "amount_mxn")
REFERENCE_LENGTH = PaymentLine._meta.get_field("treasury_reference").max_length
_WORDS = {
    LineResult.PAID: ("paid", "pagado", "pagada", "pago", "liquidado", "liquidada", "depositado",
                      "depositada", "transferido", "transferida"),
    LineResult.FAILED: ("failed", "not paid", "no pagado", "no pagada", "rechazado", "rechazada",
                        "fallido", "fallida", "devuelto", "devuelta"),
}  # fmt: skip
_RESULT_OF = {word: result for result, words in _WORDS.items() for word in words}


def sent_rows(batch: PaymentBatch) -> Iterator[list]:
    """What the treasury is asked to pay: the headers, and a row for each payment."""
    yield list(SENT_HEADERS)
    lines = batch.lines.select_related("claim__membership__company", "claim__membership__plan")
    for number, line in enumerate(lines, start=1):
        membership = line.claim.membership
        company, plan = membership.company, membership.plan
        yield [
            batch.reference,
            number,
            line.claim.reference,
            company.rfc,
            company.legal_name,
            spanish_name(company.state),
            line.sent_mxn,
            line.sent_amount,
            batch.mxn_per_usd,
            batch.rate.day,
            f"Apoyo {line.claim.reference} a la membresía {plan.name_es}",
        ]


@dataclass(frozen=True)
class Answer:
    """What the treasury answered on one claim; `amount_mxn` is what it paid."""

    claim: str
    result: str
    paid_on: datetime.date | None = None
    amount_mxn: Decimal | None = None
    reference: str = ""


@dataclass(frozen=True)
class AnswerRow:
    """A row of the treasury's answer. `result` is empty where it has not answered yet."""

    line: int
    batch: str
    answer: Answer
    errors: tuple[str, ...] = ()


def read_answers(table: UploadedTable) -> list[AnswerRow]:
    """Raises ValidationError when it is no answer of the treasury's."""
    rows = read_table(table, COLUMNS, required=REQUIRED, limit=MAX_ROWS)
    return [_read(row) for row in rows]


def _read(row: Row) -> AnswerRow:
    errors: list[str] = []

    def value(field: str, read, empty):
        try:
            return read(row.cells.get(field, ""))
        except ValidationError as error:
            errors.extend(error.messages)
            return empty

    answer = Answer(
        claim=value("claim", read_text, ""),
        result=value("result", read_result, ""),
        paid_on=value("paid_on", read_day, None),
        amount_mxn=value("amount_mxn", read_amount, None),
        reference=value("reference", read_reference, ""),
    )
    return AnswerRow(row.line, value("batch", read_text, ""), answer, tuple(errors))


def read_result(cell) -> str:
    text = read_text(cell)
    if not text:
        return ""
    try:
        return _RESULT_OF[plain(text)]
    except KeyError:
        raise ValidationError(
            _("“%(value)s” is no result. Write “pagado” or “no pagado”."),
            code="result",
            params={"value": text[:30]},
        ) from None


def read_reference(cell) -> str:
    return read_text(cell, limit=REFERENCE_LENGTH)
