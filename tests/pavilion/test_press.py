"""The page for journalists, its pictures and its fact sheet."""

import io
import re
import zipfile

import pypdfium2
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.zip_stream import zip_stream
from exporters.models import Company
from pavilion.models import LaunchRecord, Pavilion
from pavilion.press import mosaic
from pavilion.services import launch
from pavilion.views import press
from tests import factories

PRESS = reverse("pavilion:press")
SHEET = reverse("pavilion:fact_sheet")
ZIP = reverse("pavilion:press_pictures")
NAMES = ("mosaic.svg", "mosaic.png", "mark.svg", "mark.png")
PICTURES = [reverse("pavilion:press_picture", args=[name]) for name in NAMES]
EVERYTHING = [PRESS, SHEET, ZIP, *PICTURES]


def codes(client) -> set[int]:
    return {_read(client.get(url)).status_code for url in EVERYTHING}


def _read(answer):
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


@pytest.fixture
def client() -> Client:
    """A visitor whom the page cache does not know: what is tested is the page."""
    return Client(headers={"cookie": "messages=x"})


@pytest.fixture
def opened(db):
    Pavilion.objects.update(threshold=2)
    factories.application("approved")
    return factories.application("approved")


def words(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def boss_client() -> Client:
    client = Client()
    client.force_login(factories.manager())
    return client


# --- Who, and when ---------------------------------------------------------------------------------


def test_press_reads_nothing_before_the_launch(client, db):
    factories.application("approved")
    assert codes(client) == {404}


def test_staff_preview_the_press_page_before_the_launch(db):
    factories.application("approved")
    client = boss_client()
    assert codes(client) == {200}
    assert client.get(PRESS).context["preview"] is True


def test_press_reads_everything_after_the_launch(client, opened):
    assert client.get(PRESS).context["preview"] is False
    assert codes(client) == {200}


def test_press_reads_on_while_the_pavilion_is_closed(client, opened):
    launch.close_pavilion(actor=factories.manager(), reason_code="other", reason_text="x")
    assert codes(client) == {200}
    assert client.get(reverse("pavilion:company", args=[opened.company.slug])).status_code == 404


def test_pavilion_that_was_closed_and_reopened_has_its_pages_again(client, opened):
    boss = factories.manager()
    url = reverse("pavilion:company", args=[opened.company.slug])
    launch.close_pavilion(actor=boss, reason_code="other", reason_text="x")
    closed = client.get(reverse("pavilion:showcase"))
    assert "pavilion/closed.html" in [template.name for template in closed.templates]
    launch.reopen_pavilion(actor=boss)
    assert client.get(url).status_code == 200


# --- Figures ---------------------------------------------------------------------------------------


def test_page_has_the_figures_of_the_launch_beside_those_of_today(client, opened, english):
    factories.application("approved")
    totals = client.get(PRESS).context["totals"]
    assert totals.head == ["\u00a0", "At the launch", "Today"]
    assert ["Approved vendors", "2", "3"] in totals.rows


def test_suspended_vendor_is_gone_at_once_everywhere(client, opened, english):
    name, slug = opened.company.name, opened.company.slug
    product = opened.company.products.get()
    pages = [
        reverse("pavilion:company", args=[slug]),
        reverse("pavilion:product", args=[product.slug]),
    ]
    assert name in words(client.get(PRESS))
    factories.move(opened, "suspend", actor=factories.manager())
    assert [client.get(url).status_code for url in pages] == [404, 404]
    page = client.get(PRESS)
    assert ["Approved vendors", "2", "1"] in page.context["totals"].rows
    assert name not in words(page)
    showcase = client.get(reverse("pavilion:showcase"))
    assert name not in showcase.content.decode()
    lit = [tile for tile in showcase.context["meter"].tiles if tile["category"]]
    assert len(lit) == 1


@pytest.mark.parametrize("prefix", ["", "/en", "/zh-hans"])
def test_press_page_exists_in_three_languages(client, opened, prefix):
    page = client.get(prefix + PRESS)
    assert page.status_code == 200
    assert page.headers["Content-Language"] == (prefix[1:] or "es")
    for each in ("", "/en", "/zh-hans"):
        assert f'href="{each}{SHEET}"' in page.content.decode()


def test_every_fact_of_the_beginning_names_its_source(client, opened):
    facts = client.get(PRESS).context["facts"]
    assert facts
    assert all(fact.source for fact in facts)


def test_contact_is_that_of_the_settings(client, opened, settings):
    settings.PRESS_EMAIL = "prensa@agencia.example"
    assert "mailto:prensa@agencia.example" in client.get(PRESS).content.decode()
    settings.PRESS_EMAIL = ""
    assert "mailto:" not in client.get(PRESS, {"fresh": 1}).content.decode()  # not a kept page


def test_name_of_a_vendor_is_escaped(client, opened):
    record = LaunchRecord.objects.get()
    evil = "<script>alert(1)</script>"
    Company.objects.filter(pk=opened.company_id).update(trade_name=evil)
    record.figures["first_vendor"]["name"] = evil
    LaunchRecord.objects.all()._raw_delete("default")
    LaunchRecord.objects.create(pavilion_id=1, figures=record.figures)
    assert "<script>alert" not in client.get(PRESS).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_press_page_takes_the_same_queries_for_any_number_of_vendors(
    client, db, rows, django_assert_num_queries
):
    Pavilion.objects.update(threshold=1)
    for _ in range(rows):
        factories.application("approved")
    with django_assert_num_queries(9):
        assert client.get(PRESS).status_code == 200


# --- Downloads -------------------------------------------------------------------------------------


def test_fact_sheet_is_a_pdf_in_each_language(client, opened):
    for prefix in ("", "/en", "/zh-hans"):
        answer = client.get(prefix + SHEET)
        assert answer.headers["Content-Type"] == "application/pdf"
        document = pypdfium2.PdfDocument(answer.content)
        assert 1 <= len(document) <= 4
        text = document[0].get_textpage().get_text_range()
        assert settings.AGENCY_NAME in text
        document.close()


def test_zip_has_every_picture(client, opened):
    answer = client.get(ZIP)
    assert answer.streaming
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"mexico-pavilion/{name}" for name in NAMES]
        png = Image.open(io.BytesIO(archive.read("mexico-pavilion/mosaic.png")))
        assert max(png.size) == 2400


