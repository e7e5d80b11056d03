"""Deciding on the platform's promotions."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.workflow import SYSTEM, TransitionNotAllowed
from memberships.enums import PromotionStatus
from memberships.models import Plan, PromotionNote, PromotionPeriod
from memberships.workflow import PROMOTION


@transaction.atomic
def move_promotion(promotion: PromotionPeriod, name: str, *, actor) -> PromotionPeriod:
    """Negotiate, confirm or end a promotion. Confirmed ones of a plan never overlap."""
    Plan.objects.select_for_update(no_key=True).get(pk=promotion.plan_id)
    locked = PROMOTION.lock(promotion)
    today = timezone.localdate()
    changes = {}
    if name == "end":
        if locked.starts_on > today:
            raise TransitionNotAllowed(_("It has not begun: call it off instead."))
        # What was promised for the days until today stays true.
        changes["ends_on"] = min(locked.ends_on, today)
    if name == "call_off" and locked.starts_on <= today:
        raise TransitionNotAllowed(_("It has begun: end it instead."))
    try:
        with transaction.atomic():
            moved = PROMOTION.move(locked, name, actor=actor, **changes)
            if moved.status == PromotionStatus.CONFIRMED:
                _refuse_overlap(moved)
    except IntegrityError as error:  # PostgreSQL's own exclusion constraint, with the same words
        if "confirmed_promotions_of_a_plan_do_not_overlap" not in str(error):
            raise
        raise TransitionNotAllowed(OVERLAP) from error
    return moved


def preview_move(promotion: PromotionPeriod, name: str, *, actor) -> PromotionPeriod:
    """The promotion as `move_promotion` would leave it, or its refusal; nothing is stored."""
    with transaction.atomic():
        moved = move_promotion(promotion, name, actor=actor)
        transaction.set_rollback(True)
    return moved


OVERLAP = gettext_lazy("Another confirmed promotion of this plan has days in common with this one.")


def _refuse_overlap(promotion: PromotionPeriod) -> None:
    others = PromotionPeriod.objects.filter(
        plan=promotion.plan_id, status=PromotionStatus.CONFIRMED
    ).exclude(pk=promotion.pk)
    if any(promotion.period.overlaps(other.period) for other in others):
        raise TransitionNotAllowed(OVERLAP)


@transaction.atomic
def add_note(promotion: PromotionPeriod, text: str, on: datetime.date, actor) -> PromotionNote:
    """Write down what was said in the negotiation on a day. Raises TransitionNotAllowed.

    The same words of the same person about the same day are a second click: they stay one note.
    """
    if not actor.has_perm("memberships.add_promotionnote"):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    if not text.strip():
        raise TransitionNotAllowed(_("Write what was said."))
    if on > timezone.localdate():
        raise TransitionNotAllowed(_("A note is of today or of an earlier day."))
    note = {"promotion": PROMOTION.lock(promotion), "text": text, "on": on, "author": actor}
    return PromotionNote.objects.filter(**note).first() or PromotionNote.objects.create(**note)


@transaction.atomic
def end_past_promotions(day: datetime.date) -> int:
    """End the confirmed promotions whose last day is before `day`; how many."""
    past = PromotionPeriod.objects.filter(status=PromotionStatus.CONFIRMED, ends_on__lt=day)
    locked = past.select_for_update(of=("self",), skip_locked=True)  # another sweep has the rest
    return len([PROMOTION.move(promotion, "expire", actor=SYSTEM) for promotion in locked])
