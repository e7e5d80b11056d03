"""What holds for every page: languages, headers, failures."""

import io
import json
import logging
import re

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from promexico_portal.views import HomeView
from tests import factories

LANGUAGES = {"es": "", "en": "/en", "zh-hans": "/zh-hans"}
CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "manifest-src": "'self'",
}


def text(page) -> str:
    return page.content.decode()


@pytest.fixture
def tolerant() -> Client:
    """Gets the page that a browser would get, instead of the exception."""
    return Client(raise_request_exception=False)


# --- Languages -------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "prefix"), LANGUAGES.items())
def test_home_in_each_language(client, db, language, prefix):
    page = client.get(f"{prefix}/")
    assert page.status_code == 200
    assert page.headers["Content-Language"] == language
    assert re.search(rf'<html lang="{language}"', text(page), re.IGNORECASE)


@pytest.mark.parametrize("name", ["home", "privacy", "memberships:price", "pavilion:showcase",
                                  "exporters:apply", "account_login"])  # fmt: skip
def test_page_links_to_itself_in_each_language(client, db, name):
    path = reverse(name)
    page = text(client.get(f"/en{path}"))
    for prefix in LANGUAGES.values():
        assert f'href="{prefix}{path}"' in page
    for language, prefix in LANGUAGES.items():
        assert f'hreflang="{language}" href="https://portal.example{prefix}{path}"' in page


@pytest.mark.parametrize(
    "path",
    ["/en//evil.example/x", "/es//evil.example/", "//evil.example/", "/en/%2F%2Fevil.example/"],
)
def test_links_to_other_languages_stay_on_the_site(client, db, path):
    page = text(client.get(path))
    assert 'href="//' not in page
    assert 'href="/en/' in page


def test_search_is_kept_in_other_languages(client, db):
    page = text(client.get("/zh-hans/privacy/", {"q": "/en/", "state": "16"}))
    assert 'href="/privacy/?q=%2Fen%2F&amp;state=16"' in page
    assert 'href="/en/privacy/?q=%2Fen%2F&amp;state=16"' in page


def test_home_does_not_depend_on_the_browser_language(client, db):
    page = client.get("/", headers={"Accept-Language": "en"})
    assert page.headers["Content-Language"] == "es"


def test_home_says_how_far_the_pavilion_is_and_what_it_costs(client, db):
    factories.application("approved")
    context = client.get("/").context
    assert context["meter"].approved == 1
    assert context["price"].breakdown.list_fee == 3000


def test_home_without_an_offered_plan_still_opens(client, db):
    factories.Plan.objects.update(is_offered=False)
    assert client.get("/").context["price"] is None
    page = client.get(reverse("memberships:price"))
    assert page.status_code == 200
    assert page.context["no_price_message"] in text(page)


@pytest.mark.parametrize("rows", [1, 3])
def test_home_takes_the_same_queries_for_one_row_and_for_three(
    client, db, rows, django_assert_num_queries
):
    for _ in range(rows):
        factories.application("approved")
        factories.promotion("proposed")
    with django_assert_num_queries(7):
        client.get("/")
    with django_assert_num_queries(4):
        client.get(reverse("memberships:price"))


# --- Headers ---------------------------------------------------------------------------------


def kinds_of_page(client) -> dict[str, str]:
    return {
        "public": reverse("home"),
        "account": reverse("account_login"),
        "missing": "/nothing/",
        "health": "/healthz",
        "private": reverse("exporters:dashboard"),
        "desk": reverse("admin:index"),
    }


@pytest.mark.parametrize("kind", kinds_of_page(None))
def test_page_of_each_kind_has_its_security_headers(db, client, kind):
    if kind in {"private", "desk"}:
        client.force_login(factories.superuser())
    headers = client.get(kinds_of_page(client)[kind]).headers
    policy = dict(part.strip().split(" ", 1) for part in headers[
        "Content-Security-Policy"].split(";"))  # fmt: skip
    assert policy == CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-ID"])
    assert "Server" not in headers
    assert "X-Powered-By" not in headers


def test_pages_of_signed_in_people_are_never_stored(db, client):
    client.force_login(factories.superuser())
    for name in ("home", "exporters:dashboard", "admin:index", "account_email", "mfa_index"):
        assert "no-store" in client.get(reverse(name)).headers["Cache-Control"], name


def test_public_pages_may_be_stored(db, client):
    assert "no-store" not in client.get("/").headers.get("Cache-Control", "")


