"""Documents over time: expiring, replaced and why, and what a renewal will need."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from exporters.document_versions import earlier_versions, expiring_documents, renewal_needs
from exporters.enums import DocumentKind
from exporters.models import Document
from exporters.models.document import EXPIRY_WARNING_DAYS, VALID_DAYS
from tests import factories

OPINION = DocumentKind.TAX_OPINION


@pytest.fixture
def draft(db):
    return factories.application(complete=False)


def page_of(application, name="application_detail"):
    client = Client()
    client.force_login(application.created_by)
    return client.get(reverse(f"exporters:{name}", args=[application.reference]))


def issued(days_left: int) -> datetime.date:
    """The day of issue of an opinion that still serves for so many days."""
    return timezone.localdate() + datetime.timedelta(days=days_left - VALID_DAYS[OPINION])


@pytest.mark.parametrize(
    ("days_left", "soon"),
    [(-1, False), (0, True), (1, True), (EXPIRY_WARNING_DAYS, True), (11, False)],
)
def test_document_that_expires_soon_is_shown_as_such(draft, days_left, soon):
    document = factories.document(draft, OPINION, issued_on=issued(days_left))
    assert document.days_left == days_left
    assert document.expires_soon == soon
    assert (expiring_documents(draft) == [document]) == soon
    assert (page_of(draft).context["expiring"] == [document]) == soon
    with translation.override("en"):
        words = page_of(draft, "section_documents").content.decode()
    told = f"expires in {days_left} day" if days_left else "expires today"
    assert (told in words) == soon


def test_document_without_a_date_never_expires(draft):
    document = factories.document(draft, DocumentKind.DEED_OR_ID, issued_on=None)
    assert document.days_left is None
    assert not document.expires_soon


def test_sent_application_is_not_warned(db):
    sent = factories.application("submitted")
    Document.objects.filter(kind=OPINION).update(issued_on=issued(3))
    assert page_of(sent).context["expiring"] == []


def test_approved_company_sees_what_its_renewal_will_need(db):
    approved = factories.application("approved")
    Document.objects.filter(kind=OPINION).update(issued_on=issued(-1))
    needs = page_of(approved).context["renewal"]
    assert [(need.kind, need.is_expired) for need in needs] == [
        (DocumentKind.TAX_OPINION, True),
        (DocumentKind.ADDRESS, False),
    ]
    Document.objects.filter(kind=OPINION).update(replaced_at=timezone.now())
    assert renewal_needs(approved)[0].is_expired


def test_earlier_versions_stand_under_the_current_one_last_first(draft):
    first, second, third = (factories.document(draft, OPINION) for _ in range(3))
    versions = earlier_versions(draft, list(draft.documents.all()))
    assert [version.document for version in versions[OPINION]] == [second, first]
    page = page_of(draft, "section_documents")
    content = page.content.decode()
    for document in (first, second, third):
        assert reverse("exporters:document", args=[document.public_id]) in content
    assert str(third.get_scan_status_display()) in content


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, ""),
        ({"check_status": "unreadable"}, "Cannot be opened"),
        ({"scan_status": "infected"}, "Virus found"),
        ({"issued_on": datetime.date(2018, 1, 1)}, "Expired"),
    ],
)
def test_reason_of_a_replacement_is_what_was_wrong_with_the_document(draft, facts, reason):
    replaced = factories.document(draft, OPINION, **facts)
    factories.document(draft, OPINION)
    with translation.override("en"):
        (version,) = earlier_versions(draft, list(draft.documents.all()))[OPINION]
        assert (version.document, str(version.reason)) == (replaced, reason)


def test_reason_of_a_replacement_is_what_the_coordinator_asked(db):
    application = factories.application("changes_requested")
    factories.document(application, OPINION)
    versions = earlier_versions(application, list(application.documents.all()))
    reasons = {kind: rows[0].reason for kind, rows in versions.items()}
    correction = application.corrections.get()
    assert reasons == {OPINION: correction.get_reason_code_display()}


def test_infected_version_is_named_without_a_way_to_it(draft):
    infected = factories.document(draft, OPINION, scan_status="infected")
    factories.document(draft, OPINION)
    content = page_of(draft, "section_documents").content.decode()
    assert reverse("exporters:document", args=[infected.public_id]) not in content
