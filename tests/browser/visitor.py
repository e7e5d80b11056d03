"""A person at a browser, who notices on every page what a person or a browser would mind."""

import hashlib
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.portal import Portal

AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
    "preload": False,  # else axe loads the style sheets once more, from wrong addresses
}
# Two pages with the same kinds of elements get the same answer from axe.
KINDS_OF_ELEMENTS = """() => [...new Set([...document.querySelectorAll('*')].map(
    (e) => `${e.localName}.${[...e.classList].sort().join('.')}[${e.getAttribute('role')}]`
))].sort().join(' ')"""
# What sticks out at the right, other than inside of something that scrolls by itself.
OVERFLOWING = """(width) => {
    const scrolls = (e) => e !== document.body && e !== document.documentElement
        && getComputedStyle(e).overflowX !== "visible";
    const within = (e) => e && (scrolls(e) || within(e.parentElement));
    return [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility()
        && e.getBoundingClientRect().right > width && !within(e.parentElement)
    ).slice(0, 3).map((e) => e.outerHTML.slice(0, 160));
}"""
WORKER_SECONDS = 40


@dataclass
class Inspector:
    """Remembers what axe has said, for the whole run."""

    seen: set = field(default_factory=set)
    axe: Axe = field(default_factory=Axe)

    def violations(self, page: Page, screen: str) -> list[str]:
        kinds = hashlib.sha256(page.evaluate(KINDS_OF_ELEMENTS).encode()).digest()
        language = page.locator("html").get_attribute("lang")
        dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        key = (pattern(page.url), language, screen, dark, kinds)
        if key in self.seen:
            return []
        self.seen.add(key)
        found = self.axe.run(page, options=AXE_OPTIONS).response["violations"]
        return [
            f"axe {rule['id']}: {rule['help']}: "
            + " | ".join(
                f"{node['html'][:300]} ({node['failureSummary'][:300]})"
                for node in rule["nodes"][:3]
            )
            for rule in found
        ]


