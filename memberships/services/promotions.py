"""Deciding on the platform's promotions."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.workflow import SYSTEM, TransitionNotAllowed
from memberships.enums import PromotionStatus
from memberships.models import Plan, PromotionPeriod
from memberships.workflow import PROMOTION


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
