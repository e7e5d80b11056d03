"""What search engines, other sites and readers of the feed are told."""

import datetime
import json
import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone

from core.templatetags.portal import json_ld
from exporters.models import Product
from exporters.services import review
from exporters.services.catalogue import announce_change
from pavilion import sitemaps
from pavilion.models import Listing
from pavilion.services import launch
from pavilion.services.versions import current_version
from tests import factories
from tests.pavilion.buyers_pages import (
    open_pavilion,
    page_of,
    picture,
    publish,
    signed_in,
    structured,
    without_cache_queries,
)
from tests.pavilion.test_product_page import SUSPENSION, fill

SITE = "https://portal.example"
FEED = reverse("pavilion:feed")
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def vendor(db):
    return factories.application("approved")


@pytest.fixture
def product(vendor):
    open_pavilion()
    return vendor.company.products.get()


def blocks(client, url: str) -> dict:
    found = [json.loads(text) for text in structured(client.get(url).content.decode())]
    assert all(block["@context"] == "https://schema.org" for block in found)
    return {block["@type"]: block for block in found}


def meta(client, url: str) -> dict:
    html = client.get(url).content.decode()
    found = dict(re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)"', html))
    found["canonical"] = "".join(re.findall(r'<link rel="canonical" href="([^"]*)"', html))
    found["languages"] = dict(re.findall(r'hreflang="([\w-]+)" href="([^"]*)"', html))
    found["page title"] = re.search(r"<title>(.*?)</title>", html, re.S)[1]
    return found


# --- Structured data -------------------------------------------------------------------------