def pattern(url: str) -> str:
    """The path with the names of single things taken out."""
    path = urlsplit(url).path
    path = re.sub(r"MX-\d{4}-\d+|[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "*", path)
    path = re.sub(r"(companies|products)/[a-z0-9*-]+/", r"\1/*/", path)
    return re.sub(r"(confirm-email|invitations|buyers)/[^/]+/", r"\1/*/", path)


class Visitor:
    """One browser of one person. `go` and `press` load a page and look at it."""

    def __init__(self, page: Page, portal: Portal, screen: str, inspector: Inspector | None):
        """Without an `inspector` pages are not shown to axe, which needs JavaScript."""
        self.page = page
        self.portal = portal
        self.screen = screen
        self.inspector = inspector
        self.problems: list[str] = []
        self.axe_at_work = False
        page.set_default_timeout(30_000)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._note(f"script error: {error}"))
        page.on("requestfailed", self._on_request_failed)
        page.on("response", self._on_response)

    # --- What a browser complains of --------------------------------------------------------

    def _note(self, problem: str) -> None:
        problem = f"{self.screen} {self.page.url.removeprefix(self.portal.url)}: {problem}"
        if problem not in self.problems:
            self.problems.append(problem)

    def _on_console(self, message) -> None:
        if message.type != "error" or "Failed to load resource" in message.text:
            return  # failed requests are told by their responses, where we know the expected ones
        if self.axe_at_work and "inline style" in message.text:
            return  # axe copies elements with their style; what the page did was told before
        self._note(f"console: {message.text}")  # among them what the CSP refused

    def _on_request_failed(self, request) -> None:
        ours = request.url.startswith(self.portal.url)
        if ours and "ERR_ABORTED" not in (request.failure or ""):  # aborted by going elsewhere
            self._note(f"{request.url} failed: {request.failure}")

    def _on_response(self, response) -> None:
        if not response.url.startswith(self.portal.url):
            self._note(f"a request left the portal: {response.url}")
        part_of_page = not response.request.is_navigation_request()
        if response.status >= 500 or (part_of_page and response.status >= 400):
            self._note(f"{response.url} answered {response.status}")

    # --- Moving about -----------------------------------------------------------------------

    def go(self, path: str, *, status: int = 200) -> "Visitor":
        url = path if path.startswith("http") else self.portal.url + path
        return self._arrive(self.page.goto(url), status)

    def press(self, target: str | Locator, *, status: int = 200) -> "Visitor":
        """Click what leads to another page."""
        locator = self.find(target) if isinstance(target, str) else target
        with self.page.expect_navigation() as navigation:
            locator.click()
        return self._arrive(navigation.value, status)

    def send(self, form: str = "main form[method=post]", *, status: int = 200) -> "Visitor":
        """Press the first button of a form."""
        button = self.page.locator(form).first.locator("button:not([type=button])").first
        return self.press(button, status=status)

    def reload(self) -> "Visitor":
        return self._arrive(self.page.reload(), 200)

    def back(self) -> "Visitor":
        self.page.go_back()
        return self.look()

    def _arrive(self, response, status: int) -> "Visitor":
        path = self.page.url.removeprefix(self.portal.url)
        assert response.status == status, (
            f"{self.screen} {path} answered {response.status}, not {status}"
        )
        return self.look()

    # --- Looking ----------------------------------------------------------------------------

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def find(self, selector: str) -> Locator:
        """The first one that can be seen."""
        return self.page.locator(selector).locator("visible=true").first

    def sees(self, selector: str) -> Locator:
        found = self.find(selector)
        expect(found).to_be_visible()
        return found

    def does_not_see(self, selector: str) -> None:
        expect(self.page.locator(selector).locator("visible=true")).to_have_count(0)

    def look(self) -> "Visitor":
        """What holds for every page and every width."""
        if self.inspector:
            self.page.evaluate("document.readyState")  # what the page has told until now
            self.axe_at_work = True
            for violation in self.inspector.violations(self.page, self.screen):
                self._note(violation)
            self.page.evaluate("document.readyState")
            self.axe_at_work = False
        width = self.page.viewport_size["width"]
        taken = self.page.evaluate("document.documentElement.scrollWidth")
        if taken > width:
            wide = self.page.evaluate(OVERFLOWING, width)
            self._note(f"the page is {taken} wide on a screen of {width}: {wide}")
        return self

    def screenshot(self, path: str, *, full_page: bool = True) -> None:
        self.page.screenshot(path=path, full_page=full_page)

    # --- Doing ------------------------------------------------------------------------------

    def fill(self, values: dict, form: str = "main form[method=post]") -> "Visitor":
        """Write, choose or tick the fields of these names."""
        for name, value in values.items():
            field = self.page.locator(f'{form} [name="{name}"]').first
            if value is True:
                field.check()
            elif isinstance(value, dict):
                field.set_input_files(value)
            elif field.evaluate("(e) => e.localName") == "select":
                field.select_option(value)
            else:
                field.fill(value)
        return self

    def open_menu(self) -> "Visitor":
        """On the phone the way to other pages is folded away."""
        menu = self.page.locator("details.site-menu > summary, details.rail-menu > summary")
        if menu.locator("visible=true").count():
            menu.locator("visible=true").first.click()
        return self

    def log_in(self, email: str, password: str, *, to: str = "/dashboard/") -> "Visitor":
        if not self.path.startswith("/accounts/login/"):
            self.go(f"/accounts/login/?next={to}")
        self.fill({"login": email, "password": password})
        return self.send()

    def reload_until(self, selector: str, count: int = 1) -> "Visitor":
        """Wait for the background worker's doing to appear on this page."""
        deadline = time.monotonic() + WORKER_SECONDS
        while self.page.locator(selector).count() < count:
            assert time.monotonic() < deadline, (
                f"{count} × {selector} not on {self.page.url} after {WORKER_SECONDS} s"
            )
            self.page.wait_for_timeout(300)
            self.page.reload()
        return self.look()

    def open_mail(self, to: str, link: str) -> Locator:
        """Open the newest mail to this address that has such a link; the link."""
        inbox = f"/demo/mailbox/?to={to}"
        deadline = time.monotonic() + WORKER_SECONDS
        while True:
            self.go(inbox)
            mails = self.page.locator("main .rows .title a")
            for path in [mail.get_attribute("href") for mail in mails.all()]:
                self.go(path)
                found = self.page.locator(f'main .prose a[href*="{link}"]')
                if found.count():
                    return found.first
            assert time.monotonic() < deadline, f"no mail to {to} with a link to {link}"
            self.page.wait_for_timeout(300)
