from decimal import Decimal

import pytest

from memberships.models import (
    FundEntry,
    Membership,
    Plan,
    PlanFee,
    PromotionPeriod,
    SubsidyFund,
)
from tests import factories
from tests.constraints import violates


def change(row, **values):
    type(row)._default_manager.filter(pk=row.pk).update(**values)


@pytest.fixture
def membership(db):
    factories.fund()
    return factories.application("approved").memberships.get()


def test_one_plan_is_offered(db):
    factories.plan()
    Plan.objects.create(code="basic", name="Basic")
    with violates(Plan, "one_plan_is_offered"):
        Plan.objects.filter(code="basic").update(is_offered=True)


def test_list_fee_is_not_negative(db):
    with violates(PlanFee, "list_fee_is_not_negative"):
        change(factories.plan().fees.get(), amount=Decimal("-0.01"))


def test_promotion_starts_before_it_ends(db):
    promotion = factories.promotion()
    change(promotion, ends_on=promotion.starts_on)
    with violates(PromotionPeriod, "promotion_starts_before_it_ends"):
        change(promotion, ends_on="2017-10-31")


@pytest.mark.parametrize("percentage", ["-0.01", "100.01"])
def test_promotion_is_between_0_and_100_percent(db, percentage):
    with violates(PromotionPeriod, "promotion_is_between_0_and_100_percent"):
        change(factories.promotion(), percentage=Decimal(percentage))


def test_fund_starts_before_it_ends(db):
    fund = factories.fund()
    with violates(SubsidyFund, "fund_starts_before_it_ends"):
        change(fund, ends_on="2000-01-01")


def test_fund_is_never_overspent(db):
    fund = factories.fund("10.00")
    with violates(SubsidyFund, "fund_is_never_overspent"):
        change(fund, available=Decimal("-0.01"), reserved=Decimal("10.01"))


@pytest.mark.parametrize("part", ["reserved", "committed", "paid"])
def test_fund_parts_are_not_negative(db, part):
    fund = factories.fund("10.00")
    with violates(SubsidyFund, "fund_parts_are_not_negative"):
        change(fund, available=Decimal("10.01"), **{part: Decimal("-0.01")})


# Sums that floating point would miss by a hair: 0.1 + 0.2 is not 0.3 in binary.
SUMS = [
    ("0.10", "0.20", "0.30"),
    ("1234.46", "0.10", "1234.56"),
    ("1.10", "2.20", "3.30"),
    ("9999999999.98", "0.01", "9999999999.99"),
]


@pytest.mark.parametrize(("available", "reserved", "budget"), SUMS)
def test_fund_budget_is_the_sum_of_its_parts_to_the_cent(db, available, reserved, budget):
    fund = factories.fund("0")
    values = {"available": Decimal(available), "reserved": Decimal(reserved)}
    change(fund, **values, budget=Decimal(budget))
    with violates(SubsidyFund, "fund_budget_is_the_sum_of_its_parts"):
        change(fund, **values, budget=Decimal(budget) - Decimal("0.01"))


@pytest.mark.parametrize(("promotion", "support", "fee"), SUMS)
def test_price_is_the_sum_of_its_parts_to_the_cent(membership, promotion, support, fee):
    values = {
        "promotion_discount": Decimal(promotion),
        "subsidy": Decimal(support),
        "entitled_subsidy": Decimal(support),
        "company_share": Decimal("0.00"),
        "reserved": Decimal("0.00"),
    }
    change(membership, **values, list_fee=Decimal(fee))
    with violates(Membership, "price_is_the_sum_of_its_parts"):
        change(membership, **values, list_fee=Decimal(fee) - Decimal("0.01"))


@pytest.mark.parametrize("part", ["promotion_discount", "subsidy", "company_share"])
def test_price_parts_are_not_negative(membership, part):
    parts = {"promotion_discount": 0, "subsidy": 0, "company_share": 0}
    another = "subsidy" if part == "company_share" else "company_share"
    values = parts | {part: Decimal("-1.00"), another: Decimal("3001.00")}
    with violates(Membership, "price_parts_are_not_negative"):
        change(membership, **values, entitled_subsidy=Decimal("9999.00"))


