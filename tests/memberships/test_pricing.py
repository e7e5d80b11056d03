import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import round_cents
from core.periods import Period
from memberships.pricing import CompanyTerms, FundTerms, PlanTerms, PromotionTerms, quote

LIST = PlanTerms(Decimal("3000.00"))
YEAR = Period(datetime.date(2017, 11, 1), datetime.date(2018, 12, 31))
HALF_PRICE = PromotionTerms(
    Decimal(50), Period(datetime.date(2017, 11, 1), datetime.date(2018, 3, 31)), confirmed=True
)
SIZES = frozenset({"micro", "small", "medium"})
SMALL = CompanyTerms("small")


def fund(available="10000.00", cap="1500.00", share="100", sizes=SIZES, period=YEAR) -> FundTerms:
    return FundTerms(Decimal(share), Decimal(cap), Decimal(available), sizes, period)


def price(day, promotions=(HALF_PRICE,), fund=None, company=SMALL) -> tuple[str, str, str]:
    """Promotion, support and company share, in that order."""
    b = quote(LIST, datetime.date.fromisoformat(day), list(promotions), fund, company)
    return str(b.promotion_discount), str(b.subsidy), str(b.company_share)


# --- The case of 2018 ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "parts"),
    [
        ("2017-10-31", ("0.00", "0.00", "3000.00")),  # neither promotion nor fund yet
        ("2017-11-01", ("1500.00", "1500.00", "0.00")),  # first day of both
        ("2018-03-31", ("1500.00", "1500.00", "0.00")),  # last day of half price
        ("2018-04-01", ("0.00", "1500.00", "1500.00")),  # without it the cap is reached
        ("2018-12-31", ("0.00", "1500.00", "1500.00")),
        ("2019-01-01", ("0.00", "0.00", "3000.00")),
    ],
)
def test_price_of_2018_day_by_day(day, parts):
    assert price(day, fund=fund()) == parts


def test_support_stops_at_the_cap():
    assert price("2018-01-15", fund=fund(cap="1000.00")) == ("1500.00", "1000.00", "500.00")


def test_support_is_the_share_of_what_the_promotion_leaves():
    assert price("2018-01-15", fund=fund(share="50")) == ("1500.00", "750.00", "750.00")


def test_fund_with_less_left_pays_what_it_has():
    breakdown = quote(LIST, datetime.date(2018, 1, 15), [HALF_PRICE], fund("400.10"), SMALL)
    assert breakdown.subsidy == Decimal("400.10")
    assert breakdown.company_share == Decimal("1099.90")
    assert breakdown.entitled_subsidy == Decimal("1500.00")
    assert breakdown.shortfall == Decimal("1099.90")


@pytest.mark.parametrize("left", ["0.00", "-5.00"])
def test_exhausted_fund_pays_nothing(left):
    assert price("2018-01-15", fund=fund(left)) == ("1500.00", "0.00", "1500.00")


def test_company_of_another_size_gets_no_support():
    large = CompanyTerms("large")
    assert price("2018-01-15", fund=fund(), company=large) == ("1500.00", "0.00", "1500.00")
    unknown = CompanyTerms("")
    assert price("2018-01-15", fund=fund(), company=unknown) == ("1500.00", "0.00", "1500.00")


def test_public_price_is_that_of_an_eligible_firm():
    assert price("2018-01-15", fund=fund(), company=None) == ("1500.00", "1500.00", "0.00")


def test_promotion_that_is_not_confirmed_does_not_count():
    negotiated = PromotionTerms(Decimal(50), HALF_PRICE.period, confirmed=False)
    assert price("2018-01-15", [negotiated])[0] == "0.00"
    assert price("2018-01-15", [negotiated, HALF_PRICE])[0] == "1500.00"


# --- For any terms -----------------------------------------------------------------------------

money = st.decimals(0, "99999.99", places=2)
percent = st.decimals(0, 100, places=2)
days = st.dates(datetime.date(2017, 1, 1), datetime.date(2019, 12, 31))


@st.composite
def periods(draw):
    first, last = sorted([draw(days), draw(days)])
    return Period(first, last)


funds = st.builds(
    FundTerms, percent, money, st.decimals(-10, "99999.99", places=2), st.just(SIZES), periods()
)
promotions = st.lists(st.builds(PromotionTerms, percent, periods(), st.booleans()), max_size=3)
companies = st.none() | st.builds(CompanyTerms, st.sampled_from([*sorted(SIZES), "large", ""]))


@given(st.builds(PlanTerms, money), days, promotions, st.none() | funds, companies)
def test_parts_add_up_to_the_fee_and_none_is_negative(plan, day, promotions, fund, company):
    b = quote(plan, day, promotions, fund, company)
    parts = (b.promotion_discount, b.subsidy, b.company_share)
    assert sum(parts) == b.list_fee == plan.list_fee
    assert min(parts) >= 0
    assert all(round_cents(part) == part for part in (*parts, b.entitled_subsidy))


@given(st.builds(PlanTerms, money), days, promotions, funds, companies)
def test_support_is_never_over_cap_fund_remainder_or_rules(plan, day, promotions, fund, company):
    b = quote(plan, day, promotions, fund, company)
    assert b.subsidy <= fund.cap
    assert b.subsidy <= max(fund.available, 0)
    assert b.subsidy <= b.list_fee - b.promotion_discount
    assert b.subsidy <= b.entitled_subsidy
    assert b.shortfall >= 0
    if not fund.period.contains(day):
        assert b.subsidy == 0


@given(st.builds(PlanTerms, money), days, promotions, companies)
def test_without_a_fund_there_is_no_support(plan, day, promotions, company):
    b = quote(plan, day, promotions, None, company)
    assert b.subsidy == b.entitled_subsidy == b.shortfall == 0
