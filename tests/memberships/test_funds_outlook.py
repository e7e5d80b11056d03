"""Pace, burn-down and scenario: rules without rows and without a clock."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import ZERO
from core.periods import Period, add_months, months_between
from memberships.burn_down import Outlook, burn_down, change_of_available, project
from memberships.enums import EntryKind
from memberships.pace import MONTH, assumed, counted, poisson_interval
from memberships.pricing import FundTerms
from memberships.scenario import MonthAhead, scenario

DAY = datetime.date
TODAY = DAY(2018, 8, 24)
OPEN = (DAY(2018, 1, 1), DAY(2018, 12, 31))
money = st.decimals(min_value=0, max_value=1_000_000, places=2)


# --- Pace ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "low", "high"),  # exact, from tables of the Poisson distribution
    [(0, 0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (24, 15.377, 35.710), (100, 81.36, 121.63)],
)  # fmt: skip
def test_interval_of_a_count_is_that_of_the_tables(count, low, high):
    found = poisson_interval(count)
    assert float(found[0]) == pytest.approx(low, abs=0.03)
    assert float(found[1]) == pytest.approx(high, abs=0.03)


@given(st.integers(0, 100_000))
def test_interval_holds_the_count_and_grows_with_it(count):
    low, high = poisson_interval(count)
    assert low <= count <= high
    assert poisson_interval(count + 1) > (low, high)


def test_pace_of_the_first_year():
    """24 firms in 352 days are 2.08 a month: 76 more take 36.6 months."""
    pace = counted(24, 352)
    assert pace.a_month == Decimal("2.1")
    assert round(76 / (pace.expected * MONTH), 1) == Decimal("36.6")


@given(st.decimals(min_value=0, max_value=10_000, places=1))
def test_assumed_pace_lies_in_its_band(a_month):
    pace = assumed(a_month)
    assert 0 <= pace.low <= pace.expected <= pace.high
    assert pace.a_month == a_month


# --- Months --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "number", "expected"),
    [
        (DAY(2018, 1, 31), 1, DAY(2018, 2, 28)),
        (DAY(2020, 1, 31), 1, DAY(2020, 2, 29)),
        (DAY(2018, 12, 15), 1, DAY(2019, 1, 15)),
        (DAY(2018, 3, 31), -1, DAY(2018, 2, 28)),
        (DAY(2018, 1, 1), -1, DAY(2017, 12, 1)),
        (DAY(2020, 2, 29), 12, DAY(2021, 2, 28)),
        (DAY(2018, 8, 24), 0, DAY(2018, 8, 24)),
    ],
)
def test_months_later_is_the_same_day_or_the_last(day, number, expected):
    assert add_months(day, number) == expected


def test_months_between_counts_both():
    months = months_between(DAY(2017, 11, 20), DAY(2018, 2, 1))
    assert months == [DAY(2017, 11, 1), DAY(2017, 12, 1), DAY(2018, 1, 1), DAY(2018, 2, 1)]


# --- Burn-down -----------------------------------------------------------------------------------


def test_burn_down_follows_the_money():
    movements = {
        DAY(2018, 1, 1): {"allocate": Decimal(10_000), "reserve": Decimal(3_000)},
        DAY(2018, 3, 1): {"release": Decimal(1_500), "recover": Decimal(200), "commit": Decimal(9)},
    }
    steps = burn_down(months_between(DAY(2018, 1, 1), DAY(2018, 3, 1)), movements, Decimal(50))
    assert [step.available for step in steps] == [7_050, 7_050, 8_750]
    assert (steps[2].released, steps[2].recovered, steps[1].reserved) == (1_500, 200, 0)


@given(st.lists(st.dictionaries(st.sampled_from(EntryKind.values), money), max_size=12))
def test_burn_down_ends_at_the_sum_of_all_movements(months):
    days = [add_months(DAY(2018, 1, 1), number) for number in range(len(months))]
    steps = burn_down(days, dict(zip(days, months, strict=True)))
    assert len(steps) == len(months)
    if steps:
        assert steps[-1].available == sum((change_of_available(of) for of in months), ZERO)


def test_projection_says_when_the_money_ends_and_how_it_knows():
    """24 reservations of US$1,500 in 56 days, US$30,000 left: 643 a day, 47 days."""
    found = project(Decimal(30_000), Decimal(36_000), 24, 56, TODAY, OPEN)
    assert found.outlook == Outlook.RUNS_OUT
    assert found.expected == TODAY + datetime.timedelta(days=47)
    assert found.earliest == TODAY + datetime.timedelta(days=32)
    assert found.latest == TODAY + datetime.timedelta(days=73)
    assert round(found.a_day) == 643


@pytest.mark.parametrize(
    ("available", "net", "count", "day", "outlook"),
    [
        ("0", "1500", 1, TODAY, Outlook.EMPTY),
        ("1000", "0", 0, TODAY, Outlook.IDLE),
        ("1000", "-1500", 2, TODAY, Outlook.IDLE),
        ("1000000", "3000", 2, TODAY, Outlook.LASTS),
        ("10000", "3000", 2, TODAY, Outlook.MAY_RUN_OUT),
        ("1000", "3000", 2, TODAY, Outlook.RUNS_OUT),
        ("1000", "3000", 2, DAY(2017, 12, 31), Outlook.CLOSED),
        ("1000", "3000", 2, DAY(2019, 1, 1), Outlook.CLOSED),
    ],
)
def test_outlook_of_a_fund(available, net, count, day, outlook):
    found = project(Decimal(available), Decimal(net), count, 56, day, OPEN)
    assert found.outlook == outlook
    assert bool(found.expected) == (outlook == Outlook.RUNS_OUT)


@given(
    st.decimals(min_value="0.01", max_value=1_000_000, places=2),
    st.decimals(min_value="0.01", max_value=1_000_000, places=2),
    st.integers(1, 5_000),
    st.integers(1, 56),
)
def test_projection_is_in_order_and_within_the_fund(available, net, count, days):
    found = project(available, net, count, days, TODAY, OPEN)
    at = [day or DAY.max for day in (found.earliest, found.expected, found.latest)]
    assert at == sorted(at)
    assert all(day is None or TODAY <= day <= OPEN[1] for day in (found.earliest, found.latest))


# --- Scenario ------------------------------------------------------------------------------------


def fund(available="30000", share="100", cap="2000") -> FundTerms:
    days = Period(*OPEN)
    return FundTerms(Decimal(share), Decimal(cap), Decimal(available), frozenset({"small"}), days)


def months(*renewals: int, fee="3000") -> list[MonthAhead]:
    days = months_between(DAY(2018, 9, 1), DAY(2018, 12, 1))[: len(renewals)]
    return [
        MonthAhead(day, 30, Decimal(fee), number)
        for day, number in zip(days, renewals, strict=True)
    ]


def test_scenario_of_half_price_and_none():
    """12 approvals in 60 days and 3 renewals: 15 firms, US$1,500 or (the cap) US$2,000 each."""
    pace = counted(12, 60)
    half = scenario(Decimal(50), months(1, 2), pace, fund())
    none = scenario(Decimal(0), months(1, 2), pace, fund())
    assert [item.price.subsidy for item in half.months] == [1_500, 1_500]
    assert (half.months[0].price.company_share, none.months[0].price.company_share) == (0, 1_000)
    assert (half.new.expected, half.renewals) == (12, 3)
    assert (half.cost.expected, half.left.expected, half.short.expected) == (22_500, 7_500, 0)
    assert (none.cost.expected, none.left.expected, none.short.expected) == (30_000, 0, 0)
    assert half.runs_out.expected is None
    assert none.runs_out.expected is None
    assert (none.new.high, none.cost.high) == (21, 48_000)
    assert none.runs_out.high == DAY(2018, 10, 1)


def test_scenario_says_in_which_month_the_money_ends():
    found = scenario(Decimal(50), months(0, 0, 0), counted(60, 60), fund("100000"))
    assert [item.new.expected for item in found.months] == [30, 30, 30]
    assert found.runs_out.expected == DAY(2018, 11, 1)
    assert found.short.expected == 35_000
    assert found.left.expected == 0


paces = st.builds(counted, st.integers(0, 500), st.integers(1, 90))


@given(
    st.decimals(min_value=0, max_value=100, places=2),
    st.lists(st.integers(0, 40), max_size=4),
    paces,
    money,
    st.decimals(min_value=0, max_value=100, places=2),
    money,
)
def test_scenario_adds_up(percent, renewals, pace, available, share, cap):
    terms = fund(str(available), str(share), str(cap))
    found = scenario(percent, months(*renewals), pace, terms)
    for name in ("low", "expected", "high"):
        cost = getattr(found.cost, name)
        assert cost == sum((getattr(item.cost, name) for item in found.months), ZERO)
        assert getattr(found.new, name) == sum(getattr(item.new, name) for item in found.months)
        left, short = getattr(found.left, name), getattr(found.short, name)
        assert left - short == available - cost
        assert ZERO in (left, short)
        assert bool(getattr(found.runs_out, name)) == bool(short)
    assert found.cost.low <= found.cost.expected <= found.cost.high
    for item in found.months:
        price = item.price
        assert price.promotion_discount + price.subsidy + price.company_share == price.list_fee
        assert all(number >= 0 for number in item.new)


@given(st.lists(st.integers(0, 40), max_size=4), paces, st.integers(0, 99))
def test_a_higher_promotion_never_costs_the_fund_more(renewals, pace, percent):
    less = scenario(Decimal(percent), months(*renewals), pace, fund())
    more = scenario(Decimal(percent + 1), months(*renewals), pace, fund())
    assert more.cost.expected <= less.cost.expected


def test_months_without_a_list_fee_or_an_open_fund_cost_nothing():
    assert scenario(Decimal(50), [], counted(9, 56), fund()).cost.high == 0
    closed = [MonthAhead(DAY(2019, 1, 1), 31, Decimal(3000), 4)]
    assert scenario(Decimal(50), closed, counted(9, 56), fund()).cost.expected == 0
