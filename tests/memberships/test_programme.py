"""Programme data and the report of a fund: what they say, by what rule, and who may change it."""

import io
from decimal import Decimal
from html import unescape

import pypdfium2
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from memberships import audit
from memberships.accounts import accounts, by_quarter
from memberships.enums import ProgrammeTopic
from memberships.fund_report import report_of
from memberships.models import FundEntry, ProgrammeFact, SubsidyFund
from memberships.programme import budget, indicators, median_days
from memberships.services.funds import allocate_to_fund
from tests import factories
from tests.ledger_volume import fill_fund
from tests.money import Desk

PAGE = "/transparency/programme/"


def whole():
    return accounts(list(SubsidyFund.objects.all()))


def values() -> dict[str, str]:
    return {indicator.code: indicator.value for indicator in indicators(whole())}


# --- Facts -----------------------------------------------------------------------------------


def test_every_topic_of_the_law_has_its_text_in_every_language(db):
    assert list(ProgrammeFact.objects.values_list("topic", flat=True)) == ProgrammeTopic.values
    texts = set()
    for fact in ProgrammeFact.objects.all():
        for code, _name in settings.LANGUAGES:
            with override(code):
                texts.add(fact.text)
                assert len(fact.text) > 20, (fact.topic, code)
        assert fact.history.get().text_es == fact.text_es
    assert len(texts) == 3 * len(ProgrammeTopic)


@pytest.mark.parametrize("topic", ["area", "requirements", "complaints", "rules", "participation"])
def test_what_nobody_has_confirmed_is_marked(db, topic):
    assert ProgrammeFact.objects.get(topic=topic).is_placeholder


def test_page_shows_topics_sources_and_what_is_to_be_confirmed(db, english):
    text = unescape(Client().get(PAGE).content.decode())
    for fact in ProgrammeFact.objects.all():
        assert fact.get_topic_display() in text
        assert fact.source_url in text
    marked = ProgrammeFact.objects.filter(is_placeholder=True).count()
    assert text.count("To be confirmed by the agency") == marked
    assert "replaced on 20 March 2025" in text
    assert "we have not been able to confirm which article" in text
    assert "sinembargo.mx/4632444" in text


def test_text_of_a_fact_is_text(db):
    ProgrammeFact.objects.filter(topic="area").update(text_es="<b>Uno</b>\n\nDos & tres")
    text = Client().get(PAGE).content.decode()
    assert "&lt;b&gt;Uno&lt;/b&gt;" in text
    assert "Dos &amp; tres" in text


def test_manager_confirms_a_fact_with_a_reason_and_nobody_adds_or_deletes(db):
    fact = ProgrammeFact.objects.get(topic="area")
    address = reverse("admin:memberships_programmefact_change", args=[fact.pk])
    data = {
        "text_es": "Unidad de Promoción de Exportaciones.", "text_en": "", "text_zh_hans": "",
        "source_url": "", "topic": "rules",
    }  # fmt: skip
    client = Client()
    client.force_login(factories.manager())
    assert client.post(address, data).status_code == 200  # no reason
    assert client.post(address, data | {"change_reason": "Oficio 12"}).status_code == 302
    fact.refresh_from_db()
    assert (fact.text_es, fact.topic, fact.is_placeholder) == (data["text_es"], "area", False)
    assert fact.history.first().history_change_reason == "Oficio 12"
    assert fact.history.count() == 2
    page = client.get(reverse("admin:memberships_programmefact_changelist")).content.decode()
    assert "Oficio" not in page
    assert "Unidad de Promoción" in page
    client.force_login(factories.coordinator())
    assert client.get(address).status_code == 200
    assert client.post(address, data | {"change_reason": "x"}).status_code == 403


# --- Budget and indicators -------------------------------------------------------------------


def test_budget_is_approved_then_modified_and_spent(db):
    desk = Desk("5000.00")
    allocate_to_fund(desk.fund, Decimal("250.00"), actor=desk.boss, reason="Ampliación")
    factories.fund("0.00")
    other = factories.fund("100.00")
    claim = desk.claim("paid")
    desk.recover(claim, "300.00")
    assert other.budget == Decimal("100.00")
    found = budget(whole())
    assert (found.approved, found.modified, found.spent) == (5100, 5350, 1200)


def test_calendar_adds_up_to_the_ledger(db):
    funds = [fill_fund(40), fill_fund(3)]
    for fund in funds:
        calendar, derived = by_quarter(fund.entries.all()), audit.totals(fund)
        assert len(calendar) >= 8 or fund == funds[1]
        assert sum(row.sums["allocate"] for row in calendar) == derived["budget"]
        assert sum(row.net for row in calendar) == derived["paid"]
        quarters = [row.quarter for row in calendar]
        assert quarters == list(quarters[0].until(quarters[-1]))
    assert by_quarter(FundEntry.objects.none()) == []


