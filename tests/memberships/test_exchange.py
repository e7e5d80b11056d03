"""US dollars and pesos: each gives the other to the cent, or it is said that none does."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.money import round_cents
from memberships.exchange import dollars, jumps, neighbours, pesos

amounts = st.decimals("0.01", "999999.99", places=2)
rates = st.decimals("1.0000", "99.9999", places=4)


@given(amounts, rates)
def test_dollars_come_back_from_their_pesos(usd, rate):
    assert dollars(pesos(usd, rate), rate) == usd


@given(st.decimals("1.00", "9999999.99", places=2), rates)
def test_pesos_are_dollars_or_lie_between_two_neighbours(mxn, rate):
    found = dollars(mxn, rate)
    if found is not None:
        assert pesos(found, rate) == mxn
        return
    below, above = neighbours(mxn, rate)
    assert above - below == Decimal("0.01")
    assert pesos(below, rate) < mxn < pesos(above, rate)


@given(rates, rates)
def test_jump_is_more_than_five_percent_of_the_rate_before(rate, before):
    assume(before)
    assert jumps(rate, before) == (abs(rate / before - 1) > Decimal("0.05"))


@pytest.mark.parametrize(
    ("mxn", "usd"),
    [
        ("28481.40", "1500.00"),
        ("18987.60", "1000.00"),
        ("0.19", "0.01"),
        ("0.18", None),
        ("10000.00", None),
        ("10000.01", "526.66"),
    ],
)
def test_worked_amounts_at_18_9876(mxn, usd):
    expected = Decimal(usd) if usd else None
    assert dollars(Decimal(mxn), Decimal("18.9876")) == expected


def test_neighbours_of_a_round_amount():
    rate = Decimal("18.9876")
    below, above = neighbours(Decimal("10000.00"), rate)
    assert (below, above) == (Decimal("526.65"), Decimal("526.66"))
    assert (pesos(below, rate), pesos(above, rate)) == (Decimal("9999.82"), Decimal("10000.01"))
    assert round_cents(below) == below
