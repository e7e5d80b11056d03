import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from exporters.enums import LIVE_STATUSES, ApplicationStatus, TeamRole
from exporters.models import (
    Application,
    Company,
    Correction,
    Document,
    DocumentPage,
    Invitation,
    MarketAccessRule,
    Product,
    StagedDecision,
    Submission,
    TeamMember,
    Verification,
)
from tests import factories
from tests.constraints import violates


@pytest.fixture
def company(db):
    return factories.company()


@pytest.fixture
def draft(company):
    return factories.application(company=company, complete=False)


def change(row, **values):
    """Past every model and service, straight to the database."""
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def another(application, **values) -> Application:
    """A second application of the same company."""
    return Application.objects.create(
        reference="MX-2", company=application.company, created_by=application.created_by, **values
    )


def test_sales_are_not_negative(company):
    with violates(Company, "sales_are_not_negative"):
        change(company, annual_sales_mxn=Decimal("-0.01"))


def test_rfc_is_registered_once(company):
    with pytest.raises(IntegrityError), transaction.atomic():
        change(factories.company(), rfc=company.rfc)


def test_person_is_once_in_a_team(company):
    with violates(TeamMember, "person_is_once_in_a_team"):
        factories.TeamMember.objects.create(
            company=company, user=factories.owner_of(company), role=TeamRole.EDITOR
        )


def test_email_has_one_open_invitation(company):
    facts = {
        "company": company,
        "email": "a@mail.example",
        "role": TeamRole.EDITOR,
        "invited_by": factories.owner_of(company),
    }
    Invitation.objects.create(**facts, revoked_at=timezone.now())
    Invitation.objects.create(**facts, accepted_at=timezone.now())
    Invitation.objects.create(**facts)
    with violates(Invitation, "one_open_invitation_per_email"):
        Invitation.objects.create(**facts)


@pytest.mark.parametrize("status", sorted(LIVE_STATUSES))
def test_company_has_one_live_application(draft, status):
    with violates(Application, "one_live_application_per_company"):
        another(
            draft,
            status=status,
            submitted_at=timezone.now(),
            decided_at=timezone.now(),
            decided_by=draft.created_by,
            assigned_to=draft.created_by,
        )


@pytest.mark.parametrize("status", sorted(set(ApplicationStatus) - set(LIVE_STATUSES)))
def test_company_with_an_ended_application_may_have_another(draft, status):
    now = timezone.now()
    change(draft, status=status, submitted_at=now, decided_at=now, decided_by=draft.created_by)
    assert another(draft)


@pytest.mark.parametrize("missing", ["decided_at", "decided_by"])
@pytest.mark.parametrize("status", ["approved", "rejected", "suspended", "revoked"])
def test_decision_has_its_date_and_its_decider(draft, status, missing):
    now = timezone.now()
    values = {"decided_at": now, "decided_by": draft.created_by} | {missing: None}
    with violates(Application, "decided_application_has_date_and_decider"):
        change(draft, status=status, submitted_at=now, **values)


def test_review_has_a_coordinator(draft):
    with violates(Application, "review_has_a_coordinator"):
        change(draft, status=ApplicationStatus.IN_REVIEW, submitted_at=timezone.now())


def test_only_a_draft_has_not_been_sent(draft):
    with violates(Application, "beyond_draft_has_been_submitted"):
        change(draft, status=ApplicationStatus.SUBMITTED)


def test_application_has_one_current_document_of_a_kind(draft):
    first = factories.document(draft)
    factories.document(draft)  # replaces it
    with violates(Document, "one_current_document_of_a_kind"):
        change(first, replaced_at=None)


def test_document_is_stored_once_for_one_key(draft):
    first, second = factories.document(draft), factories.document(draft, "address")
    with violates(Document, "document_is_stored_once"):
        change(second, idempotency_key=first.idempotency_key)


def test_product_is_stored_once_for_one_key(company):
    first, second = factories.product(company), factories.product(company)
    with violates(Product, "product_is_stored_once"):
        change(second, idempotency_key=first.idempotency_key)


def test_document_has_each_page_once(draft):
    document = factories.document(draft)
    DocumentPage.objects.create(document=document, number=1, file="a.webp")
    with violates(DocumentPage, "page_is_once_in_document"):
        DocumentPage.objects.create(document=document, number=1, file="b.webp")


def test_lowest_price_is_not_above_the_highest(company):
    product = factories.product(company)
    change(product, fob_min_usd=Decimal("1234.56"), fob_max_usd=Decimal("1234.56"))
    change(product, fob_min_usd=None)
    with violates(Product, "lowest_price_is_not_above_highest"):
        change(product, fob_min_usd=Decimal("1234.57"))


@pytest.fixture
def asked(company):
    return factories.application("changes_requested", company=company)


def test_request_asks_once_for_a_thing(asked):
    correction = asked.corrections.get()
    with violates(Correction, "correction_asks_once_for_a_thing"):
        Correction.objects.create(
            application=asked,
            request=correction.request,
            target=correction.target,
            reason_code="other",
            message="Otra vez.",
        )


@pytest.mark.parametrize("given", ["answered_at", "answered_by"])
def test_answer_has_its_date_and_its_person(asked, given):
    values = {"answered_at": timezone.now(), "answered_by": asked.created_by}
    with violates(Correction, "answer_has_date_and_person"):
        change(asked.corrections.get(), **{given: values[given]})


def test_version_is_numbered_once(asked):
    with violates(Submission, "version_is_numbered_once"):
        Submission.objects.create(application=asked, number=1, content={}, sent_by=asked.created_by)


def verification(application, **values) -> Verification:
    return Verification.objects.create(
        application=application, facts="x", verified_by=application.created_by, **values
    )


def test_only_market_access_is_verified_product_by_product(asked):
    product = asked.company.products.get()
    assert verification(asked, kind="market_access", outcome="passed", product=product)
    with violates(Verification, "only_market_access_is_of_a_product"):
        verification(asked, kind="rfc", outcome="passed", product=product)


def test_failed_check_says_why(asked):
    with violates(Verification, "failed_check_has_a_note"):
        verification(asked, kind="rfc", outcome="failed")


def test_rule_of_access_begins_once_on_a_day_and_ends_after_it(db):
    rule = MarketAccessRule.objects.get(hs_prefix="080450")
    with violates(MarketAccessRule, "access_rule_ends_after_it_starts"):
        change(rule, valid_to=rule.valid_from - datetime.timedelta(days=1))
    change(rule, valid_to=rule.valid_from)
    rule.pk = None
    with violates(MarketAccessRule, "one_access_rule_from_a_day"):
        rule.save_base(force_insert=True)


def test_one_decision_at_a_time_is_prepared(asked):
    values = {"application": asked, "decision": "reject", "staged_by": asked.created_by}
    StagedDecision.objects.create(**values, discarded_at=timezone.now())
    staged = StagedDecision.objects.create(**values)
    with violates(StagedDecision, "release_has_date_and_person"):
        change(staged, released_at=timezone.now())
    with violates(StagedDecision, "one_open_decision_per_application"):
        StagedDecision.objects.create(**values)


def test_violation_is_told_in_words_that_a_person_understands(draft):
    second = Application(
        reference="MX-2", company=draft.company, created_by=draft.created_by, status="draft"
    )
    with pytest.raises(ValidationError, match="solicitud|application"):
        second.validate_constraints()
