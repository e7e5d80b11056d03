"""Pages kept for everyone: who gets one, who never does, and how soon a change shows."""

import contextlib
import gzip
import http.client
import os
import shutil
import subprocess
import sys
import threading
import time

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exporters.services import moderation, review
from exporters.services.catalogue import announce_change
from pavilion import page_cache
from pavilion.models import Pavilion, WaitingBuyer
from pavilion.page_cache import HotPages, PageCacheMiddleware, StoredPage
from pavilion.services import launch
from pavilion.services.versions import begin_change
from tests import factories
from tests.ports import dead_port
from tests.races import race

SHOWCASE = reverse("pavilion:showcase")
CATEGORY = reverse("pavilion:category", args=["avocado"])
ADDRESSES = [SHOWCASE, f"{SHOWCASE}?q=aguacate&state=16", CATEGORY]
LANGUAGES = {"": "es", "/en": "en", "/zh-hans": "zh-hans"}
REASON = {"reason_code": "complaints", "reason_text": "Quejas."}


def open_up():
    vendor = factories.application("approved")
    Pavilion.objects.update(
        status="open", launched_at=timezone.now(), approved_at_launch=1, threshold=1
    )
    begin_change()
    return vendor


@pytest.fixture
def vendor(db):
    return open_up()


@pytest.fixture
def made(monkeypatch):
    """The addresses whose page was made, and not taken from the cache."""
    addresses = []
    inner = PageCacheMiddleware.__init__

    def watch(self, get_response):
        def note(request):
            addresses.append(request.get_full_path())
            return get_response(request)

        inner(self, note)

    monkeypatch.setattr(PageCacheMiddleware, "__init__", watch)
    return addresses


# --- Who gets what -------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("prefix", LANGUAGES)
def test_second_visitor_gets_the_same_page_without_a_query(vendor, made, prefix, address):
    first = Client().get(prefix + address)
    with CaptureQueriesContext(connection) as queries:
        second = Client().get(prefix + address)
    assert len(queries) == 0
    assert len(made) == 1
    assert second.content == first.content
    assert second.headers["Content-Language"] == LANGUAGES[prefix]
    assert second.headers["Cache-Control"] == "no-cache"


def test_pages_of_all_processes_are_shared(vendor, made):
    """What this process has in hand is gone: the shared cache answers, with one look at the state."""
    first = Client().get(SHOWCASE)
    page_cache.hot.clear()
    assert Client().get(SHOWCASE).content == first.content
    assert len(made) == 1


def test_order_and_unknown_parameters_make_no_other_page(vendor, made):
    Client().get(SHOWCASE + "?state=16&q=aguacate&utm_source=mail")
    page = Client().get(SHOWCASE + "?q=++aguacate&state=16&nothing=1&size=huge")
    assert made == [SHOWCASE + "?q=aguacate&state=16"]
    assert b"utm_source" not in page.content


def test_signed_in_visitor_neither_gets_nor_leaves_a_page(vendor, made):
    person = Client()
    person.force_login(factories.exporter(vendor.company))
    anonymous = Client().get(SHOWCASE).content
    own = person.get(SHOWCASE)
    assert own.headers["Cache-Control"] == "private, no-store"
    assert own.content != anonymous
    assert Client().get(SHOWCASE).content == anonymous
    page_cache.hot.clear()
    caches["pages"].clear()
    person.get(SHOWCASE)
    assert Client().get(SHOWCASE).content == anonymous
    assert len(made) == 4


def test_visitor_with_a_message_neither_gets_nor_leaves_a_page(client, vendor, made):
    Client().get(SHOWCASE)
    buyer = WaitingBuyer.objects.create(email="buyer@importer.example")
    client.post(reverse("pavilion:buyer_forget", args=[buyer.token]))
    page = client.get(SHOWCASE)
    assert b"container messages" in page.content
    assert b"container messages" not in Client().get(SHOWCASE).content


def test_page_with_a_form_is_never_kept(db, made):
    for _ in range(2):
        assert b"csrfmiddlewaretoken" in Client().get(SHOWCASE).content
    assert made == [SHOWCASE, SHOWCASE]
    request = RequestFactory().get(SHOWCASE)
    answers = []

    def careless(request):
        response = HttpResponse('<input name="csrfmiddlewaretoken" value="x">')
        response.same_for_everyone = True
        answers.append(response)
        return response

    cached = PageCacheMiddleware(careless)
    assert [cached(request) for _ in range(2)] == answers


