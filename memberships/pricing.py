"""The price of a membership on a day, split into who pays what.

Pure: Decimal US dollars in and out, the day passed in, no database and no clock. Case of
2018: list 3,000.00, half price from 1 November 2017 to 31 March 2018, the agency the rest.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, percent_of
from core.periods import Period


@dataclass(frozen=True)
class PlanTerms:
    list_fee: Decimal


@dataclass(frozen=True)
class PromotionTerms:
    percentage: Decimal  # 0 to 100, of the list fee
    period: Period
    confirmed: bool


@dataclass(frozen=True)
class FundTerms:
    share_percent: Decimal  # of what the promotion leaves
    cap: Decimal  # per company
    available: Decimal
    sizes: frozenset[str]
    period: Period


@dataclass(frozen=True)
class CompanyTerms:
    size: str


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
    """The breakdown of `plan` on `day`.

    Only confirmed promotions count. `company` None stands for any eligible firm, as on the
    public page.
    """
    promotion = promotion_on(day, promotions)
    discount = percent_of(plan.list_fee, promotion.percentage) if promotion else ZERO
    remainder = plan.list_fee - discount
    entitled = ZERO
    if fund and fund.period.contains(day) and (company is None or company.size in fund.sizes):
        entitled = min(percent_of(remainder, fund.share_percent), fund.cap, remainder)
    subsidy = min(entitled, max(fund.available, ZERO)) if fund else ZERO
    return Breakdown(
        list_fee=plan.list_fee,
        promotion_discount=discount,
        subsidy=subsidy,
        company_share=remainder - subsidy,
        entitled_subsidy=entitled,
    )


def promotion_on(day: datetime.date, promotions: list) -> PromotionTerms | None:
    """The confirmed promotion whose inclusive dates contain `day`; there is at most one."""
    return next((p for p in promotions if p.confirmed and p.period.contains(day)), None)
