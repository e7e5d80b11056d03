"""Offering a membership, and deciding on promotions and funds."""

import datetime
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.workflow import SYSTEM, TransitionNotAllowed
from exporters.models import Application, Company
from memberships import ledger, notifications
from memberships.enums import PromotionStatus
from memberships.models import Membership, Plan, PromotionPeriod, SubsidyFund
from memberships.pricing import Breakdown, CompanyTerms, promotion_on, quote
from memberships.workflow import MEMBERSHIP, PROMOTION

_TRIES = 5
MAX_BUDGET = Decimal("9999999999.99")  # what the columns hold


class NoPlanOffered(TransitionNotAllowed):
    """No plan is offered at present, so there is no price."""


@dataclass(frozen=True)
class Price:
    """A price of a day and where each part of it comes from."""

    day: datetime.date
    plan: Plan
    promotion: PromotionPeriod | None
    fund: SubsidyFund | None
    breakdown: Breakdown

    @property
    def terms(self) -> str:
        """What a reviewer confirms: changes whenever an amount does."""
        b = self.breakdown
        return f"{b.list_fee}-{b.promotion_discount}-{b.subsidy}={b.company_share}"


def price_on(day: datetime.date, company: Company | None = None) -> Price:
    """Today's or another day's price; without a company, that of any eligible firm.

    Raises NoPlanOffered.
    """
    plan = Plan.objects.filter(is_offered=True).first()
    if plan is None:
        raise NoPlanOffered(_("No membership plan is offered at the moment."))
    periods = list(plan.promotions.filter(starts_on__lte=day, ends_on__gte=day))
    fund = _fund_on(day)
    by_terms = {period.terms: period for period in periods}
    breakdown = quote(
        plan.terms,
        day,
        list(by_terms),
        fund.terms if fund else None,
        CompanyTerms(company.size) if company else None,
    )
    promotion = by_terms.get(promotion_on(day, list(by_terms)))
    return Price(day, plan, promotion, fund, breakdown)


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
) -> Membership:
    """Freeze today's price for an approved application and reserve its support.

    With `confirmed_terms`, refuses (TransitionNotAllowed) when the price is no longer the one
    that was confirmed; and without a `second_person` where the support asks for one. Never
    reserves more than the fund has left.
    """
    day = timezone.localdate()
    for _try in range(_TRIES):
        price = price_on(day, application.company)
        if confirmed_terms is not None and price.terms != confirmed_terms:
            raise TransitionNotAllowed(
                _("The price has changed since you opened this page. Look at it and confirm again.")
            )
        amount = price.breakdown.subsidy
        if needs_second_person(price.breakdown) and second_person in (None, actor):
            raise TransitionNotAllowed(
                _(
                    "This support needs a second person: prepare the decision, a manager releases it."
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
        plan=price.plan,
        promotion=price.promotion,
        fund=price.fund if amount else None,
        priced_on=day,
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
    """End a membership and give its support back to the fund."""
    moved = MEMBERSHIP.move(membership, "cancel", actor=actor)
    if moved.subsidy:
        ledger.release(moved, actor=actor, reason=reason)
    return moved


@transaction.atomic
def allocate_to_fund(
    fund: SubsidyFund, amount: Decimal, *, actor, reason: str, key: uuid.UUID | None = None
) -> None:
    """Put money into a fund, once for each `key`; needs the permission to allocate."""
    if not actor.has_perm("memberships.allocate_subsidyfund"):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    locked = SubsidyFund.objects.select_for_update().get(pk=fund.pk)
    if key and locked.entries.filter(idempotency_key=key).exists():
        return
    if locked.budget + amount > MAX_BUDGET:
        raise TransitionNotAllowed(
            _("A fund holds at most %(amount)s.") % {"amount": f"US${MAX_BUDGET:,}"}
        )
    ledger.allocate(fund, amount, actor=actor, reason=reason, key=key)


@transaction.atomic
def move_promotion(promotion: PromotionPeriod, name: str, *, actor) -> PromotionPeriod:
    """Negotiate, confirm or end a promotion. Confirmed ones of a plan never overlap."""
    Plan.objects.select_for_update().get(pk=promotion.plan_id)
    changes = {}
    if name == "end":
        # What was promised for the days until today stays true.
        changes["ends_on"] = max(min(promotion.ends_on, timezone.localdate()), promotion.starts_on)
    try:
        with transaction.atomic():
            moved = PROMOTION.move(promotion, name, actor=actor, **changes)
            if moved.status == PromotionStatus.CONFIRMED:
                _refuse_overlap(moved)
    except IntegrityError as error:  # PostgreSQL's own exclusion constraint
        raise TransitionNotAllowed(OVERLAP) from error
    return moved


OVERLAP = gettext_lazy("Another confirmed promotion of this plan has days in common with this one.")


def _refuse_overlap(promotion: PromotionPeriod) -> None:
    others = PromotionPeriod.objects.filter(
        plan=promotion.plan_id, status=PromotionStatus.CONFIRMED
    ).exclude(pk=promotion.pk)
    if any(promotion.period.overlaps(other.period) for other in others):
        raise TransitionNotAllowed(OVERLAP)


@transaction.atomic
def end_past_promotions(day: datetime.date) -> int:
    """End the confirmed promotions whose last day is before `day`; how many."""
    past = PromotionPeriod.objects.filter(status=PromotionStatus.CONFIRMED, ends_on__lt=day)
    for promotion in past:
        PROMOTION.move(promotion, "expire", actor=SYSTEM)
    return len(past)
