"""Searching on the page: words, filters and their links, whatever the address holds."""

from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from exporters.services.catalogue import announce_change
from pavilion import facet_panel, search
from pavilion.address import Address, Key, clean
from pavilion.facets import count_text
from pavilion.models import Pavilion
from pavilion.search import Counts, Wanted
from tests import factories

SHOWCASE = reverse("pavilion:showcase")


@pytest.fixture
def opened(db):
    Pavilion.objects.update(status="open", launched_at=timezone.now(), approved_at_launch=1)


@pytest.fixture
def goods(opened):
    """Three products of two vendors, listed by the services."""
    jalisco = factories.company(state="14", trade_name="Destilería Ejemplo")
    michoacan = factories.company(state="16")
    for company in (jalisco, michoacan):
        factories.application("approved", company=company)
        company.products.update(status="hidden")
    names = {
        "tequila": (jalisco, "Tequila reposado", "Reposado tequila", "龙舌兰酒"),
        "boots": (jalisco, "Botas de piel", "Leather boots", "牛仔靴子"),
        "avocado": (michoacan, "Aguacate Hass orgánico", "Organic Hass avocado", "有机牛油果"),
    }
    for code, (company, es, en, zh) in names.items():
        factories.product(
            company,
            status="published",
            category=factories.category(code),
            name_es=es,
            name_en=en,
            name_zh_hans=zh,
            gift_wrapping=code == "boots",
        )
    announce_change(jalisco)
    announce_change(michoacan)


def found(client, address: str, path: str = SHOWCASE) -> set[str]:
    page = client.get(path + address)
    assert page.status_code == 200
    content = "".join(page.context["cards"])
    names = {"tequila": "Tequila reposado", "boots": "Botas de piel", "avocado": "Aguacate Hass"}
    return {code for code, name in names.items() if name in content}


ALL = {"tequila", "boots", "avocado"}


# --- Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("龙舌兰", {"tequila"}),
        ("牛油果", {"avocado"}),
        ("靴子", {"boots"}),
        ("兰", {"tequila"}),
        ("Águacate", {"avocado"}),
        ("aguacate", {"avocado"}),
        ("organico hass", {"avocado"}),
        ("'", ALL),
        ('"', ALL),
        ("\\", ALL),
        ("&|!:*()", ALL),
        ("<script>", set()),
        ("x" * 10_000, set()),
        ("hass " * 2_000, {"avocado"}),
    ],
)
def test_page_finds_what_the_search_finds(client, goods, text, expected):
    assert found(client, f"?q={quote(text)}") == expected


def test_text_of_the_search_is_escaped(client, goods):
    content = client.get(SHOWCASE, {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in content


@pytest.mark.parametrize("language", ["", "/en", "/zh-hans"])
def test_nothing_found_offers_a_way_on(client, goods, language):
    page = client.get(f"{language}{SHOWCASE}?q=zzz&state=14")
    content = page.content.decode()
    assert page.context["cards"] == []
    assert 'href="?state=14"' in content
    assert 'href="?q=zzz"' in content
    assert f"{language}/pavilion/categories/boots/" in content


# --- Filters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("?state=14", {"tequila", "boots"}),
        ("?category=boots", {"boots"}),
        ("?gift=yes", {"boots"}),
        ("?size=small", ALL),
        ("?size=micro", set()),
        ("?price=1", ALL),
        ("?moq=2", ALL),
        ("?q=piel&state=14&gift=yes&price=1", {"boots"}),
        ("?q=piel&state=16", set()),
    ],
)
def test_filters_narrow_the_list(client, goods, address, expected):
    assert found(client, address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "?state=99", "?state=14%27", "?category=nothing", "?category=..%2F..", "?size=huge",
        "?price=-1", "?price=9", "?moq=x", "?gift=no", "?certificate=__class__", "?after=x",
        "?before=-", "?after=" + "9" * 40, "?page=7", "?q=", "?q=%E2%80%AE", "?%FF=%FF", "?q=%FF%FE",
        "?state=14&state=99",
    ],
)  # fmt: skip
def test_value_that_cannot_be_is_left_out(client, goods, address):
    page = client.get(SHOWCASE + address)
    assert page.status_code == 200


def test_cards_stay_with_a_key_beyond_the_end(client, goods):
    page = client.get(SHOWCASE + "?state=14&after=0-0")
    assert page.context["cards"] == []
    assert 'href="?state=14"' in page.content.decode()


