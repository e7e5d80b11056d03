import datetime

import pytest
from django.utils import timezone

from exporters.completeness import SECTIONS, missing_items
from exporters.enums import DocumentKind
from exporters.models import Document
from exporters.models.document import VALID_DAYS
from exporters.progress import next_section, section_progress
from exporters.services.companies import save_company
from tests import factories


@pytest.fixture
def application(db):
    return factories.application()


def missing(application) -> list[tuple[str, str]]:
    return [(item.section, item.field) for item in missing_items(application)]


def test_complete_application_lacks_nothing(application):
    assert missing(application) == []


def test_new_application_lacks_everything_but_what_registration_asked(db):
    company = factories.company()
    lacks = missing(factories.application(company=company, complete=False))
    assert [section for section, _ in lacks] == (
        ["experience"] * 5 + ["products"] + ["documents"] * 4 + ["declarations"]
    )


@pytest.mark.parametrize(
    "field",
    [
        "legal_name", "state", "municipality", "contact_name", "contact_email", "phone", "sector",
        "employees", "annual_sales_mxn",
    ],
)  # fmt: skip
def test_company_fact_is_needed(application, field):
    empty = None if field in {"employees", "annual_sales_mxn"} else ""
    setattr(application.company, field, empty)
    assert missing(application) == [("company", field)]


def test_zero_employees_and_zero_sales_are_facts(application):
    application.company.employees = application.company.annual_sales_mxn = 0
    assert missing(application) == []


def test_large_company_is_told_at_once(application):
    application.company.employees = 100_000
    save_company(application.company)
    assert missing(application) == [("company", "employees")]


@pytest.mark.parametrize(
    "field", ["export_level", "online_sales", "capacity", "languages_spoken", "motivation"]
)
def test_experience_is_needed(application, field):
    setattr(application, field, "")
    assert missing(application) == [("experience", field)]


@pytest.mark.parametrize(
    ("level", "needs"), [("never", False), ("sometimes", True), ("regularly", True)]
)
def test_markets_are_asked_only_of_those_who_export(application, level, needs):
    application.export_level, application.export_markets = level, ""
    assert missing(application) == ([("experience", "export_markets")] if needs else [])


def test_product_is_needed(application):
    application.company.products.all().delete()
    assert missing(application) == [("products", "")]


@pytest.mark.parametrize("kind", DocumentKind)
def test_document_is_needed(application, kind):
    application.documents.filter(kind=kind).update(replaced_at=timezone.now())
    assert missing(application) == [("documents", kind)]


@pytest.mark.parametrize("kind", VALID_DAYS)
def test_document_serves_until_its_last_day(application, kind):
    documents = Document.objects.filter(application=application, kind=kind)
    today = timezone.localdate()
    documents.update(issued_on=today - datetime.timedelta(days=VALID_DAYS[kind]))
    assert missing(application) == []
    documents.update(issued_on=today - datetime.timedelta(days=VALID_DAYS[kind] + 1))
    assert missing(application) == [("documents", kind)]


@pytest.mark.parametrize("finding", [{"check_status": "unreadable"}, {"scan_status": "infected"}])
def test_document_that_is_no_use_is_missing(application, finding):
    application.documents.filter(kind="address").update(**finding)
    assert missing(application) == [("documents", "address")]


@pytest.mark.parametrize("finding", [{"check_status": "pending"}, {"scan_status": "pending"}])
def test_check_that_still_runs_keeps_nobody_waiting(application, finding):
    application.documents.update(**finding)
    assert missing(application) == []
    assert all(document.is_usable for document in application.documents.current())


@pytest.mark.parametrize(
    "field", ["declares_truth", "accepts_rules", "accepts_sharing", "declares_no_other_support"]
)
def test_each_declaration_is_needed(application, field):
    setattr(application, field, False)
    assert missing(application) == [("declarations", "")]


def test_progress_shows_each_section_once_with_what_it_lacks(application):
    application.capacity = application.motivation = ""
    steps = section_progress(application, missing_items(application), current="products")
    assert [step.key for step in steps] == list(SECTIONS)
    assert [step.state for step in steps] == ["done", "todo", "current", "done", "done"]
    assert [step.count for step in steps] == [0, 2, 0, 0, 0]
    assert all(application.reference in step.url for step in steps)


def test_sections_follow_each_other_to_the_end():
    keys = list(SECTIONS)
    assert [next_section(key) for key in keys] == [*keys[1:], None]
