"""Everything that happened to an application, on one line of time."""

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from exporters.models import (
    Application,
    Company,
    ExportedApplication,
    Message,
    QueueExport,
    TeamEvent,
)
from exporters.services import applications, corrections, review
from exporters.services.decisions import discard_decision, release_decision, stage_decision
from exporters.timeline import timeline
from tests import factories

pytestmark = pytest.mark.usefixtures("english")


class Case:
    """A file that was sent twice, with something of every kind around it."""

    def __init__(self):
        self.holder, self.boss = factories.coordinator(), factories.manager()
        application = factories.application("in_review", reviewer=self.holder)
        self.owner = application.created_by
        application = factories.move(application, "request_changes", actor=self.holder)
        factories.document(application, "tax_opinion")
        (item,) = application.corrections.all()
        corrections.answer_correction(item, answer="Ya es legible.", actor=self.owner)
        application = applications.submit_application(application, actor=self.owner)
        application = review.claim_application(application, actor=self.holder)
        self.application = application
        factories.verify(application, actor=self.holder, size="failed")
        Message.objects.create(
            application=application, author=self.holder, from_staff=True, body="¿Qué empaque usan?"
        )
        Message.objects.create(
            application=application, author=self.owner, from_staff=False, body="Caja de cartón."
        )
        export = QueueExport.objects.create(user=self.boss, query="desk=mine", format="csv", rows=7)
        ExportedApplication.objects.create(export=export, application=application)
        TeamEvent.objects.create(
            company=application.company, change="invited", person="a@mail.example",
            actor=self.owner,
        )  # fmt: skip
        company, product = application.company, application.company.products.get()
        company.employees = 47
        company.save()
        product.category = factories.category("tequila")
        product.name_es = "Guacamole"
        product.save()
        words = {"reason_code": "other", "reason_text": "No procede."}
        staged = stage_decision(application, "reject", actor=self.holder, **words)
        discard_decision(staged, actor=self.holder)
        staged = stage_decision(application, "reject", actor=self.holder, **words)
        release_decision(staged, actor=self.boss)


@pytest.fixture
def case(db):
    with translation.override("en"):
        yield Case()


def test_each_kind_of_event_appears_once_with_its_person(case):
    events = timeline(Application.objects.get(pk=case.application.pk))
    assert [event.when for event in events] == sorted(
        (event.when for event in events), reverse=True
    )
    kinds = Counter(event.kind for event in events)
    assert kinds == {
        "step": 6,  # sent, claimed, asked, sent back, claimed, rejected
        "correction": 1,
        "check": 5,
        "decision": 4,  # prepared twice, discarded, released
        "message": 2,
        "document": 5,  # four and a replacement
        "field": 3,  # the form, the company, the product
        "export": 1,
        "team": 1,
    }
    by_title = {event.title: event for event in events}
    expected = {
        "Answer on: Positive 32-D tax compliance opinion": (case.owner, "Ya es legible."),
        "Size: small or medium-sized: Not in order": (case.holder, "No coincide."),
        "Message to the company": (case.holder, "¿Qué empaque usan?"),
        "Message of the company": (case.owner, "Caja de cartón."),
        "Part of an export of 7 rows": (case.boss, "desk=mine"),
        "Team: Invited": (case.owner, "a@mail.example"),
        "Decision prepared: Reject": (case.holder, "No procede."),
        "Decision discarded: Reject": (case.holder, ""),
        "Decision released: Reject": (case.boss, ""),
        "Changes were requested": (case.holder, None),
        "Document replaced: Positive 32-D tax compliance opinion": (case.owner, None),
    }
    for title, (who, text) in expected.items():
        assert by_title[title].who == who
        if text is not None:
            assert by_title[title].text == text


def test_changed_fields_are_told_in_words_and_once(case):
    events = timeline(case.application)
    (company,) = [e for e in events if e.title == "Changed: Company"]
    assert company.text == "employees: 46 → 47"
    (product,) = [e for e in events if "Guacamole" in e.title]
    lines = product.text.splitlines()
    assert len(lines) == 2
    assert any("Tequila" in line for line in lines)
    assert not any(line.endswith(("→ 1", "→ 2", "→ 3")) for line in lines)


QUERIES = 13


@pytest.mark.parametrize("more", [0, 3])
def test_timeline_takes_the_same_queries_whatever_happened(case, more, django_assert_num_queries):
    for number in range(more):
        Message.objects.create(
            application=case.application, author=case.owner, from_staff=False, body="Más."
        )
        product = factories.product(case.application.company)
        product.name_es = f"Producto {number}"
        product.save()
        TeamEvent.objects.create(
            company=case.application.company, change="joined", person="b", actor=factories.person()
        )
    application = Application.objects.select_related("company").get(pk=case.application.pk)
    with django_assert_num_queries(QUERIES):
        assert timeline(application)


HISTORY = "admin:exporters_application_history"


def test_staff_see_it_and_auditors_change_nothing(case):
    address = reverse(HISTORY, args=[case.application.pk])
    client = Client()
    client.force_login(factories.auditor())
    page = client.get(address)
    assert page.status_code == 200
    assert "Ya es legible." in page.content.decode()
    content = page.content.decode().partition('id="content-main"')[2]
    assert "<form" not in content.partition("<footer")[0]
    before = Application.objects.filter(pk=case.application.pk).values().get()
    client.post(address, {"status": "approved"})
    assert Application.objects.filter(pk=case.application.pk).values().get() == before
    client.force_login(case.owner)
    assert client.get(address).status_code == 302


def test_history_of_a_draft_is_the_company_s_own(db):
    client = Client()
    client.force_login(factories.coordinator())
    draft = factories.application(complete=False)
    assert timeline(draft) == []
    assert client.get(reverse(HISTORY, args=[draft.pk])).status_code == 404
    assert client.get(reverse(HISTORY, args=[draft.pk + 1])).status_code == 404


def test_change_by_staff_needs_a_reason_that_history_keeps(db):
    holder = factories.coordinator()
    application = factories.application("in_review", reviewer=holder)
    product = application.company.products.get()
    client = Client()
    client.force_login(holder)
    address = reverse("admin:exporters_product_change", args=[product.pk])
    form = client.get(address).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None}
    data |= {"hs_code": "0804.50", "transitions-TOTAL_FORMS": 0, "transitions-INITIAL_FORMS": 0}
    assert client.post(address, data).context["errors"]
    product.refresh_from_db()
    assert product.hs_code == "0804.40"
    client.post(address, data | {"change_reason": "La constancia dice otra fracción."})
    event = next(event for event in timeline(application) if event.kind == "field")
    assert "0804.40 → 0804.50" in event.text
    assert event.text.endswith("La constancia dice otra fracción.")
    assert event.who == holder


def test_change_of_the_company_says_that_it_was_asked_for(db, english):
    holder = factories.coordinator()
    application = factories.application("in_review", reviewer=holder)
    items = [factories.correction_draft("experience"), factories.correction_draft("company")]
    asked = factories.move(application, "request_changes", actor=holder, items=items)
    asked.capacity = "Dos contenedores"
    applications.save_section(asked, ["capacity"])
    company = Company.objects.get(pk=asked.company_id)
    company.municipality = "Peribán"
    applications.save_company_section(asked, company, ["municipality"])
    fields = [event.text for event in timeline(asked) if event.kind == "field"]
    for value in ("Dos contenedores", "Peribán"):
        [text] = [text for text in fields if value in text]
        assert text.endswith("After a request for changes")
