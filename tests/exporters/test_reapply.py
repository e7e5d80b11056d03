"""Applying again: what comes along, what does not, once."""

import datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exporters.enums import DocumentKind
from exporters.models import Application, Company, Document
from exporters.models.application import DECLARATIONS, EXPERIENCE
from exporters.services.applications import start_application
from exporters.services.documents import check_document, remove_document
from tests import factories
from tests.races import at_once, race

ENDED = ["rejected", "withdrawn", "revoked", "expired"]


def ended(status="rejected") -> Application:
    if status == "expired":  # closed by the portal, when time has passed
        application = factories.application("changes_requested")
        Application.objects.filter(pk=application.pk).update(status=status)
        application.refresh_from_db()
        return application
    return factories.application(status)


def again(application) -> Application:
    return start_application(application.company, actor=application.created_by)


def client_of(application) -> Client:
    client = Client()
    client.force_login(application.created_by)
    return client


@pytest.mark.parametrize("status", ENDED)
def test_new_application_begins_with_the_answers_of_the_ended_one(db, status):
    before = ended(status)
    draft = again(before)
    assert (draft.status, draft.previous) == ("draft", before)
    assert draft.reference != before.reference
    for name in EXPERIENCE:
        assert getattr(draft, name) == getattr(before, name) != ""
    before.refresh_from_db()
    assert before.status == status


def test_declarations_are_given_anew(db):
    before = ended()
    assert before.declared
    draft = again(before)
    assert not any(getattr(draft, name) for name in DECLARATIONS)
    assert draft.submitted_at is None
    assert draft.assigned_to is None


def test_first_application_has_no_predecessor(db):
    company = factories.company()
    draft = start_application(company, actor=factories.owner_of(company), export_level="never")
    assert (draft.previous, draft.export_level) == (None, "never")


def test_answer_given_before_does_not_replace_the_one_of_the_ended_application(db):
    before = ended()
    draft = start_application(before.company, actor=before.created_by, export_level="never")
    assert draft.export_level == before.export_level == "sometimes"


def test_documents_that_serve_come_along_with_all_that_is_known_of_them(db):
    before = ended()
    source = before.documents.current().get(kind=DocumentKind.DEED_OR_ID)
    source.pages.create(number=1, file="pages/one.webp")
    draft = again(before)
    assert {d.kind for d in draft.documents.current()} == set(DocumentKind)
    copy = draft.documents.get(kind=DocumentKind.DEED_OR_ID)
    same = (
        "file", "original_name", "content_type", "size", "sha256", "issued_on", "uploaded_by",
        "uploaded_at", "check_status", "scan_status",
    )  # fmt: skip
    assert all(getattr(copy, name) == getattr(source, name) for name in same)
    assert copy.public_id != source.public_id
    assert [(page.number, page.file.name) for page in copy.pages.all()] == [(1, "pages/one.webp")]


@pytest.mark.parametrize(
    "facts",
    [
        {"issued_on": datetime.date(2018, 1, 1)},
        {"check_status": "unreadable"},
        {"scan_status": "infected"},
        {"replaced_at": timezone.now()},
    ],
)
def test_document_that_does_not_serve_stays_behind(db, facts):
    before = ended()
    Document.objects.filter(kind=DocumentKind.TAX_OPINION).update(**facts)
    kinds = {document.kind for document in again(before).documents.all()}
    assert kinds == set(DocumentKind) - {DocumentKind.TAX_OPINION}


def test_document_whose_check_still_runs_is_checked_again(db):
    before = ended()
    Document.objects.filter(kind=DocumentKind.ADDRESS).update(check_status="pending")
    copy = again(before).documents.get(kind=DocumentKind.ADDRESS)
    assert copy.check_status == "pending"
    check_document(copy)
    copy.refresh_from_db()
    assert copy.check_status != "pending"


def test_removing_the_copy_leaves_the_file_of_the_ended_application(db):
    before = ended()
    draft = again(before)
    copy = draft.documents.get(kind=DocumentKind.ADDRESS)
    remove_document(copy)
    factories.document(draft, DocumentKind.DEED_OR_ID)
    for document in before.documents.current():
        assert Path(document.file.path).exists()
    copy.refresh_from_db()
    assert Path(copy.file.path).exists()


def test_applying_again_twice_makes_one_application(db):
    before = ended()
    first, second = again(before), again(before)
    assert first == second
    assert first.documents.count() == len(DocumentKind)


def test_each_application_follows_the_one_before_it(db):
    first = ended("withdrawn")
    second = again(first)
    factories.fill(second)
    factories.move(second, "submit", actor=second.created_by)
    factories.move(second, "withdraw", actor=second.created_by)
    third = again(second)
    assert third.previous == second
    assert third.export_markets == first.export_markets


def test_an_application_has_one_successor(db):
    before = ended()
    again(before)
    other = factories.company()
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(
            reference="MX-X", company=other, created_by=before.created_by, previous=before
        )


def test_carrying_over_is_all_or_nothing(db, monkeypatch):
    before = ended()

    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(Document.objects, "create", fails)
    with pytest.raises(RuntimeError):
        again(before)
    assert not before.company.applications.live().exists()


@race
def test_colleagues_who_apply_again_at_once_share_one_application():
    before = ended()
    company = Company.objects.get(pk=before.company_id)
    results = at_once(
        *(lambda: start_application(company, actor=before.created_by) for _ in range(8))
    )
    assert len({result.pk for result in results}) == 1
    draft = company.applications.live().get()
    assert draft.previous == before
    assert draft.documents.count() == len(DocumentKind)


@pytest.mark.parametrize("status", ENDED)
def test_ended_application_and_dashboard_offer_to_apply_again(db, status):
    before = ended(status)
    client = client_of(before)
    start = reverse("exporters:application_start", args=[before.company.slug])
    page = reverse("exporters:application_detail", args=[before.reference])
    for address in (reverse("exporters:dashboard"), page):
        assert start in client.get(address).content.decode()
    answer = client.post(start)
    draft = before.company.applications.live().get()
    new_page = reverse("exporters:application_detail", args=[draft.reference])
    assert answer.url == new_page
    assert before.reference in client.get(new_page).content.decode()
    followed = client.get(page).content.decode()
    assert new_page in followed
    assert start not in followed


def test_carrying_over_takes_few_queries(db, django_assert_max_num_queries):
    before = ended()
    with django_assert_max_num_queries(22):
        again(before)


def test_company_starts_anew_five_times_a_day(db):
    company = factories.company()
    client = Client()
    client.force_login(factories.owner_of(company))
    url = reverse("exporters:application_start", args=[company.slug])
    for _ in range(5):
        client.post(url)
        client.post(url)  # finds the draft
        company.applications.filter(status="draft").update(
            status="withdrawn", submitted_at=timezone.now()
        )
    assert client.post(url).url == reverse("exporters:dashboard")
    assert company.applications.count() == 5