def test_cookies_are_out_of_reach_of_scripts(db, client):
    person = factories.person()
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": person.email, "password": factories.PASSWORD})
    assert set(client.cookies) == {"sessionid", "csrftoken"}
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_request_id_of_our_proxy_is_kept(client, db):
    given = "abcdef01-2345-6789"
    assert client.get("/", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("forged", ["short", "x" * 65, 'a"><script>', "abcdefgh\u00e9", ""])
def test_request_id_of_anybody_else_is_replaced(client, db, forged):
    answer = client.get("/", headers={"X-Request-ID": forged}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", answer)


@pytest.fixture
def log(monkeypatch) -> io.StringIO:
    """What the console handler writes."""
    (console,) = (h for h in logging.getLogger().handlers if h.name == "console")
    monkeypatch.setattr(console, "stream", io.StringIO())
    return console.stream


def test_log_lines_carry_the_request_id(client, db, log):
    client.get("/nothing/", headers={"X-Request-ID": "abcdef01-2345"})
    assert json.loads(log.getvalue())["request_id"] == "abcdef01-2345"


def test_log_lines_have_no_injected_line_breaks(client, db, log):
    client.get("/nothing%0a%7b%22user%22:1/")
    (line,) = log.getvalue().splitlines()
    assert "user" in json.loads(line)["message"]


# --- Failures --------------------------------------------------------------------------------


def failing(monkeypatch, error):
    def fail(self, **kwargs):
        raise error

    monkeypatch.setattr(HomeView, "get_context_data", fail)


@pytest.mark.parametrize(("language", "prefix"), LANGUAGES.items())
def test_failure_pages_are_in_three_languages_with_the_request_id(
    db, tolerant, monkeypatch, language, prefix
):
    forbidden = reverse("admin:exporters_application_add")
    log_in = reverse("account_login")
    strict = Client(enforce_csrf_checks=True)
    tolerant.force_login(factories.auditor())
    failing(monkeypatch, RuntimeError("nobody foresaw this"))
    pages = {
        404: tolerant.get(f"{prefix}/nothing/"),
        403: tolerant.get(f"{prefix}{forbidden}"),
        500: tolerant.get(f"{prefix}/"),
        413: tolerant.post(f"{prefix}/apply/", CONTENT_LENGTH=str(20 * 1024 * 1024)),
    }
    csrf = strict.post(f"{prefix}{log_in}", {})
    assert csrf.status_code == 403
    for status, page in (*pages.items(), (403, csrf)):
        assert page.status_code == status
        assert page.headers["X-Request-ID"] in text(page), status
        assert f'lang="{language}"' in text(page), status
        assert "Traceback" not in text(page)


def test_forged_host_is_a_bad_request(db, client):
    page = client.get("/", headers={"Host": "evil.example"})
    assert page.status_code == 400
    assert "evil.example" not in text(page)
    assert page.headers["X-Request-ID"] in text(page)


def test_forwarded_host_is_ignored(db, client):
    page = client.get("/", headers={"X-Forwarded-Host": "evil.example"})
    assert page.status_code == 200
    assert "evil.example" not in text(page)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("signed_in", [False, True])
def test_database_that_is_down_gives_a_page_that_says_so(db, tolerant, error, signed_in):
    if signed_in:
        tolerant.force_login(factories.coordinator())

    def down(*args):
        raise error("server closed the connection unexpectedly")

    with connection.execute_wrapper(down):
        page = tolerant.get("/")
        posted = tolerant.post(reverse("pavilion:showcase"), {})
    for answer in (page, posted):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert answer.headers["X-Request-ID"] in text(answer)
    assert "unexpectedly" not in text(page)
    assert tolerant.get("/").status_code == 200  # at once when it is back


def test_too_many_tries_get_a_page_of_ours(db, client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    codes = [
        client.post(reverse("account_reset_password"), {"email": f"a{n}@mail.example"})
        for n in range(2)
    ]
    assert codes[-1].status_code == 429
    assert "<h1" in text(codes[-1])


def test_body_of_an_upload_passes_and_a_larger_one_is_refused(db, client):
    for size, status in ((10 * 1024 * 1024 + 5000, 302), (11 * 1024 * 1024 + 1, 413)):
        answer = client.generic("POST", "/apply/", b"", CONTENT_LENGTH=str(size))
        assert answer.status_code == status


@pytest.mark.parametrize("path", ["/%00", "/pavilion/products/%00/", "/applications/%0d%0aX:/"])
def test_strange_addresses_are_answered(db, client, path):
    assert client.get(path).status_code in {400, 404, 302}


# --- Public pictures -------------------------------------------------------------------------


def test_public_picture_is_handed_out_to_be_kept(client, db, settings):
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    (settings.MEDIA_ROOT / "a.webp").write_bytes(factories.picture("WEBP"))
    answer = client.get("/media/a.webp")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert b"".join(answer.streaming_content)


@pytest.mark.parametrize("path", ["missing.webp", "..%2fsettings", "/etc/passwd", "%00", "."])
def test_nothing_else_is_handed_out_as_a_picture(client, db, path):
    assert client.get(f"/media/{path}").status_code in {400, 404}


# --- The demo's mailbox ----------------------------------------------------------------------


def test_mailbox_of_the_demo_shows_what_would_have_been_sent(client, db):
    application = factories.application("submitted")
    owner = factories.owner_of(application.company)
    page = client.get(reverse("demo:mailbox"), {"to": owner.email})
    (message,) = page.context["page"].object_list
    assert client.get(reverse("demo:message", args=[message.pk])).status_code == 200
    assert client.get(reverse("demo:message", args=[999_999])).status_code == 404


@pytest.mark.parametrize("address", ["%", "'", "x" * 5000])
def test_mailbox_is_searched_with_anything(client, db, address):
    assert client.get(reverse("demo:mailbox"), {"to": address}).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/demo/mailbox/?to=%00", "/pavilion/buyers/%00/", "/en/invitations/%00/", "/?a=1%00"],
)
def test_address_with_a_nul_is_a_bad_request(db, client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer.headers["X-Request-ID"] in answer.content.decode()
