"""The files of the register: the rows of the page, for every program, and nothing that runs."""

import csv
import io
import json
import zipfile
from decimal import Decimal
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from exporters.models import Company
from memberships.register import CODES
from tests.ledger_volume import fill_fund
from tests.money import Desk
from tests.register_files import FILES, PAGE, fetch, file, table


@pytest.fixture
def desk(db, english) -> Desk:
    """Paid in two parts and recovered in one."""
    desk = Desk()
    claim = desk.claim("approved")
    desk.settle(desk.send(claim), amount=Decimal("400.10"))
    desk.settle(desk.send(claim), amount=Decimal("600.00"))
    desk.recover(claim, "100.05")
    return desk


@pytest.mark.parametrize("format", FILES)
def test_file_has_the_codes_and_the_rows_of_the_page(desk, format):
    (row,) = table(format)
    assert tuple(row) == CODES
    assert row["legal_name"] == desk.company.legal_name
    amounts = {code: Decimal(row[code]) for code in ("paid_usd", "recovered_usd", "net_usd")}
    assert list(amounts.values()) == [Decimal("1000.10"), Decimal("100.05"), Decimal("900.05")]
    if format == "xlsx":
        sheet = zipfile.ZipFile(io.BytesIO(file("xlsx"))).read("xl/worksheets/sheet1.xml").decode()
        assert "<v>1000.10</v>" in sheet  # a number, to the cent
    else:
        assert row["first_paid_on"] == timezone.localdate().isoformat()
        assert row["paid_usd"] == "1000.10"


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_name_is_never_a_formula(db, format):
    fill_fund(1)
    for name in ("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2", "\t=1", "＝1"):
        Company.objects.update(legal_name=name)
        (row,) = table(format)
        assert row["legal_name"] == f"'{name}"


def test_json_adds_up_and_says_what_it_is(db, settings):
    fill_fund(3)
    data = json.loads(file("json"))
    assert data["totals"] == {
        "rows": 3,
        "paid_usd": "4500.00",
        "paid_mxn": "85444.20",
        "recovered_usd": "450.90",
        "net_usd": "4049.10",
    }
    assert data["license"]["url"].startswith("https://")
    assert data["retrieved_on"] == timezone.localdate().isoformat()
    assert data["dictionary"] == f"{settings.SITE_URL}/transparency/dictionary/"
    assert (data["programme"], data["publisher"]) == ("México Exporta EnUnClick", "ProMéxico")


def test_json_of_nothing_is_json(db):
    data = json.loads(file("json"))
    assert (data["rows"], data["totals"]["rows"]) == ([], 0)


@pytest.mark.parametrize("format", FILES)
def test_file_says_its_name_licence_and_how_long_it_is_fresh(db, format):
    fill_fund(1)
    answer, _content = fetch(f"beneficiaries.{format}")
    today = timezone.localdate().isoformat()
    assert answer["Content-Disposition"] == f'attachment; filename="register-{today}.{format}"'
    assert answer["Cache-Control"] == "public, max-age=300"
    assert 'rel="license"' in answer["Link"]
    assert 'rel="describedby"' in answer["Link"]
    assert answer.streaming
    assert 'rel="license"' in Client().get(PAGE).content.decode()


@pytest.mark.parametrize("path", ["beneficiaries.pdf", "dictionary.html", "beneficiaries.CSV"])
def test_other_formats_are_not_found(db, path):
    assert Client().get(PAGE + path).status_code == 404


def test_downloads_are_limited_and_logged(db, monkeypatch, caplog):
    monkeypatch.setattr("memberships.views.register.DOWNLOADS", 2)
    cache.clear()
    with caplog.at_level("INFO", logger="security"):
        answers = [fetch("beneficiaries.csv")[0] for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "3600"
    events = [record.message for record in caplog.records if record.name == "security"]
    assert events == ["register_download"] * 2
    assert Client().get(PAGE).status_code == 200


def test_dictionary_is_the_same_everywhere(db, english):
    def dictionary(format):
        return fetch(f"dictionary.{format}")[1]

    page = unescape(Client().get(PAGE + "dictionary/").content.decode())
    data = json.loads(dictionary("json"))["columns"]
    rows = list(csv.DictReader(io.StringIO(dictionary("csv").decode("utf-8-sig"))))
    assert data == rows
    assert tuple(row["code"] for row in rows) == CODES
    for row in rows:
        assert all(value in page for value in row.values())
    assert dictionary("xlsx").startswith(b"PK")
