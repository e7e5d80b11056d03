"""What a membership costs on a day, and where each part of the price comes from."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Rules:
    """What the prices of a day are made of; its funds in the order in which they are asked."""

    day: datetime.date
    fee: PlanFee
    periods: list[PromotionPeriod]
    funds: list[SubsidyFund]


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
    periods = list(fee.plan.promotions.honoured())
    applied_on = None if renews else _applied_on(application, periods)
    open_funds = SubsidyFund.objects.filter(starts_on__lte=day, ends_on__gte=day)
    rules = Rules(day, fee, periods, in_order(open_funds))
    if company is None:
        return price_by(rules)
    supported = Membership.objects.supported().filter(company=company)
    rows = list(supported.values_list("pk", "fund_id", "status"))
    return price_by(rules, company, applied_on, rows, renews.pk if renews else None)


def price_by(
    rules: Rules,
    company: Company | None = None,
    applied_on: datetime.date | None = None,
    supported: Iterable[tuple] = (),
    renews: int | None = None,
) -> Price:
    """The price by these rules; asks no database.

    `supported` are (key, fund, status) of the company's memberships whose support counts against
    another; `renews` is the key of the one that this price would renew.
    """
    fund, terms = _fund_for(rules, company, applied_on, renews, supported)
    periods = {period.terms: period for period in rules.periods}
    fund_terms = fund.terms if fund else None
    breakdown = quote(rules.fee.terms, rules.day, list(periods), fund_terms, terms)
    promotion = periods.get(promotion_on(rules.day, list(periods), applied_on))
    return Price(rules.day, rules.fee, promotion, fund, breakdown)


def fee_on(fees: Iterable[PlanFee], day: datetime.date) -> PlanFee | None:
    """The fee of a day among `fees` of one plan: the one that began last."""
    valid = [fee for fee in fees if fee.valid_from <= day <= (fee.valid_to or datetime.date.max)]
    return max(valid, key=lambda fee: fee.valid_from, default=None)


def in_order(funds: Iterable[SubsidyFund]) -> list[SubsidyFund]:
    """Funds with money come before those without, then the first to end."""
    return sorted(funds, key=lambda fund: (fund.available <= 0, fund.ends_on, fund.pk))


def _applied_on(application, periods) -> datetime.date | None:
    """The day on which it was first sent: a correction does not lose a promotion."""
    by_submission = any(period.earned_by == EarnedBy.SUBMISSION for period in periods)
    if application is None or not by_submission:
        return None
    first = application.transitions.filter(transition="submit").first()
    return timezone.localdate(first.created_at if first else None)


def _fund_for(
    rules, company, applied_on, renews, supported
) -> tuple[SubsidyFund | None, CompanyTerms | None]:
    """The first fund whose rules let it support the company; else the first of them all.

    The public price counts with a fund for every firm alone: it promises nothing that depends on
    who asks.
    """
    if company is None:
        return next((fund for fund in rules.funds if _is_for_all(fund)), None), None
    for fund in rules.funds:
        terms = _terms_of(company, fund, applied_on, renews, supported)
        if is_entitled(fund.terms, rules.day, terms):
            return fund, terms
    first = rules.funds[0] if rules.funds else None
    return first, _terms_of(company, first, applied_on, renews, supported)


def _is_for_all(fund: SubsidyFund) -> bool:
    return not fund.eligible_states and set(SUBSIDISED_SIZES) <= set(fund.eligible_sizes)


def _terms_of(company, fund, applied_on, renews, supported) -> CompanyTerms:
    """What the rules ask about a company: a fund supports it once, and no two at a time."""
    elsewhere = any(
        (fund and fund_id == fund.pk)
        or (status in (*OPEN_STATUSES, *RUNNING_STATUSES) and pk != renews)
        for pk, fund_id, status in supported
    )
    return CompanyTerms(company.size, company.state, applied_on, bool(elsewhere))