def test_each_filter_is_a_link_with_its_count_and_removes_itself(client, goods):
    page = client.get(SHOWCASE + "?q=piel&state=14")
    facets = {facet.name: facet for facet in page.context["facets"]}
    (state,) = facets["state"].values
    assert (state.label, state.count, state.is_set, state.query) == (
        "Jalisco",
        "1",
        True,
        "?q=piel",
    )
    (gift,) = facets["gift"].values
    assert gift.query == "?q=piel&state=14&gift=yes"
    assert [chip.query for chip in page.context["chips"]] == ["?state=14", "?q=piel"]


def test_category_page_searches_within_itself(client, goods):
    path = reverse("pavilion:category", args=["boots"])
    assert found(client, "", path) == {"boots"}
    assert found(client, "?q=tequila", path) == set()
    assert found(client, "?q=piel&category=tequila", path) == {"boots"}
    page = client.get(path + "?state=14")
    assert "category" not in {facet.name for facet in page.context["facets"]}
    assert [chip.query for chip in page.context["chips"]] == ["?"]


def test_bands_have_words_for_people(client, goods, english):
    page = client.get(SHOWCASE + "?state=14")
    facets = {facet.name: facet.values[0].label for facet in page.context["facets"]}
    assert facets["price"] == "US$5 – US$20"
    assert facets["moq"] == "200 – 999"


@pytest.mark.parametrize(
    ("name", "value", "label"),
    [
        ("price", "0", "Under US$5"),
        ("price", "4", "US$200 or more"),
        ("moq", "0", "Under 50"),
        ("moq", "3", "1,000 – 4,999"),
        ("moq", "4", "5,000 or more"),
        ("size", "micro", "Micro"),
        ("certificate", "iso_9001", "ISO 9001"),
        ("gift", "yes", "Gift wrapping"),
    ],
)
def test_chosen_value_is_said_in_words(english, name, value, label):
    (chip,) = facet_panel.chips(Address(**{name: value}), [])
    assert chip.label.endswith(label)


def test_counts_that_were_not_finished_say_so(db):
    assert [count_text(number) for number in (0, 1000, 1001)] == ["0", "1000", "1000+"]
    counts = Counts(1000, True, {name: {} for name in ("category", "state", "facets")})
    counts.by["state"] = dict.fromkeys(facet_panel.State.values, 0) | {"14": 37}
    counts.by["facets"] = search.Counter()
    panel = facet_panel.facets(Address(), counts, [], fixed="category")
    (state,) = [facet for facet in panel if facet.name == "state"]
    assert (state.values[0].label, state.values[0].count) == ("Jalisco", "37+")
    assert len(state.values) == 32  # those that were not seen may exist all the same


# --- Pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [SHOWCASE, reverse("pavilion:category", args=["avocado"])])
def test_pages_lead_on_and_back_without_losing_the_filters(client, opened, path):
    company = factories.company()
    for at in range(50):
        product = factories.product(company, status="published")
        factories.listing(product=product, tokens=["hass"], card_es=f"<i>{at}</i>", quality=at % 3)
    first = client.get(path + "?q=hass&state=16")
    seen, page = list(first.context["cards"]), first
    while page.context["next_query"]:
        assert page.context["next_query"].startswith("?q=hass&state=16&after=")
        page = client.get(path + page.context["next_query"])
        seen += page.context["cards"]
    assert len(seen) == len(set(seen)) == 50
    while page.context["previous_query"]:
        page = client.get(path + page.context["previous_query"])
    assert page.context["cards"] == first.context["cards"]


# --- The address itself --------------------------------------------------------------------------


def test_address_is_written_in_one_way():
    given = {"moq": "1", "q": "  botas \t de\npiel ", "utm": "x", "state": "14", "after": "9-3"}
    address = Address.read(given)
    assert str(address) == "?q=botas+de+piel&state=14&moq=1&after=9-3"
    assert address.after == Key(9, 3)
    assert str(address.to(state="")) == "?q=botas+de+piel&moq=1"
    assert str(Address()) == "?"


def test_words_are_cleaned():
    assert clean("a\u202eb\x07c\ud800d") == "abcd"
    assert len(clean("x" * 10_000)) == 200


def test_facets_of_an_address_narrow_as_words(db):
    wanted = facet_panel.wanted(Address(q="x", price="1", gift="yes", state="14"), [])
    assert wanted == Wanted("x", None, "14", facets={"price": "1", "gift": "yes"})
