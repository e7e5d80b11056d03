"""The listings of the showcase follow what is public, within the change itself."""

import pytest

from exporters.services import moderation, review
from exporters.services.catalogue import announce_change
from pavilion.models import CatalogueVersion, Listing
from pavilion.services.versions import current_version
from tests import factories
from tests.constraints import violates
from tests.races import at_once, failures, race

REASON = {"reason_code": "complaints", "reason_text": "Quejas de compradores."}


@pytest.fixture
def approved(db):
    return factories.application("approved")


def listed(company) -> set[str]:
    return set(Listing.objects.filter(company=company).values_list("product__name_es", flat=True))


def test_approval_lists_the_products_of_the_company(approved):
    assert listed(approved.company) == {p.name for p in approved.company.products.all()}
    assert Listing.objects.filter(company=approved.company).exists()


def test_draft_is_not_listed_and_counts_no_version(db):
    before = current_version()
    company = factories.company()
    factories.new_product(company).save()
    announce_change(company)
    current_version.forget()
    assert not listed(company)
    assert current_version() == before


@pytest.mark.parametrize("end", ["suspend", "revoke"])
def test_suspended_company_is_not_listed_any_more(approved, end):
    boss = factories.manager()
    review.suspend_application(approved, actor=boss, **REASON)
    assert not listed(approved.company)
    if end == "revoke":
        review.revoke_application(
            approved, actor=boss, reason_code="compliance", reason_text="Fin."
        )
        assert not listed(approved.company)


def test_reinstated_company_is_listed_again(approved):
    boss, names = factories.manager(), listed(approved.company)
    review.suspend_application(approved, actor=boss, **REASON)
    review.reinstate_application(approved, actor=boss)
    assert listed(approved.company) == names


def test_hidden_product_leaves_and_a_published_one_returns(approved):
    product, staff = approved.company.products.first(), factories.coordinator()
    moderation.hide_product(product, actor=staff, reason_code="text", reason_text="Falta.")
    assert product.name not in listed(approved.company)
    moderation.publish_product(product, actor=staff)
    assert product.name in listed(approved.company)


def test_change_of_the_company_name_is_on_its_cards(approved):
    company = approved.company
    company.trade_name = "Huertas del Nevado"
    company.save()
    announce_change(company)
    for card in Listing.objects.filter(company=company).values_list("card_es", "card_en"):
        assert all("Huertas del Nevado" in text for text in card)


def test_each_change_counts_a_version(approved):
    before = current_version()
    announce_change(approved.company)
    current_version.forget()
    assert current_version() == before + 1


def test_there_is_one_catalogue_version(db):
    with violates(CatalogueVersion, "there_is_one_catalogue_version"):
        CatalogueVersion.objects.create(pk=2)


@race
def test_publication_and_reinstatement_at_once_see_each_other():
    """Whichever is first, the product that both make public is listed."""
    boss, moderator = factories.manager(), factories.coordinator()
    for _round in range(5):
        vendor = factories.application("suspended")
        product = vendor.company.products.get()
        moderation.hide_product(
            product, actor=moderator, reason_code="text", reason_text="Corrija."
        )
        results = at_once(
            lambda vendor=vendor: review.reinstate_application(vendor, actor=boss),
            lambda product=product: moderation.publish_product(product, actor=moderator),
        )
        assert failures(results) == []
        assert listed(vendor.company) == {product.name}
