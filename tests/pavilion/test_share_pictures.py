"""The pictures that other sites show beside a link."""

import io

import pytest
from PIL import Image

from exporters.models import Product
from exporters.services import review
from exporters.services.catalogue import announce_change
from pavilion.models import SharePicture
from pavilion.services.share_pictures import draw_pictures
from pavilion.share_drawing import SIZE, draw_picture, drawable
from tests import factories
from tests.pavilion.buyers_pages import open_pavilion, page_of, picture
from tests.pavilion.test_product_page import SUSPENSION


@pytest.fixture
def vendor(db):
    return factories.application("approved")


@pytest.fixture
def product(vendor):
    return vendor.company.products.get()


def drawn(product) -> SharePicture:
    draw_pictures()
    return SharePicture.objects.get(product=product)


@pytest.mark.parametrize(
    "title", ["", "Aguacate", "palabra " * 60, "W" * 300, "牛油果", "Őszi ñandú – €5"]
)
def test_picture_has_its_size_whatever_the_words(title):
    for photograph in (None, b"not a picture", factories.picture("WEBP", (900, 300))):
        made = draw_picture(title=title, company=title, programme="Programa", photograph=photograph)
        assert Image.open(io.BytesIO(made)).size == SIZE


def test_no_empty_box_is_drawn():
    assert drawable("Őszi 牛油果 «ñandú» – €5") == "Oszi «ñandú» – €5"


def test_publishing_asks_for_a_picture_and_the_worker_draws_it(client, product):
    picture(product)
    announce_change(product.company)
    row = drawn(product)
    assert row.is_current
    with row.file.storage.open(row.file.name) as file:
        assert Image.open(file).size == SIZE
    open_pavilion()
    page = client.get(page_of("product", product)).content.decode()
    assert f'content="https://portal.example{row.file.url}"' in page


def test_draft_has_none(db):
    announce_change(factories.product(factories.company()).company)
    assert not SharePicture.objects.exists()


def test_change_that_it_does_not_show_keeps_the_picture(product):
    before = drawn(product).file.name
    Product.objects.filter(pk=product.pk).update(moq=7)
    announce_change(product.company)
    assert not SharePicture.objects.get(product=product).is_current
    after = drawn(product)
    assert (after.file.name, after.is_current) == (before, True)


@pytest.mark.parametrize("change", ["name", "company", "cover"])
def test_change_that_it_shows_draws_another_and_deletes_the_old(product, change):
    old = drawn(product)
    if change == "name":
        Product.objects.filter(pk=product.pk).update(name_en="Hass avocado")
    elif change == "company":
        product.company.trade_name = "Huertas"
        product.company.save()
    else:
        picture(product)
    announce_change(product.company)
    new = drawn(product)
    assert new.file.name != old.file.name
    assert not old.file.storage.exists(old.file.name)


def test_suspended_company_loses_its_pictures(vendor, product):
    row = drawn(product)
    review.suspend_application(vendor, actor=factories.manager(), **SUSPENSION)
    draw_pictures()
    assert not SharePicture.objects.exists()
    assert not row.file.storage.exists(row.file.name)


def test_missing_cover_file_is_drawn_without(product):
    gone = picture(product)
    gone.file.storage.delete(gone.file.name)
    announce_change(product.company)
    assert drawn(product).is_current


def test_nothing_asked_for_is_nothing_drawn(product):
    assert draw_pictures() == 1
    assert draw_pictures() == 0
