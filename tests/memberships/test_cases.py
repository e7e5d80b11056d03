"""Worked cases: prices and support of real days, from the approval to the renewal."""

import datetime
from decimal import Decimal

import pytest
import time_machine

from core.workflow import TransitionNotAllowed
from exporters.models import Company
from memberships.enums import MembershipStatus as M
from memberships.models import Membership, SubsidyFund
from memberships.services import life, offers
from memberships.services.prices import price_on
from memberships.services.promotions import end_past_promotions, move_promotion
from tests import factories
from tests.money import Desk

DAY = datetime.date


def noon(day: str):
    return time_machine.travel(f"{day} 18:00Z", tick=False)


def year_fund(year: int = 2018, budget: str = "10000.00", **fields) -> SubsidyFund:
    days = {"starts_on": DAY(year, 1, 1), "ends_on": DAY(year, 12, 31)}
    return factories.fund(budget, **days | fields)


def parts(row) -> tuple[str, str, str]:
    """Promotion, support and what is left for the company."""
    return str(row.promotion_discount), str(row.subsidy), str(row.company_share)


def approved_on(day: str, company=None) -> Membership:
    with noon(day):
        return factories.application("approved", company=company).memberships.get()


def sent_on(day: str, company=None):
    """An application that was sent on a day, in review."""
    with noon(day):
        return factories.application("in_review", company=company)


def approve(application) -> Membership:
    factories.move(application, "approve", actor=application.assigned_to)
    return application.memberships.get()


# --- 2018 --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2017-10-31", ("0.00", "1500.00", "1500.00")),  # the day before: the cap is reached
        ("2017-11-01", ("1500.00", "1500.00", "0.00")),  # half price and full support
        ("2018-03-31", ("1500.00", "1500.00", "0.00")),
        ("2018-04-01", ("0.00", "1500.00", "1500.00")),  # the day after
    ],
)
def test_half_price_of_2018_on_its_first_and_last_day(db, day, expected):
    factories.promotion()
    year_fund(starts_on=DAY(2017, 1, 1))
    membership = approved_on(day)
    assert parts(membership) == expected
    assert membership.breakdown.due == 3000 - membership.promotion_discount


def test_company_of_2018_pays_the_platform_and_gets_all_of_it_back(db):
    factories.promotion()
    with noon("2018-01-15"):
        desk = Desk(starts_on=DAY(2018, 1, 1), ends_on=DAY(2018, 12, 31))
        desk.decide("settle", desk.claim("approved"))
    desk.membership.refresh_from_db()
    assert desk.membership.breakdown.due == desk.membership.paid_out == Decimal("1500.00")
    assert desk.membership.company_share == 0


# --- Promotions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "promoted"), [("2020-02-28", True), ("2020-02-29", True), ("2020-03-01", False)]
)
def test_promotion_that_ends_on_29_february(db, day, promoted):
    factories.promotion(starts_on=DAY(2020, 1, 1), ends_on=DAY(2020, 2, 29))
    assert bool(approved_on(day).promotion) is promoted


def test_year_that_begins_on_29_february_and_its_renewal(db):
    with noon("2020-02-29"):
        desk = Desk()
        desk.bring(M.ACTIVE)
    assert desk.membership.ends_on == DAY(2021, 2, 28)
    with noon("2021-01-15"):
        life.offer_renewals(DAY(2021, 1, 15))
        renewal = desk.membership.renewals.get()
        for name in ("accept", "report", "confirm_payment"):
            renewal = desk.step(name, renewal)
        renewal = desk.step("activate", renewal, starts_on=DAY(2021, 3, 1))
    assert renewal.ends_on == DAY(2022, 2, 28)


def by_submission(**fields):
    return factories.promotion(earned_by="submission", **fields)


@pytest.mark.parametrize(
    ("sent", "promoted"),
    [("2017-10-31", False), ("2017-11-01", True), ("2018-03-31", True), ("2018-04-01", False)],
)
def test_promotion_earned_by_submission_counts_the_day_of_the_application(db, sent, promoted):
    by_submission()
    application = sent_on(sent)
    with noon("2018-04-20"):
        end_past_promotions(DAY(2018, 4, 20))  # it is over when the company is accepted
        assert bool(approve(application).promotion) is promoted


def test_promotion_earned_by_submission_is_not_lost_by_a_correction(db):
    promotion = by_submission()
    application = sent_on("2018-03-20")
    with noon("2018-03-28"):
        factories.move(application, "request_changes", actor=application.assigned_to)
    with noon("2018-04-10"):
        owner = factories.owner_of(application.company)
        factories.move(application, "resubmit", actor=owner)
        factories.move(application, "claim", actor=application.assigned_to)
        application.refresh_from_db()
        assert approve(application).promotion == promotion


def test_promotion_that_was_ended_early_is_kept_for_those_who_applied_before(db):
    promotion = by_submission()
    early, late = sent_on("2018-01-10"), sent_on("2018-01-21")
    with noon("2018-01-20"):
        move_promotion(promotion, "end", actor=factories.manager())
    with noon("2018-01-25"):
        assert approve(early).promotion == promotion
        assert approve(late).promotion is None


def test_promotion_that_was_called_off_is_earned_by_nobody(db):
    promotion = by_submission()
    with noon("2017-10-20"):
        move_promotion(promotion, "call_off", actor=factories.manager())
    application = sent_on("2017-11-01")
    with noon("2017-11-05"):
        assert approve(application).promotion is None


