"""The page of a product: its facts, its neighbours, and who sees it when."""

import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from exporters.models import Product
from exporters.services import moderation, review
from exporters.services.catalogue import announce_change
from pavilion import catalogue, showroom
from pavilion.facts import facts, price_text
from pavilion.languages import wording
from pavilion.models import Listing
from pavilion.services import launch
from tests import factories
from tests.pavilion.buyers_pages import (
    certificate,
    open_pavilion,
    page_of,
    picture,
    publish,
    signed_in,
    without_cache_queries,
)

SUSPENSION = {"reason_code": "complaints", "reason_text": "Quejas de compradores."}


@pytest.fixture
def vendor(db):
    return factories.application("approved")


@pytest.fixture
def product(vendor):
    open_pavilion()
    return vendor.company.products.get()


def content(client, row, language="") -> str:
    page = client.get(language + page_of("product", row))
    assert page.status_code == 200
    return page.content.decode()


# --- What it says ----------------------------------------------------------------------------


def test_every_fact_of_trade_is_on_the_page(client, product, english):
    Product.objects.filter(pk=product.pk).update(
        supply_quantity=20_000,
        payment_terms=["tt", "lc", "shells"],
        packaging_en="Wooden box",
        gift_wrapping=True,
    )
    row = certificate(product.company, product, number="MX-1", issued_by="Certimex")
    page = content(client, product)
    for said in (
        "US$9.80 – US$12.90 per box", "264 boxes", "20,000 boxes a month", "15 days", "Manzanillo",
        "T/T, L/C", "Wooden box", "0804.40", "Certimex", "MX-1", str(row),
    ):  # fmt: skip
        assert said in page, said
    assert "shells" not in page


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ("9.80", "12.90", "US$9.80 – US$12.90 per box"),
        ("9.80", None, "US$9.80 per box"),
        ("9.80", "9.80", "US$9.80 per box"),
        (None, "12.90", "up to US$12.90 per box"),
        (None, None, ""),
    ],
)
def test_price_is_said_as_far_as_it_is_known(english, low, high, said):
    row = Product(fob_min_usd=low and Decimal(low), fob_max_usd=high and Decimal(high), unit="box")
    assert price_text(row) == said


def test_facts_that_are_not_given_are_empty(vendor):
    row = factories.product(
        vendor.company, moq=None, lead_time_days=None, port="", fob_min_usd=None, fob_max_usd=None
    )
    assert [fact.key for fact in facts(row, []) if fact.value] == ["hs_code"]


def test_only_checked_certificates_in_force_are_shown(client, product):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    certificate(product.company, product, kind="kosher", number="VIEJO", valid_until=yesterday)
    certificate(product.company, product, kind="halal", number="SIN-VER", checked=False)
    page = content(client, product)
    assert "VIEJO" not in page
    assert "SIN-VER" not in page


def test_missing_translation_falls_back_to_spanish_and_is_marked(client, product, english):
    Product.objects.filter(pk=product.pk).update(name_en="Hass avocado", description_en="")
    page = content(client, product)
    assert "Hass avocado" in page
    assert '<div lang="es"><p>Caja de 4 kg.</p></div>' in page
    assert "in Spanish" in page


def test_translated_text_is_not_marked(client, product, english):
    Product.objects.update(name_en="Hass avocado", description_en="Box of\n4 kg")
    product.company.about_en = "We pack avocado."
    product.company.save()
    page = content(client, product)
    assert "Box of<br>4 kg" in page
    assert "in Spanish" not in page


def test_fallback_takes_the_first_language_that_is_there(product):
    product.name_es, product.name_en, product.name_zh_hans = "", "", "牛油果"
    assert wording(product, "name").language == "zh-hans"
    product.name_zh_hans = ""
    assert not wording(product, "name")


def test_pictures_hold_their_place_and_the_first_comes_at_once(client, product):
    for number in range(3):
        picture(product, alt_es=f"Lado {number}", position=number)
    picture(product, status="pending", file="", alt_es="Aún no")
    page = content(client, product)
    assert page.count('fetchpriority="high"') == 1
    assert page.count('width="1600" height="1200"') == 6  # and its thumbnail
    assert page.count(" 1600w") == 6
    assert [f'href="#picture-{number}"' in page for number in (1, 3, 4)] == [True, True, False]
    assert "Aún no" not in page


def test_text_of_a_company_is_escaped_everywhere(client, product):
    evil = "</script><script>alert(1)</script>"
    Product.objects.update(name_es=evil, description_es=evil, packaging_es=evil, port=evil[:60])
    company = product.company
    company.trade_name = company.about_es = evil
    company.save()
    certificate(company, product, kind="other", name=evil, issued_by=evil, number=evil)
    picture(product, alt_es=evil)
    publish(company)
    announce_change(company)
    assert "<script>alert" not in content(client, product)
    assert "<script>alert" not in client.get(page_of("company", company)).content.decode()


