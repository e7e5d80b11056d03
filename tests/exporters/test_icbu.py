"""What a listing on Alibaba.com takes: at each limit, and one beyond it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters import icbu
from exporters.icbu import Offer, refusals, split_keywords


def refused(offer: Offer, **options) -> set[str]:
    return {refusal.field for refusal in refusals(offer, **options)}


GOOD = {
    "subject": "Hass avocado",
    "keywords": ("avocado", "hass"),
    "lowest_price": Decimal("9.80"),
    "highest_price": Decimal("12.90"),
    "moq": 264,
    "handling_days": 15,
}


@pytest.mark.parametrize(
    ("field", "value", "taken"),
    [
        ("subject", "x" * 128, True),
        ("subject", "x" * 129, False),
        ("subject", " ", False),
        ("keywords", ("a", "b", "c"), True),
        ("keywords", ("a", "b", "c", "d"), False),
        ("keywords", ("a, b",), False),
        ("keywords", ("a;b",), False),
        ("lowest_price", Decimal("0.01"), True),
        ("lowest_price", Decimal("0.009"), False),
        ("lowest_price", Decimal("NaN"), False),
        ("highest_price", Decimal("9999999"), True),
        ("highest_price", Decimal("9999999.01"), False),
        ("highest_price", None, True),
        ("moq", 1, True),
        ("moq", 0, False),
        ("moq", 99_999, True),
        ("moq", 100_000, False),
        ("handling_days", 60, True),
        ("handling_days", 61, False),
        ("handling_days", None, False),
    ],
)
def test_limit_is_kept_and_one_beyond_it_is_refused(field, value, taken):
    offer = Offer(**GOOD | {field: value})
    assert refused(offer, wholesale=True) == (set() if taken else {field})


def test_only_the_wholesale_type_asks_for_price_order_and_days():
    bare = Offer("Hass avocado")
    assert refused(bare) == set()
    assert refused(bare, wholesale=True) == {"lowest_price", "moq", "handling_days"}


@pytest.mark.usefixtures("english")
def test_refusal_says_the_limit():
    (refusal,) = refusals(Offer("x" * 129))
    assert str(refusal.reason) == "At most 128 characters."
    assert "99,999" in str(icbu.refused_moq(100_000))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("avocado, hass,  organic  fruit ", ["avocado", "hass", "organic fruit"]),
        ("牛油果，哈斯；有机、水果", ["牛油果", "哈斯", "有机", "水果"]),
        (";,\n", []),
        ("", []),
        (None, []),
    ],
)
def test_search_words_are_split_as_people_write_them(text, words):
    assert split_keywords(text) == words


@given(st.text(max_size=60))
def test_search_words_stay_the_same_when_written_again(text):
    words = split_keywords(text)
    assert split_keywords(", ".join(words)) == words
    if len(words) <= icbu.KEYWORDS:
        assert not icbu.refused_keywords(words)
