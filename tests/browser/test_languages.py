"""Three languages: each page says which it is in, and nothing English is left in the others."""

import polib
import pytest
from playwright.sync_api import expect

from tests.browser.portal import ROOT

CODES = {"es": "", "en": "/en", "zh-hans": "/zh-hans"}
CATALOGUES = {"es": "es", "zh-hans": "zh_Hans"}
PAGES = [
    "/",
    "/privacy/",
    "/membership/",
    "/pavilion/",
    "/apply/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/demo/mailbox/?to=nobody@example.com",
]
# The texts of a page as its reader meets them: also labels and hints.
TEXTS = """() => {
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode.data);
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
        for (const name of ["aria-label", "title", "placeholder", "alt"])
            texts.push(element.getAttribute(name) || "");
    return texts.map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""


@pytest.fixture(scope="module")
def english():
    """By language the texts of the catalogue whose translation is another text."""
    found = {}
    for code, folder in CATALOGUES.items():
        catalogue = polib.pofile(str(ROOT / "locale" / folder / "LC_MESSAGES" / "django.po"))
        found[code] = {
            " ".join(entry.msgid.split())
            for entry in catalogue
            if not entry.obsolete and entry.msgid != entry.msgstr
        }
    return found


@pytest.mark.parametrize("code", CODES)
def test_public_pages_speak_one_language(portal, visit, english, code):
    visitor = visit(portal)
    left = {}
    for page in PAGES:
        visitor.go(CODES[code] + page)
        expect(visitor.page.locator("html")).to_have_attribute("lang", code)
        texts = set(visitor.page.evaluate(TEXTS))
        if found := texts & english.get(code, set()):
            left[page] = sorted(found)
    assert not left


def test_changing_the_language_keeps_the_page(portal, visit):
    visitor = visit(portal)
    query = "?to=nobody@example.com"
    for page, kept in (("/membership/", ""), ("/demo/mailbox/", query), ("/accounts/login/", "")):
        visitor.go(page + kept)
        for code in ("en", "zh-hans", "es"):
            visitor.open_menu()
            visitor.press(f'header a[hreflang="{code}"]')
            assert visitor.path == CODES[code] + page
            assert visitor.page.url.endswith(kept)
            current = visitor.page.locator('header a[hreflang][aria-current="true"]').first
            expect(current).to_have_attribute("hreflang", code)


@pytest.mark.screen("desktop")
def test_errors_and_mail_follow_the_language(portal, visit):
    visitor = visit(portal)
    for code, prefix in CODES.items():
        visitor.go(f"{prefix}/nothing-here/", status=404)
        expect(visitor.page.locator("html")).to_have_attribute("lang", code)
        visitor.go(f"{prefix}/pavilion/")
        visitor.page.wait_for_timeout(2100)  # robots are quicker
        address = f"lector-{code}@importer.example"
        visitor.fill({"email": address}, "#tell-me form")
        visitor.send("#tell-me form")
        link = visitor.open_mail(address, "/pavilion/buyers/").get_attribute("href")
        assert link.removeprefix(portal.url).startswith(f"{prefix}/pavilion/buyers/")
