"""The front page of the open pavilion: every family with its best products."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import memo
from exporters.models import ProductCategory
from exporters.services.catalogue import announce_change, change_category
from pavilion import catalogue, frequency
from pavilion.models import Listing, Pavilion
from pavilion.services.listings import rebuild_listings, rebuild_outdated
from pavilion.services.versions import current_version
from tests import factories

SHOWCASE = reverse("pavilion:showcase")


@pytest.fixture
def opened(db):
    Pavilion.objects.update(status="open", launched_at=timezone.now(), approved_at_launch=1)


def fill(number: int, code: str = "avocado", company=None) -> None:
    """That many listings of a family at once, the last of them the best."""
    company = company or factories.company()
    category = factories.category(code)
    products = [factories.new_product(company, category=category) for _ in range(number)]
    for at, product in enumerate(products):
        product.slug = f"{code}-{at}"
        product.status = "published"
    type(products[0]).objects.bulk_create(products)
    Listing.objects.bulk_create(
        Listing(
            product=product,
            company=company,
            category=category,
            slug=product.slug,
            state="16",
            quality=at // 10,
            tokens=["aguacate", "hass"],
            card_es=f"<i>{code} {at}.</i>",
        )
        for at, product in enumerate(products)
    )


# --- What it shows -------------------------------------------------------------------------------


def test_families_come_by_demand_and_each_with_its_best(opened):
    fill(12, "coffee")
    fill(1, "mezcal")
    ProductCategory.objects.filter(code="mezcal").update(in_demand=False)
    ProductCategory.objects.filter(code="coffee").update(in_demand=True)
    groups = catalogue.groups("es")
    assert [group["category"].code for group in groups] == ["coffee", "mezcal"]
    best = [11, 10, 9, 8, 7]
    assert groups[0]["cards"] == [f"<i>coffee {at}.</i>" for at in best]
    assert len(best) == catalogue.PER_CATEGORY


def test_front_page_shows_cards_counts_search_and_filters(client, opened):
    fill(3)
    content = client.get(SHOWCASE).content.decode()
    assert "<i>avocado 2.</i>" in content
    assert 'href="?state=16"' in content
    assert 'role="search"' in content
    assert f'href="{reverse("pavilion:category", args=["avocado"])}"' in content


def test_counts_of_families_are_capped(opened):
    fill(1002)
    (avocado,) = [each for each in catalogue.categories_with_counts() if each.product_count]
    assert avocado.product_count == 1001
    assert avocado.count_text == "1000+"


def test_front_page_without_any_product_says_so(client, opened):
    page = client.get(SHOWCASE)
    assert page.status_code == 200
    assert page.context["groups"] == []


def test_real_card_has_its_picture_in_three_sizes_and_marks_another_language(opened):
    vendor = factories.application("approved")
    product = vendor.company.products.get()
    product.pictures.create(
        file="products/x-1600.webp", width=1600, height=1200, alt="Caja", position=0
    )
    announce_change(vendor.company)
    listing = Listing.objects.get(product=product)
    for card in (listing.card_es, listing.card_en):
        assert "x-400.webp 400w" in card
        assert 'width="1600" height="1200"' in card
        assert "csrf" not in card
    assert 'lang="es"' not in listing.card_es
    assert 'lang="es"' in listing.card_en
    assert "in-language" in listing.card_zh_hans


# --- Queries -------------------------------------------------------------------------------------

COLD = {
    SHOWCASE: 5,
    f"{SHOWCASE}?q=hass&state=16": 4,
    f"{SHOWCASE}?q=nada": 3,  # nothing to fetch cards of
    reverse("pavilion:category", args=["avocado"]): 4,
    reverse("pavilion:suggestions") + "?q=agua": 4,
}


@pytest.mark.parametrize("rows", [1, 3, 1000])
@pytest.mark.parametrize("url", COLD)
def test_cold_page_takes_the_same_queries_for_one_row_and_for_a_thousand(
    client, opened, url, rows, settings
):
    settings.CACHES = settings.CACHES | {"default": settings.CACHES["pages"]}  # no counters in SQL
    factories.application("approved")
    fill(rows)
    memo.forget_all()
    frequency.learned()  # asked for once a minute
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    assert len(queries) == COLD[url]


# --- A family gets another name ------------------------------------------------------------------


@pytest.fixture
def avocado(opened):
    vendor = factories.application("approved")
    announce_change(vendor.company)
    return factories.category("avocado")


def test_renamed_family_is_written_on_its_cards_again(client, avocado):
    client.get(SHOWCASE)
    before = current_version()
    avocado.name_es = "Aguacate de Michoacán"
    change_category(avocado)
    assert current_version() == before + 1
    assert "Aguacate de Michoacán" in client.get(SHOWCASE).content.decode()
    assert not Listing.objects.filter(card_es__contains="Michoacán").exists()
    assert rebuild_outdated(seconds=60)
    assert Listing.objects.get().card_es.count("Aguacate de Michoacán") == 1
    after = current_version()
    assert rebuild_outdated(seconds=60)  # nothing is left to do
    assert current_version() == after


def test_rebuilding_goes_on_where_it_stopped(avocado, monkeypatch):
    monkeypatch.setattr("pavilion.services.listings.BATCH", 1)
    for _ in range(2):
        announce_change(factories.application("approved").company)
    avocado.name_es = "Palta"
    change_category(avocado)
    assert not rebuild_outdated(seconds=-1)
    assert Listing.objects.filter(card_es__contains="Palta").count() == 1
    assert rebuild_outdated(seconds=60)
    assert Listing.objects.filter(card_es__contains="Palta").count() == 3


def test_all_listings_are_rebuilt_and_what_is_not_public_any_more_goes(avocado):
    Listing.objects.update(card_es="old")
    assert rebuild_listings(factories.category("coffee")) == 0
    assert rebuild_listings() == 1
    assert "old" not in Listing.objects.get().card_es
    Listing.objects.get().product.company.products.update(status="hidden")
    rebuild_listings()
    assert not Listing.objects.exists()


def test_admin_renames_a_family_by_the_service(client, avocado):
    client.force_login(factories.superuser())
    url = reverse("admin:exporters_productcategory_change", args=[avocado.pk])
    names = {"name_es": "Palta", "name_en": "Avocado", "name_zh_hans": "牛油果"}
    page = client.post(url, names | {"in_demand": "on", "position": "1"})
    assert page.status_code == 302
    avocado.refresh_from_db()
    assert avocado.name_es == "Palta"
    assert avocado.changed_at
