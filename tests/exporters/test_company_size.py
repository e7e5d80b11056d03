from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.company_size import company_size, size_cap, size_score
from exporters.enums import Sector, Size
from exporters.services.companies import save_company
from tests import factories

ORDER = list(Size)
sectors = st.sampled_from(Sector)
workers = st.integers(0, 1_000_000)
sales = st.decimals(0, "999999999999.99", places=2)


@pytest.mark.parametrize(
    ("sector", "employees", "millions", "size", "score"),
    [  # the demo companies, with the scores of the field's own table
        ("industry", 46, "88.0", Size.SMALL, "83.8"),
        ("industry", 120, "210.0", Size.MEDIUM, "201.0"),
        ("industry", 9, "3.1", Size.MICRO, "3.69"),
        ("industry", 85, "74.0", Size.SMALL, "75.1"),
        ("industry", 14, "6.4", Size.SMALL, "7.16"),
        ("industry", 22, "18.5", Size.SMALL, "18.85"),
        ("industry", 11, "4.8", Size.SMALL, "5.42"),
        ("industry", 240, "245.0", Size.MEDIUM, "244.5"),
        ("industry", 31, "22.0", Size.SMALL, "22.9"),
        ("commerce", 8, "2.2", Size.MICRO, "2.78"),
        ("commerce", 34, "41.0", Size.SMALL, "40.3"),
        ("commerce", 4, "1.3", Size.MICRO, "1.57"),
    ],
)
def test_size_of_the_demo_companies(sector, employees, millions, size, score):
    pesos = Decimal(millions) * 1_000_000
    assert size_score(employees, pesos) == Decimal(score)
    assert company_size(sector, employees, pesos) == size


@pytest.mark.parametrize(
    ("sector", "size", "cap", "above"),
    [
        ("industry", Size.MICRO, "4.6", Size.SMALL),
        ("commerce", Size.MICRO, "4.6", Size.SMALL),
        ("services", Size.MICRO, "4.6", Size.SMALL),
        ("industry", Size.SMALL, "95", Size.MEDIUM),
        ("commerce", Size.SMALL, "93", Size.MEDIUM),
        ("services", Size.SMALL, "95", Size.MEDIUM),
        ("industry", Size.MEDIUM, "250", Size.LARGE),
        ("commerce", Size.MEDIUM, "235", Size.LARGE),
        ("services", Size.MEDIUM, "235", Size.LARGE),
    ],
)
def test_size_at_the_cap_and_one_worker_above_it(sector, size, cap, above):
    employees = int(Decimal(cap) * 10)  # with no sales at all
    assert size_cap(sector, size) == Decimal(cap)
    assert company_size(sector, employees, Decimal(0)) == size
    assert company_size(sector, employees + 1, Decimal(0)) == above


def test_size_does_not_round_at_the_cap():
    """One peso of sales above the cap of a micro firm."""
    exactly = Decimal("4000000.00")  # 10 workers: 1.0 + 3.6
    assert company_size("industry", 10, exactly) == Size.MICRO
    assert company_size("industry", 10, exactly + 1) == Size.SMALL


def test_large_has_no_cap():
    assert size_cap("industry", Size.LARGE) is None


@given(sectors, workers, sales, workers, sales)
def test_size_never_shrinks_as_a_firm_grows(sector, employees, pesos, more, more_pesos):
    small = company_size(sector, employees, pesos)
    grown = company_size(sector, employees + more, pesos + more_pesos)
    assert ORDER.index(small) <= ORDER.index(grown)


def test_size_follows_the_facts_when_a_company_is_saved(db):
    company = factories.company(employees=9, annual_sales_mxn=Decimal("3100000"))
    assert company.size == Size.MICRO
    assert company.size_score == Decimal("3.69")
    assert company.size_cap == Decimal("4.6")
    company.annual_sales_mxn = Decimal("900000000")
    assert save_company(company).size == Size.LARGE
    company.employees = None
    assert save_company(company).size == ""
    assert company.size_score is company.size_cap is None


def test_size_of_a_firm_without_sales_yet_is_known(db):
    assert factories.company(employees=0, annual_sales_mxn=Decimal(0)).size == Size.MICRO
