"""The lists of the public API: whole, quick, and unmoved by whatever is asked."""

import uuid
from urllib.parse import quote, urlencode

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporters.models import Product, ProductPicture
from pavilion import search
from pavilion.api import counting, middleware, paging
from pavilion.api.routes import api
from pavilion.models import Listing, Pavilion
from tests import factories
from tests.openapi import faults

ROOT = "/api/v1/"
DOCUMENT = api.get_openapi_schema()


@pytest.fixture(autouse=True)
def opened(db, monkeypatch):
    monkeypatch.setattr(middleware, "PER_MINUTE", 1_000_000)
    Pavilion.objects.update(status="open", launched_at=timezone.now(), approved_at_launch=1)


def fill(number: int, *, companies: int = 1) -> list[int]:
    """That many listings, a few qualities each shared by some; their keys."""
    owners = [factories.company() for _ in range(companies)]
    products = [
        factories.new_product(
            owners[index % companies], status="published", slug=f"p-{uuid.uuid4().hex}"
        )
        for index in range(number)
    ]
    Product.objects.bulk_create(products)
    Listing.objects.bulk_create(
        Listing(
            product=product,
            company=product.company,
            category=product.category,
            slug=product.slug,
            state=product.company.state,
            quality=index % 4,
            tokens=["miel"],
            updated_at=timezone.now(),
        )
        for index, product in enumerate(products)
    )
    return [product.pk for product in products]


def walk(address: str, direction: str = "next", between=lambda: None) -> list[str]:
    """The slugs of all pages, from this one on."""
    seen = []
    while address:
        answer = Client().get(address).json()
        slugs = [item["slug"] for item in answer["items"]]
        seen = [*seen, *slugs] if direction == "next" else [*slugs, *seen]
        address = (answer[direction] or "").removeprefix("https://portal.example")
        between()
    return seen


def slugs_best_first() -> list[str]:
    return list(Listing.objects.values_list("slug", flat=True))


@pytest.mark.parametrize(("number", "limit"), [(0, 5), (1, 5), (5, 5), (6, 5), (23, 5), (100, 100)])
def test_pages_lead_forth_and_back_through_all(number, limit):
    fill(number, companies=max(1, number))
    for name in ("products", "companies"):
        first = f"{ROOT}{name}?limit={limit}&q=miel"
        seen = walk(first)
        assert len(seen) == len(set(seen)) == number
        if name == "products":
            assert seen == slugs_best_first()
        last = first
        while following := Client().get(last).json()["next"]:
            last = following.removeprefix("https://portal.example")
        assert walk(last, "prev") == seen


def test_rows_that_stay_come_once_while_others_come_and_go():
    fill(30)
    stay = set(slugs_best_first()[::2])
    go = iter([slug for slug in slugs_best_first() if slug not in stay])

    def something_happens():
        Listing.objects.filter(slug=next(go, "")).delete()
        fill(1)

    seen = walk(f"{ROOT}products?limit=4", between=something_happens)
    assert len(seen) == len(set(seen))
    assert stay <= set(seen)


def test_links_are_in_the_header_too():
    fill(6)
    answer = Client().get(f"{ROOT}products?limit=2&q=miel")
    assert answer["Link"] == f'<{answer.json()["next"]}>; rel="next"'
    assert "q=miel" in answer["Link"]
    middle = Client().get(answer.json()["next"].removeprefix("https://portal.example"))
    assert middle["Link"].count("rel=") == 2


def test_total_is_capped(monkeypatch):
    for module in (search, paging, counting):
        monkeypatch.setattr(module, "CAP", 3)
    fill(4, companies=4)
    for name in ("products", "companies"):
        answer = Client().get(f"{ROOT}{name}?limit=2").json()
        assert (answer["total"], answer["total_is_capped"]) == (3, True)
    figures = Client().get(f"{ROOT}pavilion").json()
    assert figures["products"] == figures["companies"] == {"total": 3, "total_is_capped": True}
    avocado = Client().get(f"{ROOT}categories").json()["items"][0]
    assert avocado["products"] == {"total": 3, "total_is_capped": True}


