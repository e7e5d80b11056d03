"""The self-check: pure rules, the page without an account, and what the application inherits."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.mexico import State
from exporters.company_size import company_size
from exporters.eligibility import (
    ALCOHOL,
    FRESH,
    OTHER_GOODS,
    Answers,
    OtherSupport,
    Registered,
    TaxOpinion,
    Tone,
    Verdict,
    findings,
    verdict,
)
from exporters.enums import ExportLevel, Sector, Size
from exporters.models import Application, ProductCategory
from exporters.views.eligibility import CHECKS_PER_HOUR
from tests import factories

GOOD = {
    "sector": "industry",
    "employees": 46,
    "annual_sales_mxn": Decimal("88000000"),
    "registered": "yes",
    "tax_opinion": "positive",
    "category": "boots",
    "state": "16",
    "export_level": "never",
    "other_support": "no",
}
# The answer that is not the best one → what it makes of the whole.
WORSE = [
    ({"employees": 900, "annual_sales_mxn": Decimal("900000000")}, Verdict.NOT_YET),
    ({"registered": "no"}, Verdict.NOT_YET),
    ({"tax_opinion": "unknown"}, Verdict.CONDITIONS),
    ({"tax_opinion": "negative"}, Verdict.NOT_YET),
    ({"category": "other"}, Verdict.CONDITIONS),
    ({"category": "avocado"}, Verdict.CONDITIONS),
    ({"category": "mezcal"}, Verdict.CONDITIONS),
    ({"other_support": "unknown"}, Verdict.CONDITIONS),
    ({"other_support": "yes"}, Verdict.NOT_YET),
]
URL = "exporters:eligibility"
answers = st.builds(
    Answers,
    sector=st.sampled_from(Sector.values),
    employees=st.integers(0, 1_000_000),
    annual_sales_mxn=st.decimals(0, 10**11, places=2),
    registered=st.sampled_from(Registered.values),
    tax_opinion=st.sampled_from(TaxOpinion.values),
    category=st.sampled_from(["boots", "coffee", *FRESH, *ALCOHOL, OTHER_GOODS]),
    state=st.sampled_from(State.values),
    export_level=st.sampled_from(ExportLevel.values),
    other_support=st.sampled_from(OtherSupport.values),
)

# --- Rules ---------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ExportLevel.values)
def test_small_firm_with_all_in_order_may_apply_whether_or_not_it_exports(level):
    found = findings(Answers(**GOOD | {"export_level": level}))
    assert {finding.tone for finding in found} == {Tone.GOOD}
    assert verdict(found) == Verdict.ELIGIBLE


@pytest.mark.parametrize(("change", "expected"), WORSE)
def test_answer_that_stands_in_the_way_is_named_with_what_to_do(change, expected):
    found = findings(Answers(**GOOD | change))
    assert verdict(found) == expected
    (finding,) = [finding for finding in found if finding.tone != Tone.GOOD]
    assert finding.todo


@given(answers)
def test_every_set_of_answers_has_an_honest_verdict(given_answers):
    found = findings(given_answers)
    result = verdict(found)
    bad = [finding for finding in found if finding.tone == Tone.BAD]
    assert len(found) == 6
    assert all(finding.todo for finding in found if finding.tone != Tone.GOOD)
    assert (result == Verdict.NOT_YET) == bool(bad)
    size = company_size(
        given_answers.sector, given_answers.employees, given_answers.annual_sales_mxn
    )
    if size == Size.LARGE or given_answers.tax_opinion == "negative":
        assert result == Verdict.NOT_YET


def test_families_that_the_rules_name_exist(db):
    codes = set(ProductCategory.objects.values_list("code", flat=True))
    assert {*FRESH, *ALCOHOL} <= codes
    assert OTHER_GOODS not in codes


# --- Page ----------------------------------------------------------------------------------


def test_check_needs_no_account_and_leads_to_the_application(client, db):
    address = reverse(URL)
    for page in ("home", "exporters:apply"):
        assert f'href="{address}"' in client.get(reverse(page)).content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, GOOD).url == address
    page = client.get(address)
    assert page.context["verdict"] == Verdict.ELIGIBLE
    assert reverse("exporters:apply") in page.content.decode()


def test_answers_can_be_changed(client, db):
    client.post(reverse(URL), GOOD)
    page = client.get(reverse(URL))
    assert page.context["form"]["category"].value() == "boots"
    client.post(reverse(URL), GOOD | {"tax_opinion": "negative"})
    assert client.get(reverse(URL)).context["verdict"] == Verdict.NOT_YET


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sector", "mining"), ("employees", "-1"), ("employees", "x"), ("employees", "9" * 12),
        ("annual_sales_mxn", "NaN"), ("annual_sales_mxn", "1e30"), ("registered", ""),
        ("tax_opinion", "maybe"), ("category", "weapons"), ("state", "99"), ("export_level", ""),
        ("other_support", ""),
    ],
)  # fmt: skip
def test_wrong_answer_is_shown_beside_its_field_and_nothing_is_kept(client, db, field, value):
    page = client.post(reverse(URL), GOOD | {field: value})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert "verdict" not in client.get(reverse(URL)).context


def test_answers_about_a_family_that_is_gone_are_asked_anew(client, db):
    client.post(reverse(URL), GOOD)
    ProductCategory.objects.filter(code="boots").delete()
    page = client.get(reverse(URL))
    assert page.status_code == 200
    assert "verdict" not in page.context


def test_too_many_checks_from_one_address_are_refused(client, db):
    for _ in range(CHECKS_PER_HOUR):
        assert client.post(reverse(URL), GOOD).status_code == 302
    assert client.post(reverse(URL), GOOD).status_code == 429


def test_answers_are_carried_into_the_application_once(client, db):
    client.post(reverse(URL), GOOD | {"export_level": "regularly"})
    client.force_login(factories.person())
    form = client.get(reverse("exporters:apply")).context["form"]
    for name in ("sector", "employees", "annual_sales_mxn", "state"):
        assert str(form[name].value()) == str(GOOD[name])
    data = {
        "rfc": "BVU870512AU2", "legal_name": "Botas Utopía", "language": "es",
        "key": str(uuid.uuid4()), "employees": "46",
    }  # fmt: skip
    client.post(reverse("exporters:apply"), data)
    assert Application.objects.get().export_level == "regularly"
    second = client.get(reverse("exporters:apply"), {"new": ""}).context["form"]
    assert not second["sector"].value()


def test_check_asks_the_database_little(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):  # the families
        client.get(reverse(URL))
    client.post(reverse(URL), GOOD)
    with django_assert_num_queries(3):  # the session, the families of both forms
        client.get(reverse(URL))