def test_downloads_are_limited(client, opened):
    for _ in range(press.DOWNLOADS):
        assert client.get(PICTURES[2]).status_code == 200
    assert client.get(PICTURES[2]).status_code == 429
    assert client.get(ZIP).headers["Retry-After"] == "3600"
    assert client.get(PRESS).status_code == 200


@pytest.mark.parametrize("name", ["x.svg", "mosaic", ".."])
def test_picture_that_does_not_exist(client, opened, name):
    assert client.get(f"{PRESS}pictures/{name}").status_code == 404


def test_mosaic_is_that_of_the_launch(client, opened):
    factories.move(opened, "suspend", actor=factories.manager())
    assert client.get(PICTURES[0]).content.decode().count("<use ") == 2


# --- Drawing ---------------------------------------------------------------------------------------


@given(
    tiles=st.lists(st.sampled_from([*mosaic.COLOURS, "unknown"]), max_size=30),
    threshold=st.integers(1, 60),
)
def test_mosaic_has_a_tile_for_each_vendor_of_the_threshold(tiles, threshold):
    svg = mosaic.mosaic_svg(tiles, threshold).decode()
    assert svg.count('rx="18"') == threshold
    assert svg.count("<use ") == min(len(tiles), threshold)


@pytest.mark.parametrize("threshold", [1, 7, 100, 500])
def test_mosaic_as_pixels_has_its_longer_side(threshold):
    picture = Image.open(io.BytesIO(mosaic.mosaic_png(["boots"], threshold, longest=600)))
    assert max(picture.size) == 600


def test_mark_stands_on_a_transparent_ground():
    picture = Image.open(io.BytesIO(mosaic.mark_png(64)))
    assert (picture.size, picture.mode) == ((64, 64), "RGBA")
    assert picture.getpixel((0, 0))[3] == 0


def test_colours_of_the_pictures_are_those_of_the_pages():
    tokens = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    for code, colour in mosaic.COLOURS.items():
        if code != "star":
            assert f"--{code}: {colour};" in tokens


def test_zip_is_sent_piece_by_piece():
    made = []
    stream = zip_stream({"a": lambda: made.append("a") or b"1", "b": lambda: b"2"})
    assert not made
    next(stream)
    assert made == ["a"]
    stream.close()
