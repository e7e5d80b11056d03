from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import percent_of, round_cents

amounts = st.decimals("0", "9999999", places=2)
percents = st.decimals("0", "100", places=2)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0.005", "0.01"), ("1.004", "1.00"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("3", "3.00")],
)
def test_round_cents_rounds_halves_away_from_zero(amount, rounded):
    assert round_cents(Decimal(amount)) == Decimal(rounded)
    assert round_cents(Decimal(amount)).as_tuple().exponent == -2


@given(amounts, percents)
def test_percent_of_stays_within_the_amount_and_half_a_cent(amount, percent):
    part = percent_of(amount, percent)
    assert 0 <= part <= amount
    assert abs(part - amount * percent / 100) <= Decimal("0.005")


@given(amounts)
def test_percent_of_is_exact_at_its_ends(amount):
    assert percent_of(amount, Decimal(0)) == 0
    assert percent_of(amount, Decimal(100)) == amount
