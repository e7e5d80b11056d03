"""What a membership costs on a day, and where each part of the price comes from."""

import datetime
from dataclasses import dataclass

from django.db.models import Case, When
from django.utils import timezone
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.models import Application, Company
from memberships.enums import OPEN_STATUSES, RUNNING_STATUSES, EarnedBy
from memberships.models import (
    SUBSIDISED_SIZES,
    Membership,
    Plan,
    PlanFee,
    PromotionPeriod,
    SubsidyFund,
)
from memberships.pricing import Breakdown, CompanyTerms, is_entitled, promotion_on, quote

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
    application: Application | None = None,
    renews: Membership | None = None,
) -> Price:
    """Today's or another day's price; without a company, that of any eligible firm.

    `application` tells when the company applied, for promotions that it earned by that;
    `renews` is the membership of the year before. Raises NoPlanOffered.
    """
    fee = PlanFee.objects.on(day).filter(plan__is_offered=True).select_related("plan").first()
    if fee is None:
        raise NoPlanOffered(_("No membership plan is offered at the moment."))
    periods = {period.terms: period for period in fee.plan.promotions.honoured()}
    applied_on = None if renews else _applied_on(application, periods.values())
    fund, terms = _fund_for(day, company, applied_on, renews)
    breakdown = quote(fee.terms, day, list(periods), fund.terms if fund else None, terms)
    promotion = periods.get(promotion_on(day, list(periods), applied_on))
    return Price(day, fee, promotion, fund, breakdown)


def _applied_on(application, periods) -> datetime.date | None:
    """The day on which it was first sent: a correction does not lose a promotion."""
    by_submission = any(period.earned_by == EarnedBy.SUBMISSION for period in periods)
    if application is None or not by_submission:
        return None
    first = application.transitions.filter(transition="submit").first()
    return timezone.localdate(first.created_at if first else None)


def _fund_for(day, company, applied_on, renews) -> tuple[SubsidyFund | None, CompanyTerms | None]:
    """The first open fund whose rules let it support the company; else the first of them all.

    Funds with money come before those without, then the first to end. The public price counts
    with a fund for every firm alone: it promises nothing that depends on who asks.
    """
    empty = Case(When(available__gt=0, then=0), default=1)
    funds = list(
        SubsidyFund.objects.filter(starts_on__lte=day, ends_on__gte=day).order_by(
            empty, "ends_on", "pk"
        )
    )
    if company is None:
        return next((fund for fund in funds if _is_for_all(fund)), None), None
    supported = Membership.objects.supported().filter(company=company)
    rows = list(supported.values_list("pk", "fund_id", "status"))
    terms = {fund: _terms_of(company, fund, applied_on, renews, rows) for fund in funds}
    for fund in funds:
        if is_entitled(fund.terms, day, terms[fund]):
            return fund, terms[fund]
    if funds:
        return funds[0], terms[funds[0]]
    return None, _terms_of(company, None, applied_on, renews, rows)


def _is_for_all(fund: SubsidyFund) -> bool:
    return not fund.eligible_states and set(SUBSIDISED_SIZES) <= set(fund.eligible_sizes)


def _terms_of(company, fund, applied_on, renews, supported) -> CompanyTerms:
    """What the rules ask about a company: a fund supports it once, and no two at a time."""
    elsewhere = any(
        (fund and fund_id == fund.pk)
        or (status in (*OPEN_STATUSES, *RUNNING_STATUSES) and not (renews and pk == renews.pk))
        for pk, fund_id, status in supported
    )
    return CompanyTerms(company.size, company.state, applied_on, bool(elsewhere))
