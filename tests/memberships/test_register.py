"""The public register: what it shows, to whom it adds up, what it never tells."""

import datetime
import io
import json
import zipfile
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exporters.models import Company
from memberships import audit, register
from memberships.accounts import accounts, accounts_by_state, by_quarter, sums_of
from memberships.models import FundEntry, PaymentLine, SubsidyClaim, SubsidyFund
from memberships.quarters import Quarter
from memberships.register import CODES, COLUMNS
from memberships.services.register import publish_register
from tests import factories
from tests.ledger_volume import NET, fill_fund
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


def paid(name: str, state: str = "14") -> SubsidyFund:
    """A fund that has paid a company of this name and state."""
    fund = fill_fund(1)
    Company.objects.filter(memberships__fund=fund).update(legal_name=name, state=state)
    return fund


def get(**query):
    return Client().get(PAGE, query)


def names(answer) -> list[str]:
    return [row.legal_name for row in answer.context["page"].rows]


# --- What it says ----------------------------------------------------------------------------


def test_row_has_the_sums_of_all_payments_and_recoveries(desk):
    (row,) = register.rows(register.paid_claims())
    claim, today = SubsidyClaim.objects.get(), timezone.localdate()
    assert row == register.Row(
        claim=claim.reference,
        legal_name=desk.company.legal_name,
        state_code="16",
        state="Michoacán",
        fund=desk.fund.name,
        fiscal_year=desk.fund.fiscal_year,
        programme="México Exporta EnUnClick",
        paid_usd=Decimal("1000.10"),
        paid_mxn=Decimal("18989.50"),  # 7596.94 + 11392.56, at 18.9876
        recovered_usd=Decimal("100.05"),
        net_usd=Decimal("900.05"),
        first_paid_on=today,
        last_paid_on=today,
    )
    assert row.paid_mxn == sum(line.amount_mxn for line in PaymentLine.objects.all())
    text = get().content.decode()
    for words in ("US$1,000.10", "MX$18,989.50", "US$100.05", "US$900.05", "Michoacán"):
        assert words in text


def test_fields_of_a_row_are_the_columns_of_the_dictionary():
    assert tuple(register.Row.__dataclass_fields__) == CODES
    assert len(set(CODES)) == len(CODES) == 13
    for column in COLUMNS:
        assert column.label
        assert column.meaning
        assert column.kind in ("text", "code", "integer", "amount", "day")
        assert column.source


def test_totals_are_those_of_the_ledger(db):
    funds = [fill_fund(5), fill_fund(3), factories.fund()]
    assert [audit.differences(fund) for fund in funds] == [[], [], []]
    whole = accounts(funds)
    derived = [audit.totals(fund) for fund in funds]
    assert [row.net for row in whole.funds] == [fund["paid"] for fund in derived]
    assert [row.set_aside for row in whole.funds] == [
        fund["reserved"] + fund["committed"] for fund in derived
    ]
    total = sum(fund["paid"] for fund in derived)
    assert whole.net == total == sum(SubsidyFund.objects.values_list("paid", flat=True))
    assert whole.budget == sum(fund["budget"] for fund in derived)
    assert sum(state.net for state in whole.states) == total
    assert sum(row.net_usd for row in register.rows(register.paid_claims())) == total
    assert sum(quarter.net for quarter in by_quarter(FundEntry.objects.all())) == total
    assert whole.firms == 8
    for fund, sums in zip(funds, derived, strict=True):
        claims = register.chosen_claims(fund=str(fund.pk))
        assert sums_of(claims).net == sums["paid"]
        assert sum(state.net for state in accounts_by_state(claims)) == sums["paid"]
        assert sum(row.net_usd for row in register.rows(claims)) == sums["paid"]


def test_a_company_that_two_funds_paid_is_one_company(desk):
    first = SubsidyClaim.objects.get().membership
    QuerySet(type(first)).filter(pk=first.pk).update(status="lapsed")
    other = factories.fund()
    claim = SubsidyClaim.objects.get()
    second = type(first).objects.get(pk=first.pk)
    second.pk, second.fund = None, other
    second.save()
    claim.pk, claim.membership, claim.reference = None, second, "AP-X"
    claim.idempotency_key = factories.uuid.uuid4()
    claim.save()
    whole = accounts(list(SubsidyFund.objects.all()))
    assert (whole.firms, whole.claims) == (1, 2)
    assert [row.firms for row in whole.funds] == [1, 1]


def test_what_is_not_paid_is_not_in_the_register(db, english):
    Desk().claim("approved")
    answer = get()
    assert not answer.context["page"].rows
    assert "Nothing has been paid yet" in answer.content.decode()
    assert [table(format) for format in FILES] == [[], [], []]


@pytest.mark.parametrize("language", ["", "/en", "/zh-hans"])
@pytest.mark.parametrize(
    "path", ["", "dictionary/", "quarters/", "programme/", "dictionary.csv", "beneficiaries.csv"]
)
def test_pages_and_files_exist_in_every_language(db, language, path):
    answer = Client().get(f"{language}{PAGE}{path}")
    assert answer.status_code == 200
    assert answer.getvalue()


def test_pages_of_the_portal_lead_to_the_accounts(db, english):
    for path in ("/", "/membership/"):
        assert Client().get(path).content.decode().count(f'href="{PAGE}"') == 3  # menus, footer


# --- What it never tells ---------------------------------------------------------------------


