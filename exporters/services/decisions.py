"""Decisions that are prepared by one person and released by another."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.access import RELEASE
from exporters.checklist import checklist, open_checks
from exporters.enums import ApplicationStatus, Decision, RejectionReason
from exporters.models import Application, StagedDecision
from exporters.services import review
from exporters.workflow import APPLICATION


@transaction.atomic
def stage_decision(
    application: Application,
    decision: str,
    *,
    actor,
    reason_code: str = "",
    reason_text: str = "",
    confirmed_terms: str = "",
) -> StagedDecision:
    """Prepare a decision on a file in review; it takes effect when someone else releases it."""
    locked = APPLICATION.lock(application)
    if locked.status != ApplicationStatus.IN_REVIEW:
        raise TransitionNotAllowed(_("Only a file in review can be decided."))
    if not actor.has_perm(APPLICATION["approve"].permission):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    review.require_holder(locked, actor)
    review.require_independent(locked, actor)
    if locked.staged_decisions.open().exists():
        raise TransitionNotAllowed(_("A decision on this application is already prepared."))
    if decision == Decision.APPROVE and open_checks(checklist(locked)):
        raise TransitionNotAllowed(_("Complete the checklist before you approve."))
    if decision == Decision.REJECT and (
        reason_code not in RejectionReason.values or not reason_text.strip()
    ):
        raise TransitionNotAllowed(_("This step needs a reason and an explanation."))
    Application.objects.filter(pk=locked.pk).update(worked_at=timezone.now())
    return StagedDecision.objects.create(
        application=locked,
        decision=decision,
        reason_code=reason_code,
        reason_text=reason_text,
        confirmed_terms=confirmed_terms,
        staged_by=actor,
    )


@transaction.atomic
def release_decision(staged: StagedDecision, *, actor) -> Application:
    """Put a prepared decision into force, as a person other than the one who took it."""
    if not actor.has_perm(RELEASE):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    APPLICATION.lock(staged.application)
    locked = (
        StagedDecision.objects.open()
        .select_for_update(of=("self",))
        .select_related("application__company", "staged_by")
        .filter(pk=staged.pk)
        .first()
    )
    if locked is None:
        raise TransitionNotAllowed(_("This decision has been released or discarded already."))
    if locked.staged_by_id == actor.pk:
        raise TransitionNotAllowed(_("A second person has to release what you decided."))
    review.require_independent(locked.application, actor)
    # First, since a decision that takes effect voids what is still prepared.
    locked.released_by, locked.released_at = actor, timezone.now()
    locked.save(update_fields=["released_by", "released_at"])
    if locked.decision == Decision.APPROVE:
        return review.approve_application(
            locked.application,
            actor=locked.staged_by,
            confirmed_terms=locked.confirmed_terms,
            second_person=actor,
        )
    return review.reject_application(
        locked.application,
        actor=locked.staged_by,
        reason_code=locked.reason_code,
        reason_text=locked.reason_text,
    )


@transaction.atomic
def discard_decision(staged: StagedDecision, *, actor) -> None:
    """Take a prepared decision back: who prepared it, or who could release it."""
    if staged.staged_by_id != actor.pk and not actor.has_perm(RELEASE):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    locked = APPLICATION.lock(staged.application)
    if staged.staged_by_id != actor.pk:
        review.require_independent(locked, actor)
    gone = (
        StagedDecision.objects.open()
        .filter(pk=staged.pk)
        .update(discarded_at=timezone.now(), discarded_by=actor)
    )
    if not gone:
        raise TransitionNotAllowed(_("This decision has been released or discarded already."))
