import datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from post_office.models import Email

from core.workflow import TransitionNotAllowed
from exporters.models import Application
from memberships import audit
from memberships.models import Membership, Plan, PlanFee, SubsidyFund
from memberships.services.funds import MAX_BUDGET, allocate_to_fund
from memberships.services.prices import NoPlanOffered, price_on
from tests import factories
from tests.races import at_once, failures, race


def approve(application, **values):
    return factories.move(application, "approve", actor=application.assigned_to, **values)


@pytest.fixture
def in_review(db):
    return factories.application("in_review")


def amounts(membership) -> tuple[str, str, str, str]:
    return tuple(
        str(getattr(membership, name))
        for name in ("list_fee", "promotion_discount", "subsidy", "company_share")
    )


def test_approval_freezes_the_price_and_reserves_the_support(in_review):
    fund = factories.fund("2000.00")
    approve(in_review)
    membership = Membership.objects.get()
    assert amounts(membership) == ("3000.00", "0.00", "1500.00", "1500.00")
    assert (membership.fund, membership.offered_by) == (fund, in_review.assigned_to)
    fund.refresh_from_db()
    assert (fund.available, fund.reserved) == (Decimal("500.00"), Decimal("1500.00"))
    entry = fund.entries.get(kind="reserve")
    assert (entry.membership, entry.amount) == (membership, Decimal("1500.00"))


def test_offer_keeps_its_price_whatever_changes_later(in_review):
    fund = factories.fund()
    approve(in_review)
    PlanFee.objects.update(amount=Decimal("9000.00"))
    SubsidyFund.objects.filter(pk=fund.pk).update(cap_per_company=1)
    assert amounts(Membership.objects.get()) == ("3000.00", "0.00", "1500.00", "1500.00")


def test_offer_of_2018(db):
    """Half price from the platform, the rest from the agency: the firm pays nothing."""
    with time_machine.travel("2018-01-15 18:00Z"):
        factories.promotion()
        factories.fund()
        application = factories.application("approved")
    assert amounts(application.memberships.get()) == ("3000.00", "1500.00", "1500.00", "0.00")
    assert application.memberships.get().priced_on == datetime.date(2018, 1, 15)


def test_offer_is_priced_on_the_day_in_mexico(db):
    with time_machine.travel("2018-04-01 05:00Z"):  # 23:00 of the last day of half price
        factories.promotion()
        application = factories.application("approved")
    assert application.memberships.get().promotion_discount == Decimal("1500.00")


def test_fund_with_less_left_offers_what_is_left(in_review):
    fund = factories.fund("400.10")
    approve(in_review)
    membership = Membership.objects.get()
    assert amounts(membership) == ("3000.00", "0.00", "400.10", "2599.90")
    assert membership.entitled_subsidy == Decimal("1500.00")
    fund.refresh_from_db()
    assert fund.available == 0


def test_offer_without_support_names_no_fund(in_review):
    factories.fund("0")
    approve(in_review)
    membership = Membership.objects.get()
    assert membership.fund is None
    assert not membership.fund_entries.exists()


def test_offer_is_mailed_once_to_each_of_the_team_with_its_price(in_review):
    factories.fund()
    editor = factories.exporter(in_review.company, role="editor")
    Email.objects.all().delete()
    approve(in_review)
    owner = factories.owner_of(in_review.company)
    assert sorted(mail.to[0] for mail in Email.objects.all()) == sorted([owner.email, editor.email])
    body = Email.objects.first().message
    assert "3,000" in body
    assert "1,500" in body


def test_offer_on_the_terms_that_were_confirmed(in_review):
    factories.fund()
    terms = price_on(datetime.date.today(), in_review.company).terms  # noqa: DTZ011 - any day
    assert approve(in_review, confirmed_terms=terms).status == "approved"