def test_no_personal_data_in_any_page_or_file(db):
    company = factories.company(
        rfc="AFU120417EQ0",
        legal_name="Beneficiaria, S.A. de C.V.",
        trade_name="Nombre Comercial Secreto",
        municipality="Tangancícuaro",
        contact_name="Persona Reservada",
        contact_email="reservada@mail.example",
        phone="+524525550199",
        website="https://sitio-reservado.example",
    )
    desk = Desk(company=company)
    desk.recover(desk.claim("paid"), "1.00")
    desk.step("activate")
    year, quarter = timezone.localdate().year, Quarter.of(timezone.localdate()).number
    after = Quarter(year, quarter).next.starts_on + datetime.timedelta(days=1)
    with time_machine.travel(after):
        publish_register(year, quarter)
    secrets = [
        company.rfc, company.trade_name, company.municipality, company.contact_name,
        company.contact_email, "4525550199", "452 555 0199", company.website, desk.owner.email,
        desk.treasurer.email, desk.boss.email, desk.clerk.email, "mx100200", "aguacates.example",
        "Otro apoyo por lo mismo",
    ]  # fmt: skip
    paths = [
        "", "dictionary/", "programme/", "quarters/", f"funds/{desk.fund.pk}/",
        *(f"beneficiaries.{format}" for format in FILES),
        *(f"dictionary.{format}" for format in FILES),
        *(f"quarters/{year}-{quarter}.{format}" for format in FILES),
    ]  # fmt: skip
    for path in paths:
        data = fetch(path)[1]
        if path.endswith("xlsx"):
            data = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
        text = data.decode()
        assert [secret for secret in secrets if secret in text] == [], path
    assert company.legal_name in get().content.decode()


# --- Search and filters ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tequil", ["Tequilera Ñandú, S.A."]),
        ("NANDU", ["Tequilera Ñandú, S.A."]),
        ("ñándú tequilera", ["Tequilera Ñandú, S.A."]),
        ("café utopico", ["Cafe Utópico 100% (O'Brien)"]),
        ("100%", ["Cafe Utópico 100% (O'Brien)"]),
        ("o'brien", ["Cafe Utópico 100% (O'Brien)"]),
        ("(o", ["Cafe Utópico 100% (O'Brien)"]),
        ("%", ["Cafe Utópico 100% (O'Brien)"]),
        ("_", []),
        (".*", []),
        ("[a", []),
        ("\\", []),
        ('"', []),
        ("'; DROP TABLE x; --", []),
        ("牛油果", []),
        ("", ["Cafe Utópico 100% (O'Brien)", "Tequilera Ñandú, S.A."]),
        ("   ", ["Cafe Utópico 100% (O'Brien)", "Tequilera Ñandú, S.A."]),
    ],
)
def test_search_takes_words_as_they_are_and_accents_lightly(db, typed, found):
    paid("Tequilera Ñandú, S.A.")
    paid("Cafe Utópico 100% (O'Brien)")
    answer = get(q=typed)
    assert answer.status_code == 200
    assert names(answer) == found
    assert [row["legal_name"] for row in table("csv", q=typed)] == found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"q": "a" * 10_000}, "at most 80"),
        ({"q": "a b c d e f g h i"}, "at most 8 words"),
        ({"q": "a\u202eb"}, "invisible"),
        ({"state": "99"}, "not one of"),
        ({"fund": "' OR 1=1"}, "not one of"),
        ({"year": "-1"}, "not one of"),
    ],
)
def test_wrong_filter_is_explained_beside_its_field_and_nothing_is_lost(db, english, query, words):
    answer = get(**query)
    text = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert words in text
    assert "is-invalid" in text
    assert len(query.get("q", "")) > 80 or str(query.get("q", "")) in text
    sent = Client().get(reverse("memberships:register_file", args=["csv"]), query, follow=True)
    assert sent.status_code == 422


def test_nul_in_the_address_is_a_bad_request(db):
    assert Client().get(PAGE + "?q=%00").status_code == 400


def test_strange_page_in_the_address_is_the_first_page_or_an_empty_one(db):
    fill_fund(1)
    for key in ("before", "after"):
        for value in ("x", "-1", "", "9" * 400, "9" * 18, "1.5", "²", "٣"):
            assert get(**{key: value}).status_code == 200, value


def test_filters_choose_and_add_up(db):
    first, second = paid("Uno, S.A.", "14"), paid("Dos, S.A.", "16")
    assert names(get(state="16")) == ["Dos, S.A."]
    assert names(get(fund=first.pk)) == ["Uno, S.A."]
    assert names(get(fund=first.pk, state="16")) == []
    assert names(get(year=first.fiscal_year)) == ["Dos, S.A.", "Uno, S.A."]
    answer = get(fund=second.pk)
    assert answer.context["found"].net == NET
    assert answer.context["accounts"].net == 2 * NET
    assert [row["legal_name"] for row in table("json", state="16")] == ["Dos, S.A."]
    assert json.loads(file("json", state="16"))["selection"] == {"state": "16"}


def test_pages_follow_each_other_both_ways(db, monkeypatch):
    monkeypatch.setattr("memberships.views.register.PER_PAGE", 2)
    fill_fund(5)
    everything = list(register.rows(register.paid_claims()))
    seen, query = [], {}
    while True:
        page = get(**query).context["page"]
        seen.append(page.rows)
        if page.older is None:
            break
        query = {"before": page.older}
    assert [len(rows) for rows in seen] == [2, 2, 1]
    assert sum(seen, []) == everything
    back = get(after=page.newer).context["page"]
    assert back.rows == seen[1]
    first = get(after=back.newer).context["page"]
    assert (first.rows, first.newer) == (seen[0], None)
    text = get(before=back.older, state="", q="volumen").content.decode()
    assert f"?q=volumen&amp;after={page.newer}#beneficiaries" in text
