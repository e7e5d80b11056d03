"""Journeys through the real portal in real Chromium: pytest tests/browser.

DATABASE_URL and REDIS_URL name a PostgreSQL and a Redis to use; without them the portals of
this run use the embedded default. CHROMIUM names the browser.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from demo.people import PASSWORD
from tests.browser.portal import Portal, Servers, stop_all
from tests.browser.visitor import Inspector, Visitor

SCREENS = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "desktop": {"viewport": {"width": 1280, "height": 900}},
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_VISITORS = pytest.StashKey[list[Visitor]]()


@pytest.fixture(autouse=True)
def isolated():
    """Instead of that of tests/conftest.py: Django runs in processes of its own here."""


# --- Portals --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def start_portal():
    """Starts a portal on a copy of the demonstration: start_portal(NAME="value of a setting")."""
    servers = Servers()
    portals = []
    with tempfile.TemporaryDirectory(prefix="portal-browser-", ignore_cleanup_errors=True) as home:
        try:
            story = Portal(Path(home) / "story", servers)
            story.manage("prepare")
            story.manage("demo")

            def start(**settings) -> Portal:
                portal = Portal(Path(home) / str(len(portals)), servers, story, **settings)
                portals.append(portal)
                portal.start()
                return portal

            yield start
        finally:
            stop_all(portals)
            servers.clean_up()


@pytest.fixture(scope="session")
def portal(start_portal) -> Portal:
    """The demonstration, shared by all journeys that leave the others' things alone."""
    return start_portal()


# --- Browser --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def base_url():
    """Instead of pytest-playwright's own, which pytest warns of: addresses here are whole."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    named = os.environ.get("CHROMIUM")
    found = next(filter(None, map(shutil.which, [named] if named else BROWSERS)), None)
    assert found, f"no {named or 'Chromium'}: apt-get install chromium, or name one in CHROMIUM"
    return {**browser_type_launch_args, "executable_path": found, "args": ["--no-sandbox"]}


@pytest.fixture(params=SCREENS)
def screen(request) -> str:
    """Each journey is made with a phone and at a desk."""
    return request.param


@pytest.fixture(scope="session")
def inspector() -> Inspector:
    return Inspector()


@pytest.fixture(scope="session")
def sessions() -> dict:
    """The cookies of those who have logged in: (portal, e-mail) → storage state."""
    return {}


@pytest.fixture
def visit(request, new_context, screen, inspector, sessions):
    """Opens a browser of its own for a person: visit(portal), visit(portal, "who@logs.in")."""
    visitors = request.node.stash[_VISITORS] = []

    def open_browser(portal: Portal, email: str = "", **options) -> Visitor:
        state = sessions.get((portal.url, email))
        options = {**SCREENS[screen], "locale": "es-MX", "storage_state": state, **options}
        page = new_context(**options).new_page()
        page.set_default_timeout(15_000)
        visitor = Visitor(page, portal, screen, inspector)
        visitors.append(visitor)
        if email and not state:
            visitor.log_in(email, PASSWORD)
            sessions[portal.url, email] = page.context.storage_state()
        return visitor

    return open_browser


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    """A journey fails also for what its visitors noticed on the way."""
    try:
        result = yield
    except Exception as error:
        for line in _told(pyfuncitem):
            error.add_note(line)
        raise
    if told := _told(pyfuncitem):
        pytest.fail("\n".join(told), pytrace=False)
    return result


def _told(item) -> list[str]:
    visitors = item.stash.get(_VISITORS, [])
    problems = [problem for visitor in visitors for problem in visitor.problems]
    portals = {visitor.portal.url: visitor.portal for visitor in visitors}
    errors = [line for portal in portals.values() for line in portal.errors()]
    return list(dict.fromkeys([*problems, *errors]))
