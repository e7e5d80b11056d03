"""The public API: what it shows, to whom, and in which shape."""

import json

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from exporters.models import Certificate, ProductPicture
from exporters.services import review
from exporters.services.catalogue import announce_change, change_category
from pavilion.api import middleware, reference
from pavilion.api.routes import api
from pavilion.models import Listing, Pavilion
from pavilion.services.versions import current_version
from tests import factories
from tests.openapi import check_document, faults

ROOT = "/api/v1/"
REASON = {"reason_code": "complaints", "reason_text": "Quejas de compradores."}


@pytest.fixture(scope="module")
def document():
    return api.get_openapi_schema()


@pytest.fixture
def vendor(db):
    """An approved vendor of a pavilion that still waits."""
    return factories.application("approved")


@pytest.fixture
def opened(vendor):
    set_status("open")
    return vendor


def set_status(status: str) -> None:
    Pavilion.objects.update(status=status, launched_at=timezone.now(), approved_at_launch=1)
    current_version.forget()


def get(address: str, **headers):
    return Client().get(f"{ROOT}{address}", headers=headers)


def product_of(application):
    return application.company.products.get()


def complete(application):
    """With a picture, a certificate, and words in some languages."""
    product, staff = product_of(application), factories.coordinator()
    product.name_en, product.name_zh_hans = "Hass avocado", "牛油果"
    product.keywords_es, product.packaging_es = "aguacate, hass", "Caja de cartón"
    product.supply_quantity, product.payment_terms = 12_000, ["tt", "lc"]
    product.save()
    picture = ProductPicture(product=product, alt_es="Una caja", position=1)
    picture.file.save("caja-1600.webp", ContentFile(factories.picture("WEBP")))
    Certificate.objects.create(
        company=application.company,
        kind="organic",
        number="secreto-77",
        issued_by="CERTIMEX",
        file="x.pdf",
        original_name="x.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0",
        uploaded_by=staff,
        verified_by=staff,
        verified_at=timezone.now(),
    )
    product.certificates.set(Certificate.objects.all())
    announce_change(application.company)
    current_version.forget()
    return product


# --- Shape -----------------------------------------------------------------------------------


def test_document_is_openapi_3_1(db, document):
    check_document(document)
    assert json.loads(Client().get(f"{ROOT}openapi.json").content) == document


def test_every_answer_is_as_the_document_says(opened, document):
    product = complete(opened)
    slugs = {"companies": opened.company.slug, "products": product.slug}
    for path, operations in document["paths"].items():
        schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        for lang in ("es", "en", "zh-hans"):
            address = path.format(slug=slugs.get(path.split("/")[3]))
            answer = Client().get(address, {"lang": lang})
            assert answer.status_code == 200
            assert faults(answer.json(), schema, document) == []


def test_nothing_private_is_answered(opened):
    product, company = complete(opened), opened.company
    owner = factories.owner_of(company)
    pages = ["companies", f"companies/{company.slug}", "products", f"products/{product.slug}"]
    told = "".join(get(page).content.decode() for page in pages)
    assert company.name in told
    private = [
        company.rfc, company.contact_email, company.contact_name, str(company.phone), "5550184",
        company.municipality, owner.email, "secreto-77", str(company.annual_sales_mxn), "88000000",
        "employees", "quality",
    ]  # fmt: skip
    assert [word for word in private if word in told] == []


def test_product_tells_all_that_a_buyer_asks(opened):
    product = complete(opened)
    answer = get(f"products/{product.slug}?lang=en").json()
    assert (answer["name"], answer["name_language"]) == ("Hass avocado", "en")
    assert answer["price"] == {"min": "9.80", "max": "12.90", "currency": "USD", "incoterm": "FOB"}
    assert (answer["unit"], answer["moq"], answer["hs_code"]) == ("box", 264, "0804.40")
    assert answer["supply"] == {"quantity": 12_000, "period": "month"}
    assert answer["payment_terms"] == ["tt", "lc"]
    assert answer["certificates"] == ["organic"]
    assert answer["certificate_details"][0]["issued_by"] == "CERTIMEX"
    assert answer["texts"]["keywords"] == {"es": ["aguacate", "hass"], "en": [], "zh-hans": []}
    assert answer["page"] == f"https://portal.example/en/pavilion/products/{product.slug}/"
    assert answer["picture"] == answer["pictures"][0]
    assert [each["fits"] for each in answer["picture"]["renditions"]] == [400, 800]
    assert answer["picture"]["url"].startswith("https://portal.example/media/products/caja-1600")


def test_fallback_is_marked(opened):
    product = complete(opened)
    answer = get(f"products/{product.slug}?lang=zh-hans").json()
    assert (answer["name"], answer["name_language"]) == ("牛油果", "zh-hans")
    assert (answer["packaging"], answer["packaging_language"]) == ("Caja de cartón", "es")
    assert answer["texts"]["packaging"] == {"es": "Caja de cartón", "en": None, "zh-hans": None}
    assert answer["picture"]["alt_language"] == "es"
    assert answer["category"]["name"] == "牛油果"
    assert get("products?lang=en").json()["items"][0]["name"] == "Hass avocado"


