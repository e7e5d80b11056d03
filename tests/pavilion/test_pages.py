import pytest
from django.test import Client
from django.urls import reverse

from exporters.models import Product
from exporters.services.catalogue import announce_change
from pavilion import catalogue
from pavilion.models import Pavilion
from pavilion.services import launch
from tests import factories

SHOWCASE = reverse("pavilion:showcase")


@pytest.fixture
def vendor(db):
    """An approved vendor of a pavilion that still waits."""
    return factories.application("approved")


@pytest.fixture
def opened(vendor):
    Pavilion.objects.update(
        status="open", launched_at=vendor.decided_at, approved_at_launch=1, threshold=1
    )
    return vendor


def inside(application) -> list[str]:
    """The pages behind the door."""
    product = application.company.products.first()
    return [
        reverse("pavilion:category", args=[product.category.code]),
        reverse("pavilion:company", args=[application.company.slug]),
        reverse("pavilion:product", args=[product.slug]),
    ]


def codes(client, application) -> list[int]:
    return [client.get(url).status_code for url in inside(application)]


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


# --- Before the launch -----------------------------------------------------------------------------


def test_nothing_of_the_showcase_is_seen_before_the_launch(client, vendor):
    assert codes(client, vendor) == [404, 404, 404]
    page = client.get(SHOWCASE)
    assert "groups" not in page.context
    assert vendor.company.products.first().name not in page.content.decode()


@pytest.mark.parametrize("role", ["coordinator", "finance", "auditor", "exporter"])
def test_preview_is_not_for_other_roles(vendor, role):
    client = signed_in(getattr(factories, role)())
    assert codes(client, vendor) == [404, 404, 404]
    assert "groups" not in client.get(SHOWCASE, {"preview": ""}).context


@pytest.mark.parametrize("role", ["manager", "superuser"])
def test_managers_preview_the_pavilion(vendor, role):
    client = signed_in(getattr(factories, role)())
    assert codes(client, vendor) == [200, 200, 200]
    page = client.get(SHOWCASE, {"preview": ""})
    assert page.context["preview"] is True
    assert page.context["groups"]
    assert "groups" not in client.get(SHOWCASE).context  # without asking: the public's page


def test_meter_counts_approved_vendors_towards_the_threshold(client, vendor):
    factories.application("suspended")
    meter = client.get(SHOWCASE).context["meter"]
    assert (meter.approved, meter.threshold, meter.remaining) == (1, 100, 99)
    assert len(meter.tiles) == 100
    assert [tile["category"] for tile in meter.tiles[:2]] == ["avocado", ""]
    assert not any(tile["url"] for tile in meter.tiles)


def test_meter_never_has_more_tiles_than_its_threshold(vendor):
    factories.application("approved")
    Pavilion.objects.update(threshold=1)
    meter = catalogue.meter()
    assert (meter.approved, len(meter.tiles), meter.remaining) == (2, 1, 0)


# --- After it -----------------------------------------------------------------------------------------


def test_open_pavilion_shows_every_page(client, opened):
    assert codes(client, opened) == [200, 200, 200]
    groups = client.get(SHOWCASE).context["groups"]
    assert [group["category"].code for group in groups] == ["avocado"]


@pytest.mark.parametrize("status", ["draft", "hidden"])
def test_product_that_is_not_public_is_never_shown(opened, status):
    secret = factories.product(opened.company, status=status, name_es="Producto secreto")
    for client in (Client(), signed_in(factories.manager())):
        for url in (SHOWCASE, *inside(opened)):
            assert "Producto secreto" not in client.get(url).content.decode()
        url = reverse("pavilion:product", args=[secret.slug])
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("status", ["suspended", "revoked"])
def test_vendor_who_is_out_is_never_shown(client, opened, status):
    out = factories.application(status)
    name = out.company.products.first().name
    assert codes(client, out)[1:] == [404, 404]
    for url in (SHOWCASE, inside(opened)[0]):
        assert name not in client.get(url).content.decode()
    counts = {each.code: each.product_count for each in catalogue.categories_with_counts()}
    assert counts["avocado"] == 1


def test_closed_pavilion_shuts_its_door(client, opened):
    launch.close_pavilion(actor=factories.manager(), reason_code="other", reason_text="x")
    assert codes(client, opened) == [404, 404, 404]
    page = client.get(SHOWCASE)
    assert page.status_code == 200
    assert "groups" not in page.context
    assert "pavilion/closed.html" in [template.name for template in page.templates]


def test_pages_that_do_not_exist(client, opened):
    for name, argument in (("category", "nothing"), ("company", "nobody"), ("product", "none")):
        assert client.get(reverse(f"pavilion:{name}", args=[argument])).status_code == 404


@pytest.mark.parametrize("language", ["", "/en", "/zh-hans"])
def test_pages_exist_in_three_languages(client, opened, language):
    Product.objects.update(name_en="Hass avocado", name_zh_hans="牛油果")
    announce_change(opened.company)
    urls = [SHOWCASE, *inside(opened)]
    for url in urls:
        page = client.get(language + url)
        assert page.status_code == 200
        assert page.headers["Content-Language"] == (language[1:] or "es")
    name = {"": "Aguacate", "/en": "Hass avocado", "/zh-hans": "牛油果"}[language]
    assert name in client.get(language + SHOWCASE).content.decode()


def test_text_of_a_vendor_is_escaped(client, opened):
    Product.objects.update(
        name_es="<script>alert(1)</script>", description_es='"><img src=x onerror=alert(1)>'
    )
    opened.company.about_es = opened.company.trade_name = "<script>alert(2)</script>"
    opened.company.save()
    announce_change(opened.company)
    for url in (SHOWCASE, *inside(opened)):
        content = client.get(url).content.decode()
        assert "<script>alert" not in content
        assert "<img src=x" not in content


# --- Queries ----------------------------------------------------------------------------------------------


QUERIES = {"waiting": 4, "showcase": 5, "category": 4}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", QUERIES)
def test_page_takes_the_same_queries_for_one_row_and_for_three(
    client, opened, name, rows, django_assert_num_queries
):
    if name == "waiting":
        Pavilion.objects.update(status="waiting", launched_at=None, threshold=100)
    for _ in range(rows):
        factories.product(opened.company, status="published")
    announce_change(opened.company)
    for _ in range(rows - 1):
        factories.application("approved")
    urls = {"category": inside(opened)[0]}
    with django_assert_num_queries(QUERIES[name]):
        assert client.get(urls.get(name, SHOWCASE)).status_code == 200
