"""Up to four products side by side."""

import pytest
from django.urls import reverse

from exporters.models import Product
from exporters.services.catalogue import announce_change
from pavilion.comparison import compare
from pavilion.showroom import chosen_products
from tests import factories
from tests.pavilion.buyers_pages import (
    certificate,
    open_pavilion,
    picture,
    publish,
    without_cache_queries,
)

COMPARE = reverse("pavilion:compare")


@pytest.fixture
def products(db):
    company = factories.application("approved").company
    publish(company, 4)
    open_pavilion()
    return list(company.products.order_by("pk"))


def get(client, *products, **query):
    return client.get(COMPARE, {"p": [getattr(each, "slug", each) for each in products], **query})


def test_products_stand_in_the_order_asked_for(client, products):
    page = get(client, products[2], products[0], products[2])
    assert page.context["slugs"] == [products[2].slug, products[0].slug]
    assert 'content="noindex, follow"' in page.content.decode()


def test_rows_say_in_what_the_products_differ(products, english):
    Product.objects.filter(pk=products[1].pk).update(moq=500)
    certificate(products[0].company, products[0])
    rows = {str(row.label): row for row in compare(chosen_products([p.slug for p in products[:2]]))}
    assert rows["Minimum order (MOQ)"].differs
    assert rows["Certificates"].differs
    assert not rows["Port of departure"].differs
    assert "Supply ability" not in rows  # neither says it


def test_difference_is_said_in_words(client, products, english):
    Product.objects.filter(pk=products[1].pk).update(port="Veracruz")
    page = get(client, *products[:2]).content.decode()
    assert page.count("<small>differs</small>") == 1
    assert "not stated" not in page
    assert "differs" not in get(client, products[0]).content.decode()


def test_one_is_removed_by_a_link(client, products):
    columns = get(client, *products[:3]).context["columns"]
    left = client.get(columns[1]["without"]).context["slugs"]
    assert left == [products[0].slug, products[2].slug]


def test_fifth_is_left_out_and_said(client, products, english):
    page = get(client, *products)
    assert len(page.context["columns"]) == 4
    assert "Only the first four" in page.content.decode()


def test_gone_product_is_said(client, products, english):
    Product.objects.filter(pk=products[0].pk).update(status="hidden")
    announce_change(products[0].company)
    page = get(client, *products[:2])
    assert page.context["slugs"] == [products[1].slug]
    assert "1 product is not in the pavilion any more." in page.content.decode()
    assert products[0].name not in page.content.decode()


def test_nothing_and_one_product_lead_on(client, products, english):
    assert "Nothing to compare yet" in client.get(COMPARE).content.decode()
    other = publish(factories.application("approved").company)[0]
    page = get(client, products[0])
    assert any(other.slug in each["url"] for each in page.context["suggestions"])
    assert not any(products[1].slug in each["url"] for each in page.context["suggestions"])


@pytest.mark.parametrize("value", ["", "x" * 141, "a b", "../..", "%00", "ñ", "<script>"])
def test_value_of_any_kind_is_answered(client, products, value):
    page = get(client, value, products[0])
    assert page.status_code == 200
    assert page.context["slugs"] == [products[0].slug]


def test_many_values_are_answered(client, products):
    assert get(client, *(f"p-{number}" for number in range(300))).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_page_takes_the_same_queries(client, products, rows, settings, django_assert_num_queries):
    without_cache_queries(settings)
    for row in products:
        picture(row)
        certificate(row.company, row)
    open_pavilion()
    # Products, pictures, certificates; a single one gets suggestions.
    with django_assert_num_queries(4 if rows == 1 else 3):
        assert get(client, *products[:rows]).status_code == 200