def test_renewal_after_the_promotion_ended_pays_the_list_fee(db):
    factories.promotion()
    by_submission(starts_on=DAY(2018, 1, 1), ends_on=DAY(2018, 1, 20), status="ended")
    with noon("2018-01-15"):
        desk = Desk(starts_on=DAY(2018, 1, 1), ends_on=DAY(2018, 12, 31))
        desk.bring(M.ACTIVE)
    assert parts(desk.membership) == ("1500.00", "1500.00", "0.00")
    with noon("2018-12-20"):
        life.offer_renewals(DAY(2018, 12, 20))
    renewal = desk.membership.renewals.get()
    assert parts(renewal) == ("0.00", "0.00", "3000.00")
    assert (renewal.promotion, renewal.fund) == (None, None)


def test_renewal_is_supported_by_the_fund_of_the_next_year(db):
    with noon("2018-01-15"):
        desk = Desk(starts_on=DAY(2018, 1, 1), ends_on=DAY(2018, 12, 31))
        desk.bring(M.ACTIVE)
    following = year_fund(2019)
    with noon("2019-01-10"):
        life.offer_renewals(DAY(2019, 1, 10))
    renewal = desk.membership.renewals.get()
    assert (renewal.fund, renewal.subsidy) == (following, 1500)


def test_company_that_grew_is_renewed_without_support(db):
    with noon("2018-01-15"):
        desk = Desk(starts_on=DAY(2018, 1, 1), ends_on=DAY(2018, 12, 31))
        desk.bring(M.ACTIVE)
    year_fund(2019)
    Company.objects.filter(pk=desk.company.pk).update(size="large")
    with noon("2019-01-10"):
        life.offer_renewals(DAY(2019, 1, 10))
    assert parts(desk.membership.renewals.get()) == ("0.00", "0.00", "3000.00")


# --- Funds ---------------------------------------------------------------------------------------


def test_cap_is_reached(db):
    year_fund(cap_per_company=Decimal("1234.56"))
    assert parts(approved_on("2018-06-01")) == ("0.00", "1234.56", "1765.44")


def test_fund_is_exhausted_mid_way_and_the_next_one_is_told(db):
    fund = year_fund(budget="2000.00")
    offers_made = [approved_on("2018-06-01") for _ in range(3)]
    assert [str(row.subsidy) for row in offers_made] == ["1500.00", "500.00", "0.00"]
    assert [str(row.breakdown.shortfall) for row in offers_made] == ["0.00", "1000.00", "1500.00"]
    fund.refresh_from_db()
    assert fund.available == 0


@pytest.mark.parametrize(("states", "support"), [([], 1500), (["16"], 1500), (["20"], 0)])
def test_fund_supports_its_states(db, states, support):
    year_fund(eligible_states=states)
    assert approved_on("2018-06-01").subsidy == support


def test_fund_for_other_states_does_not_hide_the_one_for_mine(db):
    year_fund(ends_on=DAY(2018, 7, 1), eligible_states=["20"])
    mine = year_fund(eligible_states=["16"])
    assert approved_on("2018-06-01").fund == mine


@pytest.mark.parametrize("rule", [{"eligible_states": ["16"]}, {"eligible_sizes": ["micro"]}])
def test_public_price_counts_no_support_that_depends_on_who_asks(db, rule):
    year_fund(**rule)
    assert price_on(DAY(2018, 6, 1)).breakdown.subsidy == 0
    whole = year_fund()
    assert price_on(DAY(2018, 6, 1)).fund == whole


def test_company_of_another_size_is_not_supported(db):
    year_fund(eligible_sizes=["micro"])
    assert approved_on("2018-06-01").subsidy == 0


def test_fund_supports_a_company_once_though_its_payment_was_cancelled(db):
    with noon("2018-06-01"):
        desk = Desk(starts_on=DAY(2018, 1, 1), ends_on=DAY(2018, 12, 31))
        claim = desk.claim("paid")
        desk.step("cancel")
        again = offers.offer_again(desk.membership, actor=desk.clerk)
        assert again.subsidy == 0  # paid, and not recovered
        desk.step("cancel", again)
        desk.recover(claim, "1500.00")
        assert offers.offer_again(again, actor=desk.clerk).subsidy == 1500


def test_two_supports_at_the_same_time_are_refused_though_another_fund_pays(db):
    with noon("2018-06-01"):
        desk = Desk(starts_on=DAY(2018, 1, 1), ends_on=DAY(2018, 6, 30))
        desk.bring(M.ACTIVE)
    year_fund()
    with noon("2018-07-02"):
        price = price_on(DAY(2018, 7, 2), desk.company)
        assert (price.breakdown.subsidy, price.breakdown.entitled_subsidy) == (0, 0)


def test_offer_above_the_threshold_is_made_again_by_another_than_the_approver(db, settings):
    settings.SECOND_PERSON_ABOVE_USD = Decimal("5000.00")
    desk = Desk(cap_per_company=Decimal("3000.00"))
    desk.bring(M.DECLINED)
    settings.SECOND_PERSON_ABOVE_USD = Decimal("1000.00")
    with pytest.raises(TransitionNotAllowed):
        offers.offer_again(desk.membership, actor=desk.reviewer)
    assert offers.offer_again(desk.membership, actor=desk.clerk).subsidy > 1000
