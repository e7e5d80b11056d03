"""Companies, drafts and products: starting, saving, retrying."""

import datetime
import uuid

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import translation
from post_office.models import Email

from core.uploads import PDF, CleanUpload, private_storage
from core.workflow import TransitionNotAllowed
from exporters.enums import ProductStatus
from exporters.models import Application, Company
from exporters.services import applications, companies, products, team
from exporters.services.documents import store_document
from tests import factories
from tests.races import at_once, failures, race


@pytest.fixture
def draft(db):
    return factories.application(complete=False)


def unsaved_company(key) -> Company:
    return Company(rfc=factories.new_rfc(), legal_name="Botas Utopía", slug="", idempotency_key=key)


# --- Companies -----------------------------------------------------------------------------


def test_company_gets_its_first_owner(db):
    owner = factories.person()
    company = companies.register_company(unsaved_company(uuid.uuid4()), owner=owner)
    assert factories.owner_of(company) == owner
    assert company.slug == "botas-utopia"


def test_company_is_registered_once_for_one_key(db):
    owner, key = factories.person(), uuid.uuid4()
    first = companies.register_company(unsaved_company(key), owner=owner)
    assert companies.register_company(unsaved_company(key), owner=owner) == first
    assert Company.objects.count() == 1


def test_company_whose_rfc_was_taken_at_the_same_moment_is_refused(db):
    taken = factories.company()
    company = unsaved_company(uuid.uuid4())
    company.rfc = taken.rfc
    with pytest.raises(companies.RfcTaken):
        companies.register_company(company, owner=factories.person())
    assert Company.objects.get() == taken


def test_companies_of_one_name_have_different_addresses(db):
    slugs = {factories.company(trade_name="牛油果").slug for _ in range(3)}
    assert len(slugs) == 3
    assert all(slugs)


# --- Starting ------------------------------------------------------------------------------


def test_start_gives_a_numbered_draft_of_the_year(db):
    with time_machine.travel("2018-08-24 12:00Z"):
        draft = factories.application(complete=False)
        second = factories.application(complete=False)
    assert (draft.reference, second.reference) == ("MX-2018-00001", "MX-2018-00002")
    assert draft.status == "draft"


def test_start_at_the_turn_of_the_year_counts_in_mexican_time(db):
    with time_machine.travel("2019-01-01 03:00Z"):
        assert factories.application(complete=False).reference == "MX-2018-00001"


def test_start_finds_the_live_application(draft):
    assert applications.start_application(draft.company, actor=draft.created_by) == draft
    assert Application.objects.count() == 1


@pytest.mark.parametrize("status", ["rejected", "withdrawn", "revoked", "expired"])
def test_company_whose_application_ended_may_apply_again(db, status):
    ended = factories.application(status)
    again = applications.start_application(ended.company, actor=ended.created_by)
    assert again.pk != ended.pk
    factories.fill(again)
    assert applications.submit_application(again, actor=ended.created_by).status == "submitted"


# --- Drafts --------------------------------------------------------------------------------


def test_section_saves_only_its_own_fields(draft):
    stale = Application.objects.get(pk=draft.pk)
    Application.objects.filter(pk=draft.pk).update(capacity="20 toneladas")
    stale.motivation = "Exportar"
    applications.save_section(stale, ["motivation"])
    draft.refresh_from_db()
    assert (draft.capacity, draft.motivation) == ("20 toneladas", "Exportar")


@pytest.mark.parametrize("status", ["submitted", "in_review", "approved", "rejected", "withdrawn"])
def test_section_of_a_sent_application_is_not_saved(db, status):
    application = factories.application(status)
    application.motivation = "something else"
    with pytest.raises(TransitionNotAllowed):
        applications.save_section(application, ["motivation"])
    application.refresh_from_db()
    assert application.motivation == factories.EXPERIENCE["motivation"]


def test_section_that_was_open_while_a_colleague_sent_it_is_not_saved(db):
    stale = factories.application()
    applications.submit_application(stale, actor=stale.created_by)
    assert stale.status == "draft"
    stale.motivation = "too late"
    with pytest.raises(TransitionNotAllowed):
        applications.save_section(stale, ["motivation"])


def test_history_keeps_what_a_section_said_before(draft):
    draft.motivation = "one"
    applications.save_section(draft, ["motivation"])
    draft.motivation = "two"
    applications.save_section(draft, ["motivation"])
    assert list(draft.history.values_list("motivation", flat=True))[:2] == ["two", "one"]


# --- Products ------------------------------------------------------------------------------


def test_product_is_added_to_the_company_of_the_application(draft):
    product = products.save_product(draft, factories.new_product(draft.company))
    assert product.company == draft.company
    assert product.status == ProductStatus.DRAFT
    assert product.slug.startswith("aguacate-hass")


def test_product_is_added_once_for_one_key(draft):
    key = uuid.uuid4()
    first = products.save_product(draft, factories.new_product(draft.company, idempotency_key=key))
    again = products.save_product(draft, factories.new_product(draft.company, idempotency_key=key))
    assert again == first
    assert draft.company.products.count() == 1