def test_product_is_described_with_its_price_range(client, product, english):
    shown = picture(product)
    data = blocks(client, page_of("product", product))
    offer = data["Product"]["offers"]
    assert offer["@type"] == "AggregateOffer"
    assert (offer["lowPrice"], offer["highPrice"], offer["priceCurrency"]) == (
        "9.80", "12.90", "USD",
    )  # fmt: skip
    assert offer["eligibleQuantity"]["minValue"] == 264
    assert data["Product"]["name"] == product.name_es
    assert data["Product"]["image"] == [SITE + shown.file.url]
    assert data["Product"]["manufacturer"]["url"] == SITE + page_of("company", product.company)
    values = {each["name"]: each["value"] for each in data["Product"]["additionalProperty"]}
    assert values["HS code"] == "0804.40"
    trail = data["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in trail] == [1, 2, 3]
    assert trail[-1]["item"] == SITE + page_of("product", product)


@pytest.mark.parametrize(
    ("low", "high", "kind"),
    [("9.80", "9.80", "Offer"), ("9.80", None, "Offer"), (None, "5", "Offer"), (None, None, None)],
)
def test_offer_is_as_precise_as_the_price(client, product, low, high, kind):
    Product.objects.filter(pk=product.pk).update(
        fob_min_usd=low and Decimal(low), fob_max_usd=high and Decimal(high)
    )
    offers = blocks(client, page_of("product", product))["Product"].get("offers")
    assert (offers and offers["@type"]) == kind


def test_company_is_described_with_its_products(client, product):
    company = product.company
    more = publish(company, 2)
    data = blocks(client, page_of("company", company))
    assert data["Organization"]["legalName"] == company.legal_name
    assert data["Organization"]["address"]["addressRegion"] == "Michoacán"
    urls = {each["url"] for each in data["ItemList"]["itemListElement"]}
    assert urls == {SITE + page_of("product", each) for each in (product, *more)}


def test_json_cannot_end_its_block():
    evil = {"name": "</script><!-- & \u2028 <script>"}
    text = json_ld(evil)
    assert text.count("<") == 2
    assert json.loads(structured(text)[0]) == evil


def test_policy_of_the_page_allows_no_inline_script(client, product):
    policy = client.get(page_of("product", product)).headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy


# --- The head ------------------------------------------------------------------------------------


def test_page_names_its_own_address_and_its_translations(client, product):
    path = page_of("product", product)
    for prefix, code in (("", "es"), ("/en", "en"), ("/zh-hans", "zh-hans")):
        found = meta(client, prefix + path)
        assert found["canonical"] == found["og:url"] == SITE + prefix + path
        assert found["languages"] == {
            "es": SITE + path,
            "en": f"{SITE}/en{path}",
            "zh-hans": f"{SITE}/zh-hans{path}",
            "x-default": SITE + path,
        }
        assert found["og:locale"] == {"es": "es_MX", "en": "en_US", "zh-hans": "zh_CN"}[code]
        assert found["twitter:card"] == "summary_large_image"


def test_address_with_a_query_names_the_plain_one(client, product):
    path = page_of("product", product)
    assert meta(client, f"{path}?from=mail")["canonical"] == SITE + path


def test_titles_and_descriptions_are_the_pages_own(client, product):
    Product.objects.filter(pk=product.pk).update(name_en="Hass avocado", name_zh_hans="牛油果")
    other = publish(product.company, name_es="Guacamole")[0]
    pages = [
        page_of("product", product),
        page_of("product", other),
        page_of("company", product.company),
    ]
    pages += [reverse("pavilion:compare"), reverse("pavilion:shortlist")]
    for prefix in ("", "/en", "/zh-hans"):
        found = [meta(client, prefix + path) for path in pages]
        for name in ("page title", "description"):
            assert len({each[name] for each in found}) == len(pages), name
    assert "牛油果" in meta(client, f"/zh-hans{pages[0]}")["page title"]


def test_link_shows_the_common_picture_until_its_own_is_drawn(client, product):
    path = page_of("product", product)
    assert meta(client, path)["og:image"] == f"{SITE}/static/img/share.jpg"


# --- Sitemap ---------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def one_file(monkeypatch):
    """All keys in one file, however far the database has counted before this test."""
    monkeypatch.setattr(sitemaps, "RANGE", 10**9)


def addresses(client, section: str, number: int = 1) -> dict[str, ET.Element]:
    answer = client.get(reverse("sitemap", args=[section]), {"p": number})
    if answer.status_code == 404:
        return {}
    assert answer.headers["Content-Type"] == "application/xml"
    root = ET.fromstring(answer.content)  # noqa: S314 - our own
    assert root.tag == f"{MAP}urlset"
    return {each.find(f"{MAP}loc").text: each for each in root}


def files(client) -> list[str]:
    root = ET.fromstring(client.get(reverse("sitemap_index")).content)  # noqa: S314 - our own
    assert root.tag == f"{MAP}sitemapindex"
    return [each.find(f"{MAP}loc").text for each in root]


def test_sitemap_has_each_page_in_each_language(client, product):
    path = page_of("product", product)
    found = addresses(client, "products")
    assert set(found) == {SITE + path, f"{SITE}/en{path}", f"{SITE}/zh-hans{path}"}
    links = {each.get("hreflang"): each.get("href") for each in found[SITE + path].iter(LINK)}
    assert links["x-default"] == links["es"] == SITE + path
    assert links["zh-hans"] == f"{SITE}/zh-hans{path}"
    assert found[SITE + path].find(f"{MAP}lastmod").text == f"{timezone.localdate()}"
    assert SITE + page_of("company", product.company) in addresses(client, "companies")
    assert f"{SITE}/pavilion/categories/avocado/" in addresses(client, "categories")
    assert SITE + reverse("pavilion:showcase") in addresses(client, "pavilion")
    assert SITE + reverse("home") in addresses(client, "portal")
    for section in ("portal", "pavilion", "categories", "companies", "products"):
        assert f"{SITE}/sitemap-{section}.xml?p=1" in files(client)


def test_sitemap_is_divided_by_ranges_of_keys(client, product, monkeypatch):
    monkeypatch.setattr(sitemaps, "RANGE", 2)
    publish(product.company, 4)
    listed = [each for each in files(client) if "products" in each]
    numbers = [int(each.rpartition("=")[2]) for each in listed]
    parts = [addresses(client, "products", number) for number in numbers]
    assert all(0 < len(part) <= 6 for part in parts)
    assert sum(map(len, parts)) == len(set().union(*parts)) == 15


@pytest.mark.parametrize("number", ["0", "-1", "x", "99", "9" * 30, ""])
def test_file_that_does_not_exist(client, product, number):
    assert client.get(reverse("sitemap", args=["products"]), {"p": number}).status_code == 404
    assert client.get(reverse("sitemap", args=["nothing"])).status_code == 404


def test_before_the_launch_the_sitemap_has_nothing_of_the_pavilion(client, vendor):
    for section in ("products", "companies", "categories"):
        assert not addresses(client, section)
        assert not [each for each in files(client) if section in each]


def test_sitemap_takes_two_queries_a_file(client, product, django_assert_num_queries):
    fill(factories.application("approved").company, 100)
    with django_assert_num_queries(2):  # pavilion, rows
        assert len(addresses(client, "products")) > 300


def test_robots_are_led_to_the_sitemap(client):
    answer = client.get("/robots.txt")
    assert answer.headers["Content-Type"].startswith("text/plain")
    text = answer.content.decode()
    assert f"Sitemap: {SITE}/sitemap.xml" in text
    assert "Disallow: /pavilion/compare/" in text
    assert "Disallow: /\n" not in text


# --- Feed -------------------------------------------------------------------------------------------


def entries(client, prefix: str = "") -> list[ET.Element]:
    answer = client.get(prefix + FEED)
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    root = ET.fromstring(answer.content)  # noqa: S314 - our own
    assert root.tag == f"{ATOM}feed"
    return list(root.iter(f"{ATOM}entry"))


def test_feed_has_the_newest_first_in_each_language(client, product):
    yesterday = timezone.now() - datetime.timedelta(days=1)
    Product.objects.filter(pk=product.pk).update(published_at=yesterday)
    newer = publish(product.company, name_es="Guacamole", name_zh_hans="鳄梨酱")[0]
    announce_change(product.company)
    assert [each.find(f"{ATOM}title").text for each in entries(client)] == [
        newer.name_es, product.name_es,
    ]  # fmt: skip
    path = page_of("product", newer)
    first = entries(client, "/zh-hans")[0]
    assert first.find(f"{ATOM}title").text == "鳄梨酱"
    assert first.find(f"{ATOM}link").get("href") == f"{SITE}/zh-hans{path}"
    assert first.find(f"{ATOM}author/{ATOM}name").text == product.company.name


def test_feed_that_is_known_is_not_sent_again(client, product):
    etag = client.get(FEED).headers["ETag"]
    assert client.get(FEED, headers={"If-None-Match": etag}).status_code == 304
    publish(product.company)
    current_version.forget()
    assert client.get(FEED, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_feed_takes_one_query(client, product, rows, settings, django_assert_num_queries):
    without_cache_queries(settings)
    publish(product.company, rows)
    open_pavilion()
    with django_assert_num_queries(1):
        assert len(entries(client)) == rows + 1


def test_feed_is_bounded(client, product):
    fill(product.company, 60)
    Listing.objects.update(published_at=timezone.now())
    assert len(entries(client)) == 50


# --- Gone at once ------------------------------------------------------------------------------------


def everywhere(client) -> str:
    pages = [client.get(reverse("sitemap", args=[name])) for name in ("products", "companies")]
    pages.append(client.get(FEED))
    return "".join(page.content.decode() for page in pages if page.status_code == 200)


def test_suspended_vendor_is_gone_from_sitemap_and_feed_at_once(
    client, vendor, product, django_capture_on_commit_callbacks
):
    publish(factories.application("approved").company)
    publish(product.company)
    current = everywhere(client)
    assert product.slug in current
    assert vendor.company.slug in current
    with django_capture_on_commit_callbacks(execute=True):
        review.suspend_application(vendor, actor=factories.manager(), **SUSPENSION)
    assert product.slug not in everywhere(client)
    assert vendor.company.slug not in everywhere(client)


def test_closed_pavilion_has_neither_feed_nor_pages_in_the_sitemap(
    client, product, django_capture_on_commit_callbacks
):
    assert client.get(FEED).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        launch.close_pavilion(actor=factories.manager(), reason_code="other", reason_text="x")
    assert client.get(FEED).status_code == 404
    assert not addresses(client, "products")


def test_preview_of_the_feed_is_for_those_who_may(vendor, client):
    assert client.get(FEED).status_code == 404
    assert signed_in(factories.manager()).get(FEED).status_code == 200
    assert django_settings.SITE_URL == SITE