def test_what_a_browser_prefers_makes_no_difference(opened):
    complete(opened)
    answers = {get("products", accept_language=code).content for code in ("en", "zh-hans", "es")}
    assert len(answers) == 1


# --- What is public --------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["waiting", "closed"])
def test_pavilion_that_is_not_open_lists_nothing(vendor, status):
    set_status(status)
    for name in ("companies", "products"):
        answer = get(name).json()
        assert (answer["items"], answer["total"], answer["pavilion"]) == ([], 0, status)
    assert get(f"companies/{vendor.company.slug}").status_code == 404
    assert get(f"products/{product_of(vendor).slug}").status_code == 404
    assert get("pavilion").json()["state"] == status
    assert get("categories").json()["items"][0]["products"]["total"] == 1


def test_pavilion_tells_its_figures(opened):
    factories.application("in_review")
    answer = get("pavilion").json()
    assert (answer["approved"], answer["threshold"], answer["categories"]) == (1, 100, 12)
    assert answer["companies"] == answer["products"] == {"total": 1, "total_is_capped": False}


def test_suspended_vendor_is_gone_at_once(opened):
    addresses = [f"companies/{opened.company.slug}", f"products/{product_of(opened).slug}"]
    assert [get(address).status_code for address in addresses] == [200, 200]
    assert get("companies").json()["total"] == get("products").json()["total"] == 1
    review.suspend_application(opened, actor=factories.manager(), **REASON)
    current_version.forget()  # the commit does it
    assert [get(address).status_code for address in addresses] == [404, 404]
    assert get("companies").json()["total"] == get("products").json()["total"] == 0


def test_renamed_category_is_renamed_at_once(opened):
    def name():
        return get("products").json()["items"][0]["category"]["name"]

    category = product_of(opened).category
    assert name() == category.name_es
    category.name_es = "Frutas de hueso"
    change_category(category)
    assert name() == "Frutas de hueso"


@pytest.mark.parametrize("status", ["draft", "in_review", "hidden"])
def test_product_that_is_not_published_does_not_exist(opened, status):
    product = factories.product(opened.company, status=status)
    announce_change(opened.company)
    current_version.forget()
    assert get(f"products/{product.slug}").status_code == 404
    assert get(f"products?company={opened.company.slug}").json()["total"] == 1


# --- Asking ----------------------------------------------------------------------------------


def test_parameters_narrow_both_lists(opened):
    complete(opened)
    for query, found in {
        "q=AGUACATE": 1, "q=agua": 0, "category=avocado": 1, "category=boots": 0,
        "state=16": 1, "state=09": 0, "size=small": 1, "size=micro": 0,
        "certificate=organic": 1, "certificate=kosher": 0,
        "q=hass&category=avocado&state=16&certificate=organic": 1,
    }.items():  # fmt: skip
        for name in ("companies", "products"):
            answer = get(f"{name}?{query}").json()
            assert (answer["total"], len(answer["items"])) == (found, found), (name, query)


def test_parameters_of_products_narrow(opened):
    for query, found in {
        "price=1": 1, "price=0": 0, "moq=2": 1, "moq=1": 0, "gift=yes": 0, "company=nobody": 0,
        f"company={opened.company.slug}": 1, "price=&moq=&q=&after=": 1,
    }.items():  # fmt: skip
        assert get(f"products?{query}").json()["total"] == found, query


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("products?limit=0", "limit"), ("products?limit=101", "limit"),
        ("products?limit=x", "limit"), ("products?limit=1&limit=2", "limit"),
        ("products?lang=fr", "lang"), ("products?state=33", "state"),
        ("products?category=x", "category"), ("companies?size=tiny", "size"),
        ("products?certificate=x", "certificate"), ("products?moq=9", "moq"),
        ("products?gift=no", "gift"), ("products?after=x", "after"),
        ("products?after=1", "after"), ("companies?after=1-2", "after"),
        ("products?after=９-1", "after"), ("products?after=1-2&before=1-2", "before"),
        ("products?catgory=boots", "catgory"), ("companies?price=1", "price"),
        ("categories?limit=3", "limit"), ("pavilion?x=1", "x"), ("?x=1", "x"),
        (f"products?q={'a' * 201}", "q"),
    ],
)  # fmt: skip
def test_wrong_parameter_is_named(db, document, address, wrong):
    answer = get(address)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert [each["parameter"] for each in problem["errors"]] == [wrong]
    assert problem["request_id"] == answer["X-Request-ID"]
    assert faults(problem, {"$ref": "#/components/schemas/Problem"}, document) == []


# --- Errors ----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["nix", "products/", "companies/a/b", "products/Ñ", "../.."])
def test_address_that_is_not_there_is_a_problem(db, document, address):
    answer = get(address)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert faults(answer.json(), {"$ref": "#/components/schemas/Problem"}, document) == []
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_nothing_can_be_changed(db, method):
    client = Client(enforce_csrf_checks=True)
    for address in ("products", "nix", "docs", ""):
        answer = getattr(client, method)(f"{ROOT}{address}")
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert answer.json()["status"] == 405


