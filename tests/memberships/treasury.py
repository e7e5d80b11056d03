"""A desk of finance for tests: claims of several companies in one fund, files, pages."""

import copy
import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from memberships.enums import ClaimStatus as C
from memberships.models import PaymentBatch, SubsidyClaim
from tests import factories
from tests.money import Desk

READY = reverse("admin:memberships_paymentbatch_ready")
HEADERS = ["Lote", "Apoyo", "Resultado", "Fecha de pago", "Monto MXN", "Referencia"]


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def another(desk: Desk) -> Desk:
    """Another company in the same fund, with the same people of the agency."""
    other = copy.copy(desk)
    application = factories.application("approved", reviewer=desk.reviewer)
    other.membership = application.memberships.get()
    other.company = application.company
    other.owner = factories.owner_of(other.company)
    return other


def approved_claims(desk: Desk, count: int) -> list[SubsidyClaim]:
    desks = [desk, *(another(desk) for _ in range(count - 1))]
    return [each.claim(C.APPROVED) for each in desks]


def of_batch(name: str, batch: PaymentBatch, *more) -> str:
    return reverse(f"admin:memberships_paymentbatch_{name}", args=[batch.pk, *more])


def today() -> str:
    return f"{timezone.localdate():%d/%m/%Y}"


def answer_file(*rows, headers=HEADERS, name="respuesta.csv") -> SimpleUploadedFile:
    """As Excel saves it in Mexico: cp1252 with semicolons."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([headers, *rows])
    return SimpleUploadedFile(name, out.getvalue().encode("cp1252"))


def row_of(line, result="pagado", *, pesos=None, day=None, reference="TES-77") -> list[str]:
    return [
        str(line.batch),
        str(line.claim),
        result,
        today() if day is None else day,
        str(line.sent_mxn if pesos is None else pesos),
        reference,
    ]


def messages(page) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in page.context["messages"]]
