"""The launch at the threshold, telling of it, closing and reopening."""

from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.models import Application
from pavilion import notifications
from pavilion.launch_figures import launch_figures
from pavilion.models import LaunchRecord, Pavilion, WaitingBuyer
from pavilion.services.versions import begin_change
from pavilion.standing import standing
from pavilion.workflow import PAVILION, STEER


def get_pavilion() -> Pavilion:
    return Pavilion.objects.get(pk=1)


@transaction.atomic(savepoint=False)
def launch_if_due(*, actor, application: Application | None = None) -> bool:
    """Open the pavilion when the approved vendors reach its threshold; whether it did.

    Locks the pavilion's row before counting, so that simultaneous approvals count one after
    the other, each seeing those before it: it opens once, at the exact number.
    """
    if get_pavilion().launched_at:
        return False
    begin_change()
    pavilion = Pavilion.objects.select_for_update().filter(pk=1, launched_at=None).first()
    if pavilion is None:
        return False
    approved = Application.objects.approved().count()
    if approved < pavilion.threshold:
        return False
    pavilion = PAVILION.move(
        pavilion,
        "launch",
        actor=actor,
        launched_at=timezone.now(),
        launched_by=application,
        approved_at_launch=approved,
    )
    LaunchRecord.objects.create(
        pavilion=pavilion, figures=figures_of(pavilion), created_at=pavilion.launched_at
    )
    notifications.pavilion_launched_to_staff(pavilion)
    wake_announcer()
    return True


def figures_of(pavilion: Pavilion) -> dict:
    """The pavilion in figures as it stands now, see pavilion.launch_figures."""
    return launch_figures(
        standing(pavilion.threshold), threshold=pavilion.threshold, day=timezone.localdate()
    )


@transaction.atomic
def set_threshold(threshold: int, *, actor) -> Pavilion:
    """Change how many vendors open the pavilion; opens it when they are already there."""
    if not actor.has_perm(STEER):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    begin_change()
    pavilion = Pavilion.objects.select_for_update().get(pk=1)
    pavilion.threshold = threshold
    pavilion.full_clean()
    pavilion.save(update_fields=["threshold", "updated_at"])
    launch_if_due(actor=actor)
    return get_pavilion()


@transaction.atomic
def close_pavilion(*, actor, reason_code: str, reason_text: str) -> Pavilion:
    begin_change()
    return PAVILION.move(
        get_pavilion(), "close", actor=actor, reason_code=reason_code, reason_text=reason_text
    )


@transaction.atomic
def reopen_pavilion(*, actor) -> Pavilion:
    begin_change()
    return PAVILION.move(get_pavilion(), "reopen", actor=actor)


BATCH = 200


def announce_launch() -> int:
    """Tell vendors and waiting buyers of the launch; how many mails were queued.

    Mail and the mark that it was sent are stored together, batch by batch, so that two runs
    at once or a run after a crash tell nobody twice.
    """
    if get_pavilion().launched_at is None:
        return 0
    queued = _tell_vendors()
    while batch := _tell_next_buyers():
        queued += batch
    return queued


@transaction.atomic
def _tell_vendors() -> int:
    pavilion = Pavilion.objects.select_for_update().get(pk=1)
    if pavilion.announced_at:
        return 0
    Pavilion.objects.filter(pk=1).update(announced_at=timezone.now())
    vendors = Application.objects.approved().select_related("company")
    for application in vendors:
        notifications.pavilion_launched_to_vendor(application)
    return len(vendors)


@transaction.atomic
def _tell_next_buyers() -> int:
    buyers = list(
        WaitingBuyer.objects.to_announce()
        .select_for_update(skip_locked=True)
        .order_by("pk")[:BATCH]
    )
    if not buyers:
        return 0
    notifications.pavilion_launched_to_buyers(buyers)
    WaitingBuyer.objects.filter(pk__in=[buyer.pk for buyer in buyers]).update(
        announced_at=timezone.now()
    )
    return len(buyers)


def wake_announcer() -> None:
    # By name, since tasks stand above services. Lost with a dead broker, swept up later.
    transaction.on_commit(
        lambda: current_app.send_task("pavilion.tasks.announce_launch"), robust=True
    )