def questions(client: Client, address: str) -> list[str]:
    """The SQL of an answer that is not stored yet, but for that of the cache and its version."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{ROOT}{address}").status_code == 200
    asked = [each["sql"] for each in captured]
    others = ("django_cache", "SAVEPOINT", "catalogueversion")
    return [sql for sql in asked if not any(word in sql for word in others)]


QUERIES = {
    "products?limit=100&q=miel&category=avocado&state=16": 3,
    "products?limit=100&company=nobody": 2,
    "companies?limit=100&q=miel&category=avocado&state=16": 3,
    "companies?limit=100&certificate=organic": 2,
    "categories": 1,
    "pavilion": 2,
    "": 0,
    "openapi.json": 0,
}


@pytest.mark.parametrize("number", [1, 3, 1000])
def test_answers_take_few_queries(number):
    fill(number, companies=min(number, 110))
    client = Client(headers={"cookie": "session=forged; messages=x"})
    client.get(f"{ROOT}products?category=boots")  # categories and the version are known
    for address, queries in QUERIES.items():
        asked = questions(client, address)
        expected = queries - (number < 100 and queries == 3)  # one page: nothing to count
        assert len(asked) == expected, asked


@pytest.mark.parametrize("pictures", [1, 3])
def test_one_row_takes_few_queries(pictures):
    application = factories.application("approved")
    product = application.company.products.get()
    for number in range(pictures):
        picture = ProductPicture(product=product, alt_es="x", position=number)
        picture.file.save("x.webp", ContentFile(factories.picture("WEBP")))
    client = Client()
    client.get(f"{ROOT}products?category=boots")
    for address, queries in (
        (f"products/{product.slug}", 5),
        (f"companies/{application.company.slug}", 3),
    ):
        asked = questions(client, address)
        assert len(asked) == queries, asked


# --- Hostile input ---------------------------------------------------------------------------

PARAMETERS = sorted(
    {
        parameter["name"]
        for operations in DOCUMENT["paths"].values()
        for parameter in operations["get"]["parameters"]
        if parameter["in"] == "query"
    }
)
NASTY = [
    "", "'", '"', "\\", "\x00", "&|!:*()", "%", "_", "=gift-yes", "兰", "龙舌兰", "\U0001f600",
    "\u202e", "9" * 400, "-1", "0", "1e9", "NaN", "Infinity", "null", "true", "[]", "{}", "1-1",
    "9999999999999999-9", "99999999-99999999", "0-0", "é" * 200, "a\r\nSet-Cookie: x=1", "../..",
]  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=30),
    st.integers().map(str),
    st.sampled_from(
        [
            str(value)
            for operations in DOCUMENT["paths"].values()
            for parameter in operations["get"]["parameters"]
            for value in parameter["schema"].get("enum", ["avocado", "25"])
        ]
    ),
)
ASKED = st.lists(
    st.tuples(st.one_of(st.sampled_from(PARAMETERS), st.text(max_size=8)), VALUES), max_size=5
)
SEGMENTS = st.one_of(
    st.sampled_from(["nobody", "a/b", "..", "%", "%2F", "é"]), st.text(max_size=20)
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(sorted(DOCUMENT["paths"])),
    slug=SEGMENTS,
    query=ASKED,
    method=st.sampled_from(["get", "get", "get", "head", "options", "post"]),
    etag=VALUES,
)
def test_no_input_is_answered_by_an_error_of_ours(path, slug, query, method, etag):
    """Each answer is one that the document names for this address, in the shape that it says."""
    address = f"{path.format(slug=quote(slug, safe=''))}?{urlencode(query)}"
    headers = {"if-none-match": etag.encode("latin-1", "ignore").decode("latin-1")}
    answer = getattr(Client(), method)(address, headers=headers)
    assert answer.status_code < 500
    if method != "get" or answer.status_code in {302, 304}:
        return
    told = DOCUMENT["paths"][path]["get"]["responses"].get(str(answer.status_code))
    if told is None:
        assert answer.status_code in {400, 404}  # a slug or a character that no address has
        told = DOCUMENT["paths"][path]["get"]["responses"]["405"]
    (content,) = told["content"].values()
    if "content" in told:
        assert faults(answer.json(), content["schema"], DOCUMENT) == []


def test_every_parameter_stands_every_nasty_value():
    client = Client()
    for value in NASTY:
        for parameter in (*PARAMETERS, value or "x"):
            answer = client.get(f"{ROOT}products", {parameter: value})
            assert answer.status_code in {200, 400, 422}, (parameter, value)
