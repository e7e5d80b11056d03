"""What a visitor keeps: a cookie of the portal's own, and nothing else."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from exporters.models import Product
from exporters.services.catalogue import announce_change
from pavilion import shortlist
from tests import factories
from tests.pavilion.buyers_pages import HERE, open_pavilion, page_of, publish, without_cache_queries

SHORTLIST = reverse("pavilion:shortlist")


@pytest.fixture
def products(db):
    company = factories.application("approved").company
    publish(company, 3)
    open_pavilion()
    return list(company.products.order_by("pk"))


def post(client, *products, action="add", headers=None):
    data = {"p": [getattr(each, "slug", each) for each in products], "action": action}
    return client.post(SHORTLIST, data, headers=HERE if headers is None else headers)


def kept(client) -> list[int]:
    cookie = client.cookies.get(shortlist.COOKIE)
    return shortlist.read(cookie.value) if cookie else []


# --- The cookie ------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 10**17), unique=True, max_size=shortlist.MOST))
def test_what_is_written_is_read(keys):
    assert shortlist.read(shortlist.write(keys)) == keys
    assert len(shortlist.write(keys)) < 600


@given(st.text())
def test_cookie_of_any_kind_is_read(text):
    keys = shortlist.read(text)
    assert all(key > 0 for key in keys)
    assert len(keys) <= shortlist.MOST


def test_list_is_bounded_and_has_each_once():
    full = shortlist.add([1, 2], [2, *range(3, 99)])
    assert len(full) == shortlist.MOST
    assert full[:3] == [1, 2, 3]
    assert shortlist.remove(full, [2])[:2] == [1, 3]


# --- Keeping and dropping -----------------------------------------------------------------------


def test_form_adds_and_leads_to_the_list(client, products, english):
    answer = post(client, products[1])
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert kept(client) == [products[1].pk]
    assert page.context["slugs"] == [products[1].slug]
    assert "Back to the product" in page.content.decode()
    cookie = answer.cookies[shortlist.COOKIE]
    assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Lax", "", "/")
    assert cookie["max-age"] == 180 * 24 * 3600


def test_script_gets_the_cookie_alone(client, products):
    answer = post(client, products[0], headers=HERE | {"X-Requested-With": "fetch"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert kept(client) == [products[0].pk]


def test_twice_is_once(client, products):
    for _ in range(2):
        post(client, products[0])
    assert kept(client) == [products[0].pk]


def test_removal_is_undone_by_its_button(client, products, english):
    post(client, *products[:2])
    page = client.get(post(client, products[0], action="remove").url)
    assert kept(client) == [products[1].pk]
    assert "Undo" in page.content.decode()
    post(client, *page.context["news"]["slugs"])
    assert set(kept(client)) == {products[0].pk, products[1].pk}


def test_last_one_takes_the_cookie_with_it(client, products, english):
    post(client, products[0])
    answer = post(client, products[0], action="remove")
    assert answer.cookies[shortlist.COOKIE]["max-age"] == 0
    assert "Nothing on your shortlist yet" in client.get(SHORTLIST).content.decode()


def test_full_list_says_so(client, products, english):
    more = publish(products[0].company, shortlist.MOST)
    post(client, *more)
    answer = post(client, products[0])
    assert "Your shortlist is full" in client.get(answer.url).content.decode()
    again = post(client, products[0], headers=HERE | {"X-Requested-With": "fetch"})
    assert again.status_code == 409
    assert len(kept(client)) == shortlist.MOST


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "https://testserver"},
        {"Referer": "https://elsewhere.example/testserver"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    ],
)
def test_what_another_site_sends_is_refused(client, products, headers):
    answer = post(client, products[0], headers=headers)
    assert answer.status_code == 403
    assert not answer.cookies


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://testserver"}, {"Referer": "http://testserver/pavilion/"}]
)
def test_older_browser_is_known_by_its_origin(client, products, headers):
    assert post(client, products[0], headers=headers).status_code == 302


def test_change_needs_no_token_and_is_only_that_cookie(products):
    client = Client(enforce_csrf_checks=True)
    answer = post(client, products[0])
    assert answer.status_code == 302
    assert set(answer.cookies) == {shortlist.COOKIE}


@pytest.mark.parametrize("value", ["", "no-such-product", "x" * 500, "\0", "<script>"])
def test_product_of_any_kind_is_answered(client, products, value):
    assert post(client, value).status_code == 302
    assert kept(client) == []
    assert client.get(SHORTLIST, {"news": "added", "of": value[:3]}).status_code in (200, 400)


# --- The page -----------------------------------------------------------------------------------


def test_gone_product_is_said_and_leaves_with_the_next_change(client, products, english):
    post(client, *products[:2])
    Product.objects.filter(pk=products[0].pk).update(status="hidden")
    announce_change(products[0].company)
    page = client.get(SHORTLIST).content.decode()
    assert "1 product is not in the pavilion any more." in page
    assert products[0].name not in page
    post(client, products[2])
    assert kept(client) == [products[1].pk, products[2].pk]


def test_shared_list_is_anyones_to_copy(client, products, english):
    post(client, *products[:2])
    path = client.get(SHORTLIST).context["share_path"]
    stranger = Client()
    page = stranger.get(path)
    assert page.context["slugs"] == [products[0].slug, products[1].slug]
    assert "Copy these into my shortlist" in page.content.decode()
    assert kept(stranger) == []
    post(stranger, *page.context["slugs"])
    assert "All of these are on your shortlist" in stranger.get(path).content.decode()


def test_four_are_ticked_to_be_compared(client, products):
    more = publish(products[0].company, 2)
    post(client, *products, *more)
    page = client.get(SHORTLIST)
    assert [row["is_ticked"] for row in page.context["rows"]] == [True] * 4 + [False] * 2


def test_what_is_compared_already_comes_along(client, products):
    post(client, *products[:2])
    page = client.get(SHORTLIST, {"with": [products[1].slug, products[2].slug]})
    assert [row["is_ticked"] for row in page.context["rows"]] == [False, True]
    assert page.context["carried"] == [products[2].slug]


def test_list_is_never_kept(client, products):
    post(client, products[0])
    page = client.get(SHORTLIST)
    assert "no-store" in page.headers["Cache-Control"]
    assert 'content="noindex"' in page.content.decode()
    assert "ETag" not in page.headers


def test_kept_page_of_a_product_knows_nothing_of_the_list(client, products):
    before = Client().get(page_of("product", products[0])).content
    post(client, products[0])
    assert client.get(page_of("product", products[0])).content == before


@pytest.mark.parametrize("rows", [1, 3])
def test_page_takes_one_query(client, products, rows, settings, django_assert_num_queries):
    without_cache_queries(settings)
    post(client, *products[:rows])
    open_pavilion()
    with django_assert_num_queries(1):
        client.get(SHORTLIST)
