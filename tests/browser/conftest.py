"""Journeys through the real portal in real Chromium: pytest tests/browser.

DATABASE_URL and REDIS_URL name a PostgreSQL and a Redis to use; without them the portals of
this run use the embedded default. CHROMIUM names the browser.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

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
            try:
                story = Portal(Path(home) / "story", servers)
                story.manage("prepare")
                story.manage("demo")
            except Exception as error:  # told once, instead of before each journey
                pytest.exit(f"The portal cannot be prepared: {error}", returncode=1)

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


@pytest.fixture
def screen(request) -> str:
    """A journey is made with a phone and at a desk, unless it is marked with one of the two."""
    return request.param


def pytest_generate_tests(metafunc):
    if "screen" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("screen")
        metafunc.parametrize("screen", only.args if only else SCREENS, indirect=True)


def pytest_configure(config):
    config.addinivalue_line("markers", "screen(name): make this journey on this screen only")


@pytest.fixture(scope="session")
def inspector() -> Inspector:
    return Inspector()


@pytest.fixture
def visit(request, new_context, screen, inspector):
    """Opens a browser for a person, who may have logged in: visit(portal, "who@is.example")."""
    visitors = request.node.stash[_VISITORS] = []

    def open_browser(portal: Portal, email: str = "", **options) -> Visitor:
        context = new_context(**SCREENS[screen], locale="es-MX", **options)
        if email:
            context.add_cookies([{**portal.stage("session", email=email), "url": portal.url}])
        scripts = options.get("java_script_enabled", True)
        visitor = Visitor(context.new_page(), portal, screen, inspector if scripts else None)
        visitors.append(visitor)
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
