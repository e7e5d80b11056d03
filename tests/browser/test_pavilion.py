"""The pavilion before and after its opening: those who wait, those who steer, those who shop."""

import re

import pytest
from playwright.sync_api import expect

from demo.people import COORDINATOR, MANAGER

SETTINGS = "/admin/pavilion/pavilion/1/change/"


@pytest.fixture(scope="module")
def waiting(start_portal):
    """A portal whose pavilion waits, until `opened` opens it."""
    return start_portal()


@pytest.fixture
def opened(waiting, visit):
    """The manager lowers the threshold to what is reached already."""
    manager = visit(waiting, MANAGER.email)
    manager.go("/pavilion/")
    if manager.page.locator("#tell-me").count():
        lit = manager.page.locator(".meter .tile.lit").count()
        manager.go(SETTINGS)
        form = "#content form:has([name=threshold])"
        manager.fill({"threshold": str(lit)}, form)
        manager.press(f"{form} [name=_save]")
        manager.sees(".messagelist .success")
    return waiting


def test_a_buyer_asks_to_be_told_and_is_forgotten(waiting, visit, screen):
    buyer = visit(waiting)
    address = f"{screen}@importer.example"
    buyer.go("/en/pavilion/")
    buyer.fill({"email": "no address"}, "#tell-me form")
    buyer.send("#tell-me form", status=422)
    buyer.sees("#div_id_email .invalid-feedback")
    buyer.page.wait_for_timeout(2100)  # robots are quicker
    buyer.fill({"email": address}, "#tell-me form")
    buyer.page.locator("#tell-me select").select_option(index=2)
    buyer.send("#tell-me form")
    buyer.sees(".messages .tone-good")
    buyer.press(buyer.open_mail(address, "/en/pavilion/buyers/"))
    link = buyer.path
    buyer.send()
    buyer.sees(".messages .tone-good")
    buyer.go(f"{link}forget/")
    buyer.send()
    buyer.sees(".messages .tone-good")
    buyer.go(link, status=404)


def test_only_the_manager_looks_behind_the_door(waiting, visit):
    manager, stranger = visit(waiting, MANAGER.email), visit(waiting)
    manager.go("/pavilion/")
    manager.press('main a[href="?preview"]')
    manager.sees(".hero .tone-waiting")
    manager.press("main .product-card h3 a")
    product = manager.path
    stranger.go("/pavilion/?preview")
    stranger.sees("#tell-me form")
    stranger.go(product, status=404)


def test_buyers_walk_through_the_open_pavilion(opened, visit):
    buyer = visit(opened)
    for prefix in ("", "/en", "/zh-hans"):
        buyer.go(f"{prefix}/pavilion/")
        sections = buyer.page.locator("main section.section[id]")
        assert sections.count() >= 5
        for section in sections.all():
            assert section.locator(".product-card").count() >= 1
    buyer.press("main section.section[id] .between a")
    assert re.fullmatch(r"/zh-hans/pavilion/categories/[a-z]+/", buyer.path)
    buyer.press(".product-card h3 a")
    buyer.sees(".facts")
    picture = buyer.page.locator(".gallery-pictures img").first
    assert picture.evaluate("(e) => e.naturalWidth") > 0
    buyer.press('main a[href*="/pavilion/companies/"]')
    buyer.sees(".product-card")
    buyer.go("/pavilion/categories/nothing/", status=404)


def test_products_of_a_suspended_vendor_vanish_at_once(opened, visit):
    buyer, manager = visit(opened), visit(opened, MANAGER.email)
    buyer.go("/pavilion/")
    buyer.press(buyer.page.locator(".meter a.tile.lit").first)
    vendor, name = buyer.path, buyer.page.locator("h1").inner_text()
    buyer.press(".product-card h3 a")
    product = buyer.path

    manager.go(f"/admin/exporters/application/?status=approved&q={name}")
    manager.press("#result_list tbody th a")
    form = 'form[action$="/move/suspend/"]'
    manager.page.locator(f"details.move:has({form}) > summary").click()
    values = {"suspend-reason_code": "complaints", "suspend-reason_text": "Dos quejas."}
    manager.fill(values, form)
    manager.send(form)
    manager.sees(".messagelist .success")
    buyer.page.wait_for_timeout(1100)  # kept pages know of it within a second
    for path in (vendor, product):
        buyer.go(path, status=404)
    buyer.go("/pavilion/")
    expect(buyer.page.locator(f'.meter a[href="{vendor}"]')).to_have_count(0)
    expect(buyer.page.locator(f'main a[href="{product}"]')).to_have_count(0)

    manager.send('form[action$="/move/reinstate/"]')
    manager.sees("h1 .tone-good")
    buyer.page.wait_for_timeout(1100)
    buyer.go(product)
    buyer.sees(".facts")


def test_the_manager_closes_and_reopens(opened, visit):
    buyer, manager = visit(opened), visit(opened, MANAGER.email)
    manager.go(SETTINGS)
    manager.press('.moves a[href$="/move/close/"]')
    manager.send("#content form", status=422)  # a reason is asked for
    values = {"close-reason_code": "content", "close-reason_text": "Corregimos precios."}
    manager.fill(values, "#content form")
    manager.send("#content form")
    manager.sees(".moves-bar .tone-bad")
    buyer.page.wait_for_timeout(1100)
    buyer.go("/pavilion/")
    buyer.sees("#tell-me form")
    buyer.does_not_see(".product-card")
    buyer.go("/pavilion/categories/tequila/", status=404)
    manager.send('form[action$="/move/reopen/"]')
    manager.sees(".moves-bar .tone-good")
    buyer.page.wait_for_timeout(1100)
    buyer.go("/pavilion/")
    buyer.sees(".product-card")


@pytest.mark.screen("desktop")
def test_a_coordinator_does_not_steer(opened, visit):
    coordinator = visit(opened, COORDINATOR.email)
    coordinator.go(SETTINGS)
    coordinator.does_not_see('a[href*="/move/"], form[action*="/move/"], [name=threshold]')
    coordinator.go("/admin/pavilion/pavilion/1/move/close/", status=403)