def test_characters_that_no_address_has_are_a_problem(db):
    for address in ("products?q=%00", "products/%00"):
        answer = get(address)
        assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_failure_is_a_problem_too(db):
    Pavilion.objects.all().delete()
    answer = Client(raise_request_exception=False).get(f"{ROOT}pavilion")
    assert (answer.status_code, answer.json()["status"]) == (500, 500)
    assert answer["Content-Type"] == "application/problem+json"
    assert "Traceback" not in answer.content.decode()


def test_problem_leads_to_its_explanation(db):
    kind = get("nix").json()["type"]
    page = Client().get(kind.removeprefix("https://portal.example"), follow=True)
    assert f'id="{kind.partition("#")[2]}"' in page.content.decode()


# --- Between machines ------------------------------------------------------------------------


def test_etag_is_answered_by_304_until_something_changes(opened):
    for name in ("", "pavilion", "categories", "companies", "products", "openapi.json"):
        etag = get(name)["ETag"]
        again = get(name, if_none_match=f'"x", {etag}')
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    review.suspend_application(opened, actor=factories.manager(), **REASON)
    current_version.forget()
    assert get("products", if_none_match=etag).status_code == 200


def test_answer_is_compressed_and_always_asked_for_again(opened):
    plain, packed = get("products"), get("products", accept_encoding="gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content)
    assert plain["Cache-Control"] == packed["Cache-Control"] == "no-cache"
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding"


def test_head_is_an_answer_without_its_content(opened):
    full, head = get("products"), Client().head(f"{ROOT}products")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head["Content-Length"]) == len(full.content)
    assert head["ETag"] == full["ETag"]


def test_other_sites_may_read(db):
    asked = {"origin": "https://buyer.example", "access-control-request-method": "GET"}
    answer = Client().options(f"{ROOT}products", headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in answer["Access-Control-Allow-Headers"]
    answer = get("categories", origin="https://buyer.example")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert {"ETag", "Link"} <= set(answer["Access-Control-Expose-Headers"].split(", "))
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Access-Control-Allow-Origin" not in Client().get("/pavilion/")


def test_nobody_is_known_here(opened):
    client = Client()
    client.force_login(factories.superuser())
    for name in ("products", "pavilion"):
        anonymous = get(name)
        answer = client.get(f"{ROOT}{name}")
        assert answer.content == anonymous.content
        assert not answer.cookies
        assert "private" not in answer["Cache-Control"]


def test_too_many_requests_are_told_to_wait(db, monkeypatch):
    monkeypatch.setattr(middleware, "PER_MINUTE", 3)
    answers = [get("categories") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert '"minute";r=2;t=' in answers[0]["RateLimit"]
    assert answers[0]["RateLimit-Policy"] == '"minute";q=3;w=60'
    refused = answers[-1]
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused.json()["status"] == 429
    assert refused["Access-Control-Allow-Origin"] == "*"
    elsewhere = Client(REMOTE_ADDR="203.0.113.9").get(f"{ROOT}categories")
    assert elsewhere.status_code == 200
    assert Client().get("/pavilion/").status_code == 200


# --- The reference ---------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en", "/zh-hans"])
def test_reference_has_every_address_field_and_error(db, document, prefix):
    page = Client().get(f"{prefix}/pavilion/api/").content.decode()
    for path in document["paths"]:
        assert path in page
    for schema in document["components"]["schemas"].values():
        for field in schema["properties"]:
            assert f"<code>{field}</code>" in page
    for operation in document["paths"]["/api/v1/products"].values():
        for status in operation["responses"]:
            assert status in ("200", "304") or f'id="error-{status}"' in page


def test_reference_is_found_in_the_language_of_the_browser(db):
    for code, prefix in (("es", ""), ("en", "/en"), ("zh-CN", "/zh-hans"), ("fr", "")):
        assert get("docs", accept_language=code)["Location"] == f"{prefix}/pavilion/api/"


def test_examples_of_the_reference_are_as_the_document_says(document):
    for name, schema in document["components"]["schemas"].items():
        assert faults(reference._example(schema, document), schema, document) == [], name


def test_listing_without_what_may_be_missing_is_answered(opened, document):
    """Companies of old have neither state nor size; products, neither price nor picture."""
    company = factories.company(state="", sector="", trade_name="")
    product = factories.product(
        company, status="published", fob_min_usd=None, fob_max_usd=None, moq=None, port=""
    )
    Listing.objects.create(
        product=product, company=company, category=product.category, slug=product.slug, tokens=[]
    )
    answer = get(f"products/{product.slug}")
    schema = {"$ref": "#/components/schemas/ProductDetail"}
    assert faults(answer.json(), schema, document) == []
    assert get(f"companies/{company.slug}").json()["state_name"] == ""
