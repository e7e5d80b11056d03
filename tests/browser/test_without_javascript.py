"""Everything works without JavaScript: the scripts only make it quicker."""

import pytest
from playwright.sync_api import expect

from demo.people import COORDINATOR
from tests.browser import papers, steps


@pytest.fixture
def plain(visit):
    def open_browser(portal, email=""):
        return visit(portal, email, java_script_enabled=False)

    return open_browser


def test_applying_without_javascript(portal, plain):
    email, name = steps.fresh_email("sobria"), "Mezcal Sobrio"
    exporter = plain(portal)
    exporter.go("/")
    exporter.open_menu()
    exporter.press('header a[href="/apply/"]')
    exporter.press('main a[href^="/accounts/signup/"]')
    steps.sign_up(exporter, email, "Sofía Sobria")
    exporter.fill({**steps.company_values(papers.fictional_rfc(), name, email), "rfc": "X"})
    exporter.send(status=422)
    exporter.sees("#div_id_rfc .invalid-feedback")
    exporter.fill({"rfc": papers.fictional_rfc()})
    exporter.send()
    assert exporter.path.endswith("/experience/")
    exporter.fill(steps.EXPERIENCE)
    exporter.send()
    exporter.press('main a[href$="/products/new/"]')
    exporter.fill(steps.PRODUCT)
    exporter.send()
    exporter.press('.form-actions a[href$="/documents/"]')
    steps.upload(exporter, "deed_or_id", papers.jpeg("acta"))
    exporter.reload_until(steps.badge("deed_or_id", "good"))


def test_reviewing_without_javascript(portal, plain):
    file = portal.stage("application", email=steps.fresh_email("paula"), until="submitted")
    coordinator = plain(portal, COORDINATOR.email)
    steps.open_file(coordinator, "unassigned", file["reference"])
    steps.choose_move(coordinator, "claim")
    coordinator.press('.moves a[href$="/move/request_changes/"]')
    # Without a script the text of the reason comes back with the page, to be confirmed.
    coordinator.fill({"request_changes-products_reason": "product"}, "#content form")
    coordinator.send("#content form", status=422)
    expect(coordinator.page.locator("[name=request_changes-products_message]")).not_to_be_empty()
    coordinator.send("#content form")
    coordinator.sees("h1 .tone-waiting")
    coordinator.open_menu()
    coordinator.press('a[href$="?desk=waiting"]')
    coordinator.sees(f"#result_list a:has-text('{file['reference']}')")


def test_menu_and_languages_without_javascript(portal, plain):
    person = plain(portal)
    person.go("/membership/")
    person.open_menu()
    person.press('header a[hreflang="en"]')
    assert person.path == "/en/membership/"
    person.open_menu()
    person.press('header a[href="/en/pavilion/"]')