def test_support_is_within_the_rules(membership):
    with violates(Membership, "support_is_within_the_rules"):
        change(membership, entitled_subsidy=membership.subsidy - Decimal("0.01"))


def test_support_comes_from_a_fund(membership):
    assert membership.subsidy
    with violates(Membership, "support_comes_from_a_fund"):
        change(membership, fund=None)


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_fund_entry_moves_something(db, amount):
    with violates(FundEntry, "fund_entry_moves_something"):
        FundEntry.objects.create(
            fund=factories.fund(), kind="allocate", amount=Decimal(amount), actor=None
        )


def test_one_open_offer_per_company(membership):
    other = factories.application("approved").memberships.get()
    change(other, fund=None, subsidy=0, reserved=0, company_share=3000)
    with violates(Membership, "one_open_offer_per_company"):
        change(other, company=membership.company)


YEAR = {"starts_on": "2018-01-15", "ends_on": "2019-01-14"}


def test_one_running_membership_per_company(membership):
    other = factories.application("approved").memberships.get()
    change(other, fund=None, subsidy=0, reserved=0, company_share=3000, status="active", **YEAR)
    change(membership, status="renewal_offered", **YEAR)
    with violates(Membership, "one_running_membership_per_company"):
        change(other, company=membership.company)


@pytest.mark.parametrize(
    "values",
    [
        {"status": "lapsed"},
        {"status": "cancelled", "reserved": 0, "paid_out": 1},
        {"status": "cancelled", "reserved": 0, "committed": 1},
    ],
)
def test_fund_supports_a_company_once(membership, values):
    other = factories.application("approved").memberships.get()
    change(membership, **values)
    with violates(Membership, "fund_supports_a_company_once"):
        change(other, company=membership.company)
    change(membership, status="cancelled", reserved=0, committed=0, paid_out=0)
    change(other, company=membership.company)


def test_membership_is_renewed_once(membership):
    renewals = [factories.application("approved").memberships.get() for _ in range(2)]
    change(renewals[0], renews=membership)
    with violates(Membership, "membership_is_renewed_once"):
        change(renewals[1], renews=membership)
    change(renewals[0], status="expired")
    change(renewals[1], renews=membership)


@pytest.mark.parametrize(
    "parts",
    [
        {"reserved": Decimal("1500.01")},
        {"reserved": Decimal("1000.00"), "committed": Decimal("500.01")},
        {"reserved": 0, "committed": 0, "paid_out": Decimal("1500.01")},
        {"reserved": Decimal("-0.01")},
        {"committed": Decimal("-0.01")},
        {"paid_out": Decimal("-0.01")},
    ],
)
def test_support_is_not_paid_above_its_reservation(membership, parts):
    with violates(Membership, "support_is_not_paid_above_its_reservation"):
        change(membership, **parts)


@pytest.mark.parametrize(
    "days", [{}, {"starts_on": "2018-01-15"}, {"starts_on": "2018-01-15", "ends_on": "2018-01-14"}]
)
def test_running_membership_has_its_days(membership, days):
    with violates(Membership, "running_membership_has_its_days"):
        change(membership, status="active", **days)


def test_one_list_fee_from_a_day(db):
    fee = factories.plan().fees.get()
    with violates(PlanFee, "one_list_fee_from_a_day"):
        PlanFee.objects.create(plan=fee.plan, amount=1, valid_from=fee.valid_from)


def test_list_fee_ends_after_it_starts(db):
    fee = factories.plan().fees.get()
    change(fee, valid_to=fee.valid_from)
    with violates(PlanFee, "list_fee_ends_after_it_starts"):
        change(fee, valid_to="2017-09-05")


def test_promotion_does_not_renew_itself(db):
    promotion = factories.promotion()
    with violates(PromotionPeriod, "promotion_does_not_renew_itself"):
        change(promotion, renewal_of=promotion)
