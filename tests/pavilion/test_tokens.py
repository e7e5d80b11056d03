"""Search words: one shared test of what is found, on whichever database runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavilion.models import Listing
from pavilion.tokens import MAX_TERMS, Term, terms, tokens
from tests import factories

TEXTS = {
    "tequila": "Tequila reposado de agave azul 龙舌兰酒",
    "avocado": "Aguacate Hass orgánico · Organic Hass avocado · 有机牛油果",
    "boots": "Botas vaqueras de piel; cowboy boots 牛仔靴子",
}
QUERIES = {
    "龙舌兰": {"tequila"},
    "牛油果": {"avocado"},
    "靴子": {"boots"},
    "兰": {"tequila"},
    "牛": {"avocado", "boots"},
    "Águacate": {"avocado"},
    "aguacate": {"avocado"},
    "organico hass": {"avocado"},
    "hass tequila": set(),
    "gua": set(),
    "O'Brien": set(),
    "'": {"tequila", "avocado", "boots"},
    "\\": {"tequila", "avocado", "boots"},
    "&|!:*()": {"tequila", "avocado", "boots"},
    "hass & !tequila": set(),
    "x" * 10_000: set(),
    "牛" * 10_000: set(),
    "hass " * 2_000: {"avocado"},
    "%": {"tequila", "avocado", "boots"},
    "bo_ts": set(),
}


@pytest.fixture
def listings(db):
    return {name: factories.listing(tokens=tokens(text)) for name, text in TEXTS.items()}


@pytest.mark.parametrize("text", QUERIES)
def test_search_finds_the_same_on_each_database(listings, text):
    found = set(Listing.objects.filter(tokens__has=terms(text)).values_list("pk", flat=True))
    assert found == {listings[name].pk for name in QUERIES[text]}


@pytest.mark.parametrize(
    ("text", "names"), [("teq", {"tequila"}), ("hass avo", {"avocado"}), ("牛仔", {"boots"})]
)
def test_suggestions_let_the_last_word_go_on(listings, text, names):
    wanted = terms(text, unfinished=True)
    found = set(Listing.objects.filter(tokens__has=wanted).values_list("pk", flat=True))
    assert found == {listings[name].pk for name in names}


def test_tokens_of_mixed_text():
    assert tokens("Águacate 100% 龙舌兰, a_b") == [
        "aguacate", "100", "龙舌", "舌兰", "兰", "a", "b",
    ]  # fmt: skip
    assert tokens("") == []


def test_terms_of_chinese_follow_each_other():
    assert terms("龙舌兰") == [Term(("龙舌", "舌兰"))]
    assert terms("兰") == [Term(("兰",), prefix=True)]


@given(st.text(max_size=300))
def test_whatever_is_stored_is_found_by_its_first_words(text):
    """Pure form of the rule: each token of a query is a stored token, in the same order."""
    stored = tokens(text)
    for term in terms(text):
        places = [at for at, token in enumerate(stored) if token.startswith(term.tokens[0])]
        assert any(
            tuple(stored[at : at + len(term.tokens)]) == term.tokens or term.prefix for at in places
        )
    assert len(terms(text)) <= MAX_TERMS