@pytest.mark.parametrize(
    "change",
    [
        lambda: PlanFee.objects.update(amount=Decimal("3000.01")),
        lambda: factories.fund("1000.00"),
        lambda: factories.promotion(
            starts_on=datetime.date(2000, 1, 1), ends_on=datetime.date(2100, 1, 1)
        ),
    ],
)
def test_offer_on_stale_terms_is_refused_and_leaves_nothing(in_review, change):
    terms = price_on(datetime.date.today(), in_review.company).terms  # noqa: DTZ011 - any day
    change()
    Email.objects.all().delete()
    with pytest.raises(TransitionNotAllowed):
        approve(in_review, confirmed_terms=terms)
    in_review.refresh_from_db()
    assert in_review.status == "in_review"
    assert in_review.decided_at is None
    assert not Membership.objects.exists()
    assert not Email.objects.exists()
    assert not in_review.transitions.filter(transition="approve").exists()
    assert {product.status for product in in_review.company.products.all()} == {"draft"}
    for fund in SubsidyFund.objects.all():
        assert fund.reserved == 0
        assert audit.totals(fund)["reserved"] == 0


def test_approval_without_an_offered_plan_is_refused(in_review):
    Plan.objects.update(is_offered=False)
    with pytest.raises(NoPlanOffered):
        approve(in_review)
    in_review.refresh_from_db()
    assert in_review.status == "in_review"


def test_offer_that_fails_reserves_nothing(in_review, monkeypatch):
    fund = factories.fund()

    def fail(*args, **kwargs):
        raise RuntimeError("no mail")

    monkeypatch.setattr("memberships.notifications.membership_offered", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        approve(in_review)
    fund.refresh_from_db()
    assert fund.available == Decimal("10000.00")
    assert not Membership.objects.exists()


def test_terms_change_whenever_an_amount_does(db):
    day = datetime.date.today()  # noqa: DTZ011 - any day
    company = factories.company()
    seen = {price_on(day, company).terms}
    factories.fund("100.00")
    seen.add(price_on(day, company).terms)
    PlanFee.objects.update(amount=Decimal("3000.10"))
    seen.add(price_on(day, company).terms)
    assert len(seen) == 3


@race
def test_many_approvals_at_once_never_overspend_and_all_get_an_offer():
    fund = factories.fund("4000.00")
    files = [factories.application("in_review") for _ in range(5)]
    results = at_once(*[lambda file=file: approve(file) for file in files])
    fund.refresh_from_db()
    assert not failures(results)
    assert Application.objects.approved().count() == 5
    paid = sorted(Membership.objects.values_list("subsidy", flat=True))
    assert paid == [Decimal(x) for x in ("0.00", "0.00", "1000.00", "1500.00", "1500.00")]
    assert fund.available == 0
    assert not audit.differences(fund)


def test_revocation_gives_the_support_back_and_the_next_approval_takes_it_once(db):
    fund = factories.fund("10000.00")
    revoked = factories.application("revoked")
    fund.refresh_from_db()
    assert revoked.memberships.get().status == "cancelled"
    assert (fund.available, fund.reserved) == (Decimal("10000.00"), 0)
    assert revoked.memberships.get().transitions.get().to_status == "cancelled"
    again = factories.application("approved", company=revoked.company)
    fund.refresh_from_db()
    assert fund.reserved == again.memberships.get().subsidy
    assert not audit.differences(fund)


def test_fund_with_money_comes_before_an_empty_one(db):
    rich = factories.fund("5000.00")
    factories.fund("0")
    day = datetime.date.today()  # noqa: DTZ011 - any day
    assert price_on(day, factories.company()).fund == rich


def test_fund_takes_no_more_than_its_columns_hold(db):
    fund = factories.fund("5000.00")
    with pytest.raises(TransitionNotAllowed):
        allocate_to_fund(fund, MAX_BUDGET, actor=factories.manager(), reason="x")
    fund.refresh_from_db()
    assert fund.budget == Decimal("5000.00")