def test_page_that_sets_a_cookie_is_not_kept(db):
    def setting(request):
        response = HttpResponse("x")
        response.same_for_everyone = True
        response.set_cookie("a", "b")
        return response

    assert "ETag" not in PageCacheMiddleware(setting)(RequestFactory().get(SHOWCASE)).headers


@pytest.mark.parametrize(
    "address", ["/pavilion/?q=" + "x" * 41, CATEGORY + "x/", "/pavilion/?q=%00"]
)
def test_what_nobody_else_asks_for_is_not_stored(vendor, address):
    Client().get(address)
    assert len(page_cache.hot) == 0


def test_random_searches_do_not_fill_the_cache(vendor, monkeypatch):
    monkeypatch.setattr(page_cache, "PAGES_IN_A_WINDOW", 2)
    for at in range(5):
        Client().get(SHOWCASE, {"q": f"palabra{at}"})
    Client().get(SHOWCASE)  # the pages that everyone opens have their place all the same
    page_cache.hot.clear()
    with CaptureQueriesContext(connection) as queries:
        for at in range(2):
            Client().get(SHOWCASE, {"q": f"palabra{at}"})
        Client().get(SHOWCASE)
    assert len(queries) == 0
    with CaptureQueriesContext(connection) as queries:
        Client().get(SHOWCASE, {"q": "palabra4"})
    assert len(queries) > 0


