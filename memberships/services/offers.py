"""Offering a membership: the price of a day, frozen, with its support set aside."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Case, When
from django.utils import timezone
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.models import Application, Company
from memberships import ledger, notifications
from memberships.enums import GIVEN_BACK_STATUSES, OPEN_STATUSES, RUNNING_STATUSES
from memberships.models import Membership, Plan, PlanFee, PromotionPeriod, SubsidyFund
from memberships.pricing import Breakdown, CompanyTerms, promotion_on, quote
from memberships.workflow import MEMBERSHIP

_TRIES = 5
REPLY_DAYS = 30  # where no fund says otherwise


class NoPlanOffered(TransitionNotAllowed):
    """No plan is offered at present, so there is no price."""


@dataclass(frozen=True)
class Price:
    """A price of a day and where each part of it comes from."""

    day: datetime.date
    fee: PlanFee
    promotion: PromotionPeriod | None
    fund: SubsidyFund | None
    breakdown: Breakdown

    @property
    def plan(self) -> Plan:
        return self.fee.plan

    @property
    def reply_days(self) -> int:
        """For how many days an offer at this price stands."""
        return self.fund.reply_days if self.fund else REPLY_DAYS

    @property
    def terms(self) -> str:
        """What a reviewer confirms: changes whenever an amount does."""
        b = self.breakdown
        return f"{b.list_fee}-{b.promotion_discount}-{b.subsidy}={b.company_share}"


def price_on(
    day: datetime.date,
    company: Company | None = None,
    *,
    applied_on: datetime.date | None = None,
    renews: Membership | None = None,
) -> Price:
    """Today's or another day's price; without a company, that of any eligible firm.

    `applied_on` is the day on which the company applied, for promotions that it earns;
    `renews` the membership of the year before. Raises NoPlanOffered.
    """
    plan = Plan.objects.filter(is_offered=True).first()
    fee = plan.fee_on(day) if plan else None
    if fee is None:
        raise NoPlanOffered(_("No membership plan is offered at the moment."))
    days = [day, applied_on or day]
    periods = list(plan.promotions.filter(starts_on__lte=max(days), ends_on__gte=min(days)))
    fund = _fund_on(day)
    by_terms = {period.terms: period for period in periods}
    terms = _terms_of(company, fund, applied_on, renews) if company else None
    breakdown = quote(fee.terms, day, list(by_terms), fund.terms if fund else None, terms)
    promotion = by_terms.get(promotion_on(day, list(by_terms), applied_on))
    return Price(day, fee, promotion, fund, breakdown)


def _terms_of(company, fund, applied_on, renews) -> CompanyTerms:
    """What the rules ask about a company: a fund supports it once, and no two at a time."""
    supported = Membership.objects.filter(company=company, subsidy__gt=0).exclude(
        status__in=GIVEN_BACK_STATUSES
    )
    rows = supported.exclude(pk=renews.pk if renews else None).values_list("fund_id", "status")
    elsewhere = any(
        (fund and fund_id == fund.pk) or status in (*OPEN_STATUSES, *RUNNING_STATUSES)
        for fund_id, status in rows
    )
    if renews and fund and renews.fund_id == fund.pk and renews.subsidy:
        elsewhere = True
    return CompanyTerms(company.size, company.state, applied_on, bool(elsewhere))


def _fund_on(day: datetime.date) -> SubsidyFund | None:
    """Of the funds that are open: one with money before one without, then the first to end."""
    empty = Case(When(available__gt=0, then=0), default=1)
    open_funds = SubsidyFund.objects.filter(starts_on__lte=day, ends_on__gte=day)
    return open_funds.order_by(empty, "ends_on", "pk").first()


def needs_second_person(breakdown: Breakdown) -> bool:
    """Whether public money of this amount is granted by two people."""
    return breakdown.subsidy > settings.SECOND_PERSON_ABOVE_USD


@transaction.atomic(savepoint=False)
def offer_membership(
    application: Application,
    *,
    actor,
    confirmed_terms: str | None = None,
    second_person=None,
    renews: Membership | None = None,
) -> Membership:
    """Freeze today's price for an approved application and reserve its support.

    With `confirmed_terms`, refuses (TransitionNotAllowed) when the price is no longer the one
    that was confirmed; and without a `second_person` where the support asks for one. Never
    reserves more than the fund has left. `renews` is the membership of the year before.
    """
    day = timezone.localdate()
    applied_on = timezone.localdate(application.submitted_at)
    for _try in range(_TRIES):
        price = price_on(day, application.company, applied_on=applied_on, renews=renews)
        if confirmed_terms is not None and price.terms != confirmed_terms:
            raise TransitionNotAllowed(
                _("The price has changed since you opened this page. Look at it and confirm again.")
            )
        amount = price.breakdown.subsidy
        if not renews and needs_second_person(price.breakdown) and second_person in (None, actor):
            raise TransitionNotAllowed(
                _(
                    "This support needs a second person: prepare the decision, a manager "
                    "releases it."
                )
            )
        try:
            if amount:
                ledger.reserve(price.fund, amount)
        except ledger.FundExhausted:
            continue  # someone else reserved meanwhile: price again with what is left
        break
    else:
        raise TransitionNotAllowed(_("The fund is very busy. Please try again."))
    membership = Membership.objects.create(
        company=application.company,
        application=application,
        renews=renews,
        plan=price.plan,
        promotion=price.promotion,
        fund=price.fund if amount else None,
        priced_on=day,
        reply_by=day + datetime.timedelta(days=price.reply_days),
        list_fee=price.breakdown.list_fee,
        promotion_discount=price.breakdown.promotion_discount,
        subsidy=amount,
        company_share=price.breakdown.company_share,
        entitled_subsidy=price.breakdown.entitled_subsidy,
        offered_by=actor,
    )
    if amount:
        ledger.enter_reservation(membership, actor=actor)
    notifications.membership_offered(membership)
    return membership


@transaction.atomic(savepoint=False)
def cancel_membership(membership: Membership, *, actor, reason: str) -> Membership:
    """End a membership and give what is still reserved of its support back to the fund."""
    moved = MEMBERSHIP.move(membership, "cancel", actor=actor)
    ledger.release(moved, actor=actor, reason=reason)
    return moved
