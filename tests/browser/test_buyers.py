"""A buyer in each language: looks for boots, compares, keeps, asks; and the vendor answers."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import steps

LANGUAGES = {
    "es": ("", "botas", "¿Tienen talla 28 en suela de hule?"),
    "en": ("/en", "boots", "Do you have size 10 with a rubber sole?"),
    "zh-hans": ("/zh-hans", "靴子", "有没有28码橡胶底的？"),
}
ANSWER = "Con gusto: 240 pares a US$38.00 FOB Manzanillo, en 30 días."


@pytest.fixture(scope="module")
def opened(start_portal):
    portal = start_portal()
    portal.manage("demo", "--approved", "100")
    return portal


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


def test_buyer_finds_boots_asks_and_is_answered(opened, visit, language):
    prefix, words, question = LANGUAGES[language]
    buyer = visit(opened)
    address = steps.fresh_email("buyer")
    find(buyer, prefix, words)
    first, second = two_products(buyer)
    compare(buyer, prefix, first, second)
    keep(buyer, prefix, first, second)
    ask(buyer, prefix, address, question)

    buyer.press(buyer.open_mail(address, f"{prefix}/pavilion/enquiries/"))
    expect(buyer.page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}$", re.I))
    expect(buyer.page.locator("blockquote")).to_contain_text(question)
    buyer.send()
    thread = buyer.path

    vendor = visit(opened, opened.stage("vendor_of", slug=first)["email"])
    vendor.go("/dashboard/")
    vendor.press('main a[href*="/enquiries/"]')
    vendor.press(".enquiry-rows .title a")
    vendor.sees("#thread-title")
    expect(vendor.page.locator("main")).to_contain_text(question)
    vendor.fill({"text": ANSWER, "outcome": "quoted"})
    vendor.send()
    vendor.sees(".messages .tone-good")

    buyer.press(buyer.open_mail(address, thread))
    expect(buyer.page.locator("main")).to_contain_text(ANSWER)


def find(buyer, prefix, words):
    buyer.go(f"{prefix}/pavilion/")
    buyer.page.locator("#q").fill(words)
    buyer.press(".search button")
    assert buyer.page.locator(".product-card").count() >= 2
    assert "q=" in buyer.page.url


def two_products(buyer) -> list[str]:
    """The slugs of two boots of different vendors."""
    cards = buyer.page.locator(".product-card")
    by_company = {
        card.locator(".company").inner_text(): card.get_attribute("data-slug")
        for card in cards.all()
    }
    assert len(by_company) >= 2
    return list(by_company.values())[:2]


def compare(buyer, prefix, first, second):
    buyer.go(f"{prefix}/pavilion/compare/?p={first}&p={second}")
    expect(buyer.page.locator(".compare-table thead th")).to_have_count(3)
    buyer.sees(".compare-table tr.differs")


def keep(buyer, prefix, first, second):
    for slug in (first, second):
        buyer.go(f"{prefix}/pavilion/products/{slug}/")
        buyer.page.locator("form[data-keep-product] button").click()
        buyer.sees('form[data-keep-product] [aria-pressed="true"]')
    expect(buyer.page.locator("[data-shortlist-count]")).to_have_text("2")
    buyer.press('.buyer-strip a[href$="/pavilion/shortlist/"]')
    expect(buyer.page.locator(".kept")).to_have_count(2)


def ask(buyer, prefix, address, question):
    buyer.press(f'main a[href^="{prefix}/pavilion/enquiries/new/"]')
    buyer.page.wait_for_timeout(2100)  # robots are quicker
    facts = {"name": "Li Wei", "country": "CN", "email": address, "text": question}
    buyer.fill({**facts, "email": "no address"})
    buyer.send(status=422)
    expect(buyer.page.locator("[name=text]")).to_have_value(question)
    buyer.fill(facts)
    buyer.send()
    buyer.sees(".messages .tone-good")