def test_product_changes_are_kept_in_its_history(draft):
    product = products.save_product(draft, factories.new_product(draft.company))
    product.name_en = "Hass avocado"
    products.save_product(draft, product)
    assert [row.name_en or "" for row in product.history.all()] == ["Hass avocado", ""]


@pytest.mark.parametrize("status", ["submitted", "in_review"])
def test_product_of_a_sent_application_is_not_changed(db, status):
    application = factories.application(status)
    product = application.company.products.first()
    product.name_es = "Otro"
    with pytest.raises(TransitionNotAllowed):
        products.save_product(application, product)
    with pytest.raises(TransitionNotAllowed):
        products.delete_product(application, product)
    assert application.company.products.exclude(name_es="Otro").count() == 1


def test_product_that_was_public_is_not_deleted(draft):
    product = factories.product(draft.company, status=ProductStatus.HIDDEN)
    with pytest.raises(TransitionNotAllowed):
        products.delete_product(draft, product)


def test_draft_product_is_deleted(draft):
    products.delete_product(draft, factories.product(draft.company))
    assert not draft.company.products.exists()


def test_product_name_falls_back_to_spanish(draft):
    product = factories.product(draft.company, name_es="Aguacate", name_en="")
    with translation.override("en"):
        assert product.name == "Aguacate"


# --- At the same moment --------------------------------------------------------------------


@race
def test_fifty_identical_submits_send_once():
    application = factories.application()
    owner = application.created_by

    results = at_once(*[lambda: applications.submit_application(application, actor=owner)] * 50)
    refused = failures(results)
    assert len(refused) == 49
    assert {type(error) for error in refused} == {TransitionNotAllowed}
    assert application.transitions.count() == 1


@race
def test_twenty_approvals_at_once_make_one_transition_one_mail_one_membership():
    reviewer = factories.coordinator()
    application = factories.application("in_review", reviewer=reviewer)
    Email.objects.all().delete()
    results = at_once(*[lambda: factories.move(application, "approve", actor=reviewer)] * 20)
    assert {type(error) for error in failures(results)} == {TransitionNotAllowed}
    assert len(failures(results)) == 19
    assert application.transitions.filter(transition="approve").count() == 1
    assert application.company.memberships.count() == 1
    assert Email.objects.count() == 1


@race
def test_two_coordinators_claim_one_file():
    application = factories.application("submitted")
    people = [factories.coordinator() for _ in range(5)]
    results = at_once(
        *[lambda who=who: factories.move(application, "claim", actor=who) for who in people]
    )
    assert len(failures(results)) == 4
    application.refresh_from_db()
    assert application.transitions.filter(transition="claim").get().actor == (
        application.assigned_to
    )


@race
def test_ten_starts_at_once_make_one_application():
    company = factories.company()
    owner = factories.owner_of(company)
    results = at_once(*[lambda: applications.start_application(company, actor=owner)] * 10)
    assert not failures(results)
    assert len({application.pk for application in results}) == 1
    assert Application.objects.count() == 1


@race
def test_ten_registrations_with_one_key_make_one_company():
    owner, key = factories.person(), uuid.uuid4()
    rfc = factories.new_rfc()

    def register():
        company = Company(rfc=rfc, legal_name="Botas", slug="", idempotency_key=key)
        return companies.register_company(company, owner=owner)

    results = at_once(*[register] * 10)
    assert Company.objects.count() == 1
    assert not failures(results)


@race
def test_ten_products_with_one_key_make_one_product():
    draft = factories.application(complete=False)
    key = uuid.uuid4()

    def add():
        return products.save_product(
            draft, factories.new_product(draft.company, idempotency_key=key)
        )

    results = at_once(*[add] * 10)
    assert not failures(results)
    assert draft.company.products.count() == 1


@race
def test_ten_documents_with_one_key_make_one_document_and_one_file():
    draft = factories.application(complete=False)
    key = uuid.uuid4()
    today = datetime.date(2018, 8, 24)

    def upload():
        return store_document(
            draft,
            CleanUpload("a.pdf", PDF, ContentFile(b"%PDF-1.4")),
            kind="address",
            issued_on=today,
            actor=draft.created_by,
            key=key,
        )

    results = at_once(*[upload] * 10)
    assert draft.documents.count() == 1
    assert len(private_storage().listdir(f"documents/{draft.reference}")[1]) == 1
    assert not failures(results)


@race
def test_two_owners_who_demote_each_other_leave_one_owner():
    company = factories.company()
    first = company.team.get()
    second = company.team.get(user=factories.exporter(company))
    results = at_once(
        lambda: team.change_role(first, "editor", actor=second.user),
        lambda: team.change_role(second, "editor", actor=first.user),
    )
    assert len(failures(results)) == 1
    assert company.team.filter(role="owner").count() == 1