# --- Its neighbours ---------------------------------------------------------------------------


def test_similar_products_are_of_others_the_nearest_first(product):
    other = factories.application("approved").company
    first = other.products.get()
    honey, coffee = factories.category("honey"), factories.category("coffee")
    namesake = publish(other, name_es="Aceite de Hass", description_es="", category=honey)[0]
    family = publish(other, name_es="Guacamole", description_es="")[0]
    twin = publish(other, name_es="Hass selecto")[0]
    publish(other, name_es="Café", description_es="", category=coffee)
    Product.objects.filter(pk=first.pk).update(status="hidden")
    announce_change(other)
    own = publish(product.company)[0]
    cards = showroom.cards_beside(product, "es")
    for row, card in zip((twin, family, namesake), cards["related"], strict=True):
        assert row.slug in card
    assert [own.slug in card for card in cards["more"]] == [True]


def test_neighbours_are_bounded(product):
    publish(product.company, 6)
    publish(factories.application("approved").company, 8)
    cards = showroom.cards_beside(product, "es")
    assert (len(cards["related"]), len(cards["more"])) == (showroom.RELATED, showroom.MORE)


def test_name_without_a_word_has_neighbours_of_its_family(product):
    Product.objects.filter(pk=product.pk).update(name_es="4 kg")
    product.refresh_from_db()
    publish(factories.application("approved").company)
    assert showroom.cards_beside(product, "es")["related"]


# --- Who sees it ---------------------------------------------------------------------------------


def test_team_sees_its_products_before_the_launch_and_nobody_elses(vendor):
    other = factories.application("approved").company.products.get()
    own, team = vendor.company.products.get(), signed_in(factories.owner_of(vendor.company))
    page = team.get(page_of("product", own))
    assert page.status_code == 200
    assert 'content="noindex"' in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert 'class="notice tone-waiting"' in page.content.decode()
    assert team.get(page_of("product", other)).status_code == 404


@pytest.mark.parametrize("status", ["draft", "in_review", "hidden"])
def test_team_sees_its_product_that_is_not_public(product, status, english):
    own = factories.product(product.company, status=status)
    announce_change(product.company)
    team = signed_in(factories.owner_of(product.company))
    assert "Not public yet" in content(team, own)
    strangers = (Client(), signed_in(factories.exporter()), signed_in(factories.manager()))
    assert [each.get(page_of("product", own)).status_code for each in strangers] == [404] * 3
    assert "Not public yet" not in content(team, product)


def test_suspension_and_hiding_take_the_page_away_at_once(
    client, vendor, product, django_capture_on_commit_callbacks
):
    assert content(client, product)
    boss, commit = factories.manager(), django_capture_on_commit_callbacks
    with commit(execute=True):
        review.suspend_application(vendor, actor=boss, **SUSPENSION)
    assert client.get(page_of("product", product)).status_code == 404
    with commit(execute=True):
        review.reinstate_application(vendor, actor=boss)
    assert content(client, product)
    with commit(execute=True):
        moderation.hide_product(product, actor=boss, reason_code="text", reason_text="Falta.")
    assert client.get(page_of("product", product)).status_code == 404


def test_closing_the_pavilion_takes_the_page_away(client, product):
    launch.close_pavilion(actor=factories.manager(), reason_code="other", reason_text="x")
    assert client.get(page_of("product", product)).status_code == 404


# --- How it is kept -------------------------------------------------------------------------------


def test_page_is_the_same_for_everyone_unknown(client, product):
    page = client.get(page_of("product", product), headers={"Cookie": "shortlist=1.2.3"})
    assert page.headers["ETag"]
    assert not page.cookies
    assert "csrfmiddlewaretoken" not in page.content.decode()
    again = client.get(page_of("product", product), headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_page_takes_four_queries(
    client, vendor, product, rows, settings, django_assert_num_queries
):
    without_cache_queries(settings)
    if rows < 1000:
        publish(vendor.company, rows)
        publish(factories.application("approved").company, rows)
    else:
        fill(factories.application("approved").company, rows)
    certificate(vendor.company, product)
    for _ in range(min(rows, 8)):
        picture(product)
    open_pavilion()
    catalogue.categories()  # remembered by each process
    with django_assert_num_queries(4):  # pavilion, product, pictures, certificates, cards
        content(client, product)


def fill(company, number: int) -> None:
    products = Product.objects.bulk_create(
        Product(
            company=company, category=factories.category(), slug=f"p-{index}",
            name_es=f"Aguacate {index}", hs_code="0804.40", status="published",
        )
        for index in range(number)
    )  # fmt: skip
    Listing.objects.bulk_create(
        Listing(
            product=row, company=company, category=row.category, slug=row.slug, state="16",
            tokens=["aguacate"], card_es=row.slug, quality=index % 90,
        )
        for index, row in enumerate(products)
    )  # fmt: skip
