"""What happens while a buyer waits: reminders to its company, news to the buyer of one that may not
answer, and the morning mail to coordinators.

Each thread is done in a transaction of its own, and each thing once (core.notices): the sweep may
run late, again, or twice at the same moment. A buyer who writes again starts the count anew.
"""

import datetime
import logging
from collections.abc import Callable, Iterator

from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone

from core.models import Notice, User
from core.notices import first_time
from core.workdays import is_workday
from exporters.access import staff_with
from pavilion import enquiry_mail
from pavilion.access import WATCH
from pavilion.models import EnquiryThread
from pavilion.reply_time import REMIND_AFTER
from pavilion.services.enquiries import is_approved
from pavilion.workflow import ENQUIRY

logger = logging.getLogger(__name__)

# From eight o'clock; a worker that comes back later sends today's, never that of a day before.
DIGEST_HOURS = range(8, 18)
DIGEST_ROWS = 20

# A notice, the thread it is about, and what to do with the locked row.
Due = tuple[str, EnquiryThread, Callable[[EnquiryThread], None]]


def remind() -> int:
    """Do what is due, at any hour: the platform's clock knows no night. How much was done."""
    due = list(_due(timezone.now()))
    known = set(
        Notice.objects.filter(key__in=[key for key, _, _ in due]).values_list("key", flat=True)
    )
    done = 0
    for key, thread, act in due:
        if key in known:
            continue
        try:
            done += _once(key, thread, act)
        except Exception:  # whatever it was: the next sweep tries again
            logger.exception("reminder_failed", extra={"notice": key, "enquiry_thread": thread.pk})
    return done


def _due(now: datetime.datetime) -> Iterator[Due]:
    """Of each company the latest reminder alone; nobody is sent an early one after a late one."""
    for thread in EnquiryThread.objects.waiting().with_standing().order_by("waiting_since"):
        about = f"enquiry:{thread.pk}:{thread.waiting_since.isoformat()}"
        if not thread.may_answer:
            yield f"{about}:paused", thread, enquiry_mail.enquiry_paused
        elif thread.clock.is_overdue:
            yield f"{about}:late", thread, _remind_late
        elif now - thread.waiting_since >= REMIND_AFTER:
            yield f"{about}:half", thread, _remind_early


def _remind_early(thread: EnquiryThread) -> None:
    enquiry_mail.enquiry_reminder(thread, is_late=False)


def _remind_late(thread: EnquiryThread) -> None:
    enquiry_mail.enquiry_reminder(thread, is_late=True)


@transaction.atomic
def _once(key: str, thread: EnquiryThread, act: Callable[[EnquiryThread], None]) -> bool:
    locked = ENQUIRY.lock(thread)
    if locked.waiting_since != thread.waiting_since:  # answered, or erased, meanwhile
        return False
    if is_approved(locked.company) != thread.may_answer or not first_time(key):
        return False
    act(locked)
    return True


# --- The morning mail to coordinators -------------------------------------------------------------


def send_digests() -> int:
    """Mail each coordinator, on working days, which companies leave buyers waiting; how many."""
    now = timezone.localtime()
    if not is_workday(now.date()) or now.hour not in DIGEST_HOURS:
        return 0
    overdue = _overdue(now)
    if not overdue:
        return 0
    sent = 0
    for person in staff_with(WATCH):
        try:
            sent += _send_digest(person, now.date(), overdue)
        except Exception:  # whatever it was: the others get theirs
            logger.exception("digest_failed", extra={"user_id": person.pk})
    return sent


def _overdue(now: datetime.datetime) -> list[tuple[str, int, datetime.timedelta]]:
    """Company, how many wait, how long the first one has; the longest first."""
    rows = (
        EnquiryThread.objects.overdue(now)
        .order_by()
        .values_list("company", "company__trade_name", "company__legal_name")
        .annotate(count=Count("pk"), first=Min("waiting_since"))
        .order_by("first")
    )
    return [(trade or legal, count, now - first) for _, trade, legal, count, first in rows]


@transaction.atomic
def _send_digest(person: User, today: datetime.date, overdue) -> bool:
    if not first_time(f"enquiry-digest:{person.pk}:{today}"):
        return False
    enquiry_mail.overdue_digest(person, overdue, shown=DIGEST_ROWS)
    return True