def test_indicators_of_nothing_are_dashes(db, english):
    assert values() == {
        "approved_firms": "0 of 100",
        "supported_firms": "0",
        "states_reached": "0 of 32",
        "average_support": "–",
        "budget_used": "–",
        "recovered_share": "–",
        "days_to_payment": "–",
    }


def test_indicators_are_computed_by_their_method(db, english):
    fill_fund(3)
    assert values() == {
        "approved_firms": "3 of 100",
        "supported_firms": "3",
        "states_reached": "3 of 32",
        "average_support": "US$1,349.70",
        "budget_used": "90.0 %",  # 4,049.10 of 4,501.00
        "recovered_share": "10.0 %",  # 450.90 of 4,500.00
        "days_to_payment": "–",  # two years ago
    }


def test_days_to_payment_are_the_middle_of_the_last_year(db, monkeypatch):
    fill_fund(400)  # a claim a day, two payments each ten days later
    assert median_days() == 10


def test_each_indicator_says_what_the_law_asks(db, english):
    text = unescape(Client().get(PAGE).content.decode())
    for indicator in indicators(whole()):
        for part in (
            indicator.name, indicator.value, indicator.definition, indicator.method,
            indicator.unit, indicator.dimension, indicator.frequency, indicator.source,
        ):  # fmt: skip
            assert part
            assert part in text


# --- The report of a fund --------------------------------------------------------------------


def pdf_text(fund) -> str:
    answer = Client().get(reverse("memberships:fund_report", args=[fund.pk]), {"format": "pdf"})
    assert answer["Content-Type"] == "application/pdf"
    assert f"fund-{fund.pk}.pdf" in answer["Content-Disposition"]
    with pypdfium2.PdfDocument(io.BytesIO(answer.content)) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document)


def test_report_has_rules_basis_and_money_on_paper_and_on_the_page(db, english):
    desk = Desk(
        legal_basis="Presupuesto 2018, ramo 10.",
        source_url="https://dof.example/2018",
        eligible_states=["14", "16"],
        claim_days=45,
    )
    claim = desk.claim("approved")
    desk.settle(desk.send(claim), amount=Decimal("1000.00"))
    desk.recover(claim, "100.00")
    page = Client().get(reverse("memberships:fund_report", args=[desk.fund.pk]))
    text = " ".join(unescape(page.content.decode()).split())
    paper = " ".join(pdf_text(desk.fund).split())
    for words in (
        desk.fund.name, "Presupuesto 2018, ramo 10.", "https://dof.example/2018",
        "100 % of what the promotion leaves", "Jalisco, Michoacán", "45 days after the fee",
        "US$10,000.00", "US$500.00", "US$900.00 (9.0 %)", "US$8,600.00 (86.0 %)",
    ):  # fmt: skip
        assert words in text
        assert words in paper
    assert 'href="https://dof.example/2018"' in text
    assert desk.owner.email not in paper
    assert desk.company.legal_name not in paper


def test_report_adds_up_to_the_ledger(db, english):
    fund = fill_fund(7)
    derived = audit.totals(fund)
    _rules, _basis, figures, movements, states, claims = report_of(fund).blocks
    assert dict(figures.rows)["Budget"] == "US$10,501.00"
    assert movements.total[1:] == [
        "US$10,501.00", "US$10,500.00", "US$10,500.00", "US$10,500.00", "US$1,052.10",
    ]  # fmt: skip
    assert states.total == ["Total", "7", "US$10,500.00", "US$1,052.10", "US$9,447.90"]
    assert derived["paid"] == Decimal("9447.90")
    assert claims.rows == [["Paid", "7"]]


def test_report_of_a_new_fund_says_what_is_missing(db, english):
    fund = factories.fund("0.00")
    text = Client().get(reverse("memberships:fund_report", args=[fund.pk])).content.decode()
    assert "has not entered the legal basis" in text
    assert "All states" in text
    assert pdf_text(fund)


def test_money_that_went_back_has_its_sign(db, english):
    desk = Desk()
    desk.bring("declined")
    calendar = report_of(desk.fund).blocks[3]
    assert calendar.rows[-1][2] == "US$0.00"
    released = FundEntry.objects.get(kind="release")
    # The offer was reserved in the quarter before.
    type(released).objects.filter(kind="reserve")._raw_delete("default")
    assert report_of(desk.fund).blocks[3].rows[-1][2] == "−US$1,500.00"


def test_drawing_of_pdfs_is_limited(db, monkeypatch):
    monkeypatch.setattr("memberships.views.programme.PDFS", 1)
    address = reverse("memberships:fund_report", args=[factories.fund().pk])
    assert Client().get(address, {"format": "pdf"}).status_code == 200
    assert Client().get(address, {"format": "pdf"}).status_code == 429
    assert Client().get(address).status_code == 200


@pytest.mark.parametrize("key", ["999", "9" * 30])
def test_fund_that_does_not_exist_is_not_found(db, key):
    assert Client().get(f"/transparency/funds/{key}/").status_code == 404
