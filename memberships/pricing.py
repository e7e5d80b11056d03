"""The price of a membership on a day, split into who pays what.

Pure: Decimal US dollars in and out, the day passed in, no database and no clock. Case of
2018: list 3,000.00, half price from 1 November 2017 to 31 March 2018, the agency the rest.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, percent_of
from core.periods import Period
from memberships.enums import EarnedBy


@dataclass(frozen=True)
class PlanTerms:
    list_fee: Decimal


@dataclass(frozen=True)
class PromotionTerms:
    percentage: Decimal  # 0 to 100, of the list fee
    period: Period
    confirmed: bool  # agreed, and still honoured on the day
    earned_by: EarnedBy = EarnedBy.ACCEPTANCE


@dataclass(frozen=True)
class FundTerms:
    share_percent: Decimal  # of what the promotion leaves
    cap: Decimal  # per company
    available: Decimal
    sizes: frozenset[str]
    period: Period
    states: frozenset[str] = frozenset()  # none: all of them


@dataclass(frozen=True)
class CompanyTerms:
    size: str
    state: str = ""
    applied_on: datetime.date | None = None
    supported_elsewhere: bool = False  # for the same membership, or by the same fund


@dataclass(frozen=True)
class Breakdown:
    """`list_fee = promotion_discount + subsidy + company_share`, to the cent.

    `entitled_subsidy` is what the rules grant; `subsidy` is less where the fund runs out.
    """

    list_fee: Decimal
    promotion_discount: Decimal
    subsidy: Decimal
    company_share: Decimal
    entitled_subsidy: Decimal

    @property
    def due(self) -> Decimal:
        """What the company pays the platform; the support is paid back to it on its claim."""
        return self.list_fee - self.promotion_discount

    @property
    def shortfall(self) -> Decimal:
        """What the rules grant and the fund no longer covers."""
        return self.entitled_subsidy - self.subsidy


def quote(
    plan: PlanTerms,
    day: datetime.date,
    promotions: list[PromotionTerms],
    fund: FundTerms | None,
    company: CompanyTerms | None,
) -> Breakdown:
    """The breakdown of `plan` for a company that is accepted on `day`.

    Only confirmed promotions count. `company` None stands for any eligible firm, as on the
    public page.
    """
    promotion = promotion_on(day, promotions, company.applied_on if company else None)
    discount = percent_of(plan.list_fee, promotion.percentage) if promotion else ZERO
    remainder = plan.list_fee - discount
    entitled = ZERO
    if fund and is_entitled(fund, day, company):
        entitled = min(percent_of(remainder, fund.share_percent), fund.cap, remainder)
    subsidy = min(entitled, max(fund.available, ZERO)) if fund else ZERO
    return Breakdown(
        list_fee=plan.list_fee,
        promotion_discount=discount,
        subsidy=subsidy,
        company_share=remainder - subsidy,
        entitled_subsidy=entitled,
    )


def is_entitled(fund: FundTerms, day: datetime.date, company: CompanyTerms | None) -> bool:
    """Whether the fund's rules let it support this company on this day."""
    if not fund.period.contains(day):
        return False
    if company is None:
        return True
    if company.supported_elsewhere or company.size not in fund.sizes:
        return False
    return not fund.states or company.state in fund.states


def promotion_on(
    day: datetime.date, promotions: list, applied_on: datetime.date | None = None
) -> PromotionTerms | None:
    """The confirmed promotion that a company accepted on `day` has earned.

    Most count the day of acceptance; some the day of the application, for those who applied in
    time. Where two would count, the higher percentage.
    """
    earned = [p for p in promotions if p.confirmed and _earns(p, day, applied_on)]
    return max(earned, key=lambda p: p.percentage, default=None)


def _earns(promotion, day: datetime.date, applied_on: datetime.date | None) -> bool:
    # Without an application, as on the public page: one that was sent today.
    counts = day if promotion.earned_by == EarnedBy.ACCEPTANCE else applied_on or day
    return promotion.period.contains(counts)