def test_memory_of_a_process_is_bounded_under_many_threads():
    pages = HotPages()
    page = StoredPage("e", {}, b"")

    def fill(name):
        for at in range(500):
            pages.keep(f"{name}{at}", page)
            pages.get(f"{name}{at - 1}")

    threads = [threading.Thread(target=fill, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pages) == page_cache.HOT_PAGES


# --- HTTP ----------------------------------------------------------------------------------------


def test_browser_that_has_the_page_is_told_so(client, vendor):
    page = client.get(SHOWCASE)
    tags = [page["ETag"], f'"x", {page["ETag"]}', page["ETag"].removeprefix("W/"), "*"]
    for tag in tags:
        answer = client.get(SHOWCASE, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", page["ETag"])
        assert answer["Cache-Control"] == "no-cache"
    assert client.get(SHOWCASE, headers={"If-None-Match": '"other"'}).status_code == 200


def test_page_is_compressed_for_those_who_take_it(client, vendor):
    plain = client.get(SHOWCASE)
    packed = client.get(SHOWCASE, headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert gzip.decompress(packed.content) == plain.content
    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Length"] == str(len(packed.content))
    refused = client.get(SHOWCASE, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers
    assert "Accept-Encoding" in packed["Vary"]


def test_head_has_the_headers_of_the_page_and_no_body(client, vendor):
    for _ in range(2):
        head = client.head(SHOWCASE)
        assert head.content == b""
    page = client.get(SHOWCASE)
    assert dict(head.items()) | {"X-Request-ID": ""} == dict(page.items()) | {"X-Request-ID": ""}


@pytest.mark.parametrize("address", ADDRESSES)
def test_kept_page_has_every_header_of_a_made_one(vendor, address):
    stranger = Client()
    stranger.cookies["sessionid"] = "nobody"  # bypasses the cache, is not signed in
    made = stranger.get(address)
    Client().get(address)
    kept = Client().get(address)
    own = {"X-Request-ID", "ETag", "Cache-Control", "Vary", "Content-Length", "Set-Cookie"}
    assert {name: text for name, text in kept.items() if name not in own} == {
        name: text for name, text in made.items() if name not in own
    }
    assert "Content-Security-Policy" in kept.headers
    assert kept.content == made.content


# --- Changes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", LANGUAGES)
def test_change_shows_at_once_in_the_process_that_makes_it(vendor, prefix):
    def names():
        return [Client().get(prefix + address).content.decode() for address in ADDRESSES]

    name = vendor.company.name
    assert all(name in page for page in names())
    vendor.company.trade_name = "Huertas Nuevas"
    vendor.company.save()
    announce_change(vendor.company)
    assert all("Huertas Nuevas" in page for page in names())
    review.suspend_application(vendor, actor=factories.manager(), **REASON)
    assert all("Huertas Nuevas" not in page for page in names())


@pytest.mark.parametrize("prefix", LANGUAGES)
def test_suspended_vendor_without_products_vanishes_too(vendor, prefix):
    """Its tile in the mosaic and its own page show it, though no listing does."""
    moderator = factories.coordinator()
    reason = {"reason_code": "text", "reason_text": "No es suyo."}
    moderation.hide_product(vendor.company.products.get(), actor=moderator, **reason)
    page = reverse("pavilion:company", args=[vendor.company.slug])

    def statuses_and_name():
        shown = vendor.company.name in Client().get(prefix + SHOWCASE).content.decode()
        return Client().get(prefix + page).status_code, shown

    assert statuses_and_name() == (200, True)
    boss = factories.manager()
    review.suspend_application(vendor, actor=boss, **REASON)
    assert statuses_and_name() == (404, False)
    review.reinstate_application(vendor, actor=boss)
    assert statuses_and_name() == (200, True)


def test_closed_pavilion_is_closed_for_those_who_had_a_page(vendor):
    client = Client()
    client.get(CATEGORY)
    launch.close_pavilion(actor=factories.manager(), reason_code="other", reason_text="x")
    assert client.get(CATEGORY).status_code == 404
    assert b"csrfmiddlewaretoken" in client.get(SHOWCASE).content


class Worker:
    """A web server in a process of its own, on the database and the Redis of this test."""

    def __init__(self, redis_url: str):
        self.port = dead_port()
        database = connection.settings_dict
        url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
        self.process = subprocess.Popen(  # noqa: S603 - our own server
            [
                *(sys.executable, "-m", "gunicorn", "promexico_portal.wsgi:application"),
                *("--bind", f"127.0.0.1:{self.port}", "--threads", "2", "--log-level", "error"),
            ],
            env=os.environ
            | {
                "DATABASE_URL": url,
                "REDIS_URL": redis_url,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
            },
        )

    def get(self, path: str) -> str:
        connected = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(connected) as server:
            server.request("GET", path)
            answer = server.getresponse()
            assert answer.status == 200
            return answer.read().decode()

    def wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                self.get(SHOWCASE)
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the worker did not start")


@pytest.fixture
def redis_server():
    """A Redis of this test's own, its URL and its process."""
    program = shutil.which("redis-server")
    if not program:
        pytest.skip("needs redis-server")
    port = dead_port()
    process = subprocess.Popen(  # noqa: S603 - our own server
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    yield f"redis://127.0.0.1:{port}/0", process
    process.kill()
    process.wait()


@race
def test_change_shows_on_every_worker_within_a_second(redis_server):
    url, _process = redis_server
    vendor = open_up()
    workers = [Worker(url), Worker(url)]
    try:
        for worker in workers:
            worker.wait()
        pages = [prefix + address for prefix in LANGUAGES for address in ADDRESSES]
        for page in pages:
            for worker in workers:
                assert vendor.company.name in worker.get(page)
        review.suspend_application(vendor, actor=factories.manager(), **REASON)
        time.sleep(1.0)
        for page in pages:
            for worker in workers:
                assert vendor.company.name not in worker.get(page)
    finally:
        for worker in workers:
            worker.process.terminate()
            worker.process.wait()


def test_cache_that_is_down_costs_a_page_nothing_but_its_making(
    vendor, redis_server, settings, made
):
    url, process = redis_server
    redis = {
        "BACKEND": "core.cache.TolerantRedisCache",
        "LOCATION": url,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
    settings.CACHES = settings.CACHES | {"pages": redis}
    until = time.monotonic() + 10
    while caches["pages"].get("x", "no") == "no" and time.monotonic() < until:
        caches["pages"].set("x", "yes")
    expected = Client().get(SHOWCASE).content
    page_cache.hot.clear()
    assert Client().get(SHOWCASE).content == expected
    assert len(made) == 1
    process.kill()
    process.wait()
    for number in (2, 3):
        page_cache.hot.clear()
        assert Client().get(SHOWCASE).content == expected
        assert len(made) == number


def test_cache_that_answers_late_is_left_alone_for_a_while(vendor, monkeypatch):
    asked = []

    class Slow:
        def get(self, key):
            asked.append(key)
            time.sleep(0.02)

        def set(self, *args):
            asked.append(args)

    monkeypatch.setattr(page_cache, "SLOW_SECONDS", 0.01)
    monkeypatch.setattr(page_cache, "caches", {"pages": Slow()})
    for _ in range(3):
        page_cache.hot.clear()
        assert Client().get(SHOWCASE).status_code == 200
    assert len(asked) == 1
