"""What happens when time has passed: reminders, closing, files that go back to the queue.

Each application is done in a transaction of its own, and each thing once (core.notices): the
sweep may run late, again, or twice at the same moment. Notices are keyed by what they are about,
so a new request for changes, or new work on a file, starts its count anew.
"""

import datetime
import logging
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from core.models import Notice
from core.notices import first_time
from core.workdays import is_workday, next_workday, workdays_between
from core.workflow import SYSTEM
from exporters import notifications
from exporters.deadlines import closing_day, due_steps
from exporters.digest import expiring_documents
from exporters.enums import ApplicationStatus
from exporters.models import Application, Document, StagedDecision
from exporters.workflow import APPLICATION

logger = logging.getLogger(__name__)

OFFICE_HOURS = range(9, 18)
# A draft untouched for longer was given up: after a long outage nobody writes to its company.
DRAFT_GIVEN_UP = datetime.timedelta(days=60)

# What is due: its notice, the application it is about, and what to do with the locked row.
Due = dict[str, tuple[Application, Callable[[Application], None]]]


def sweep() -> int:
    """Do what is due, on working days in the office hours of Mexico City; how much was done."""
    now = timezone.localtime()
    today = now.date()
    if not is_workday(today) or now.hour not in OFFICE_HOURS:
        return 0
    chasers = (chase_changes, remind_of_drafts, warn_of_documents, release_idle, warn_idle)
    return sum(_do(chaser(today)) for chaser in chasers)


def chase_changes(today: datetime.date) -> Due:
    """Reminders of what was asked, the latest due one alone; in the end the closing."""
    due = {}
    for application in Application.objects.waiting_for_company().with_request():
        requested_on = timezone.localdate(application.requested_at)
        closes_on = closing_day(requested_on)
        steps = due_steps(requested_on, settings.CHANGES_REMINDER_DAYS, today)
        if closes_on <= today:
            due[f"changes-closed:{application.request_id}"] = (application, expire_application)
        elif steps:
            due[f"changes:{application.request_id}:{steps[-1]}"] = (
                application,
                lambda locked, day=closes_on, last=steps[-1]: notifications.changes_reminder(
                    locked, closes_on=day, is_last=last == settings.CHANGES_REMINDER_DAYS[-1]
                ),
            )
    return due


def remind_of_drafts(today: datetime.date) -> Due:
    """At most one mail for each step, and no early one after a late one."""
    due = {}
    drafts = Application.objects.filter(status=ApplicationStatus.DRAFT).annotate(
        touched_at=Greatest("updated_at", Coalesce(Max("documents__uploaded_at"), F("updated_at")))
    )
    for draft in drafts.filter(touched_at__gt=timezone.now() - DRAFT_GIVEN_UP):
        touched_on = timezone.localdate(draft.touched_at)
        steps = due_steps(touched_on, settings.DRAFT_REMINDER_DAYS, today)
        if steps:
            *passed, step = steps

            def remind(locked, passed=passed):
                for earlier in passed:
                    first_time(f"draft:{locked.pk}:{earlier}")
                notifications.draft_reminder(locked)

            due[f"draft:{draft.pk}:{step}"] = (draft, remind)
    return due


def warn_of_documents(today: datetime.date) -> Due:
    """Documents that end while their application is undecided."""

    def warn(locked: Application, document: Document):
        if locked.documents.current().filter(pk=document.pk).exists():
            notifications.document_expires(locked, document)

    return {
        f"document:{document.pk}": (
            document.application,
            lambda locked, document=document: warn(locked, document),
        )
        for document in expiring_documents(today)
    }


def warn_idle(today: datetime.date) -> Due:
    """Claims that are released on the next working day unless someone works on them."""
    until = next_workday(today + datetime.timedelta(days=1))
    return {
        _idle_notice(file): (file, lambda locked: notifications.idle_warning(locked, until=until))
        for file in _idle_for(settings.CLAIM_IDLE_WORKING_DAYS - 1, today)
    }


def release_idle(today: datetime.date) -> Due:
    """Claims whose coordinator was warned on an earlier day, and did nothing since."""
    idle = {_idle_notice(file): file for file in _idle_for(settings.CLAIM_IDLE_WORKING_DAYS, today)}
    warned = Notice.objects.filter(key__in=idle, created_at__date__lt=today)
    return {
        f"{key}:released": (idle[key], release_idle_application)
        for key in warned.values_list("key", flat=True)
    }


def expire_application(application: Application) -> Application:
    """Close an application whose company did not answer; it may start anew with its data."""
    with transaction.atomic():
        moved = APPLICATION.move(application, "expire", actor=SYSTEM)
        notifications.application_expired(moved)
    return moved


def release_idle_application(application: Application) -> Application:
    """Put a file on which nobody works back into the queue."""
    with transaction.atomic():
        holder = APPLICATION.lock(application).assigned_to
        moved = APPLICATION.move(application, "release_idle", actor=SYSTEM, assigned_to=None)
        notifications.idle_released(moved, holder)
    return moved


def _idle_for(working_days: int, today: datetime.date) -> list[Application]:
    """Not those that are decided and wait for someone else to release the decision."""
    prepared = StagedDecision.objects.open().values("application")
    in_review = Application.objects.filter(status=ApplicationStatus.IN_REVIEW)
    return [
        file
        for file in in_review.exclude(pk__in=prepared)
        if workdays_between(timezone.localdate(_worked_at(file)), today) >= working_days
    ]


def _worked_at(file: Application) -> datetime.datetime:
    return file.worked_at or file.updated_at


def _idle_notice(file: Application) -> str:
    return f"idle:{file.pk}:{_worked_at(file).isoformat()}"


def _do(due: Due) -> int:
    """Do each of these that has not been announced; one that fails stops no other."""
    announced = set(Notice.objects.filter(key__in=due).values_list("key", flat=True))
    done = 0
    for key, (application, act) in due.items():
        if key in announced:
            continue
        try:
            done += _once(key, application, act)
        except Exception:  # whatever it was: the next sweep tries again
            logger.exception("chaser_failed", extra={"notice": key, "application": application.pk})
    return done


@transaction.atomic
def _once(key: str, application: Application, act: Callable[[Application], None]) -> bool:
    locked = APPLICATION.lock(application)
    if _changed(application, locked) or not first_time(key):
        return False  # someone was quicker; the next sweep looks at it anew
    act(locked)
    return True


def _changed(seen: Application, now: Application) -> bool:
    return any(
        getattr(seen, name) != getattr(now, name) for name in ("status", "updated_at", "worked_at")
    )
