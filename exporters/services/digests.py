"""The morning mail to coordinators and managers, on working days."""

import datetime
import logging

from django.db import transaction
from django.utils import timezone

from core.models import User
from core.notices import first_time
from core.workdays import is_workday
from exporters import digest, notifications
from exporters.access import ASSIGN, REVIEW, staff_with
from exporters.models import Application

logger = logging.getLogger(__name__)

# From eight o'clock; a worker that comes back later sends today's, never that of a day before.
HOURS = range(8, 18)


def send_digests() -> int:
    """Mail today's digest to each coordinator who has something to do; how many were sent."""
    now = timezone.localtime()
    today = now.date()
    if not is_workday(today) or now.hour not in HOURS:
        return 0
    everything = digest.totals(today)
    unassigned = Application.objects.unassigned().count()
    sent = 0
    for person in staff_with(REVIEW):
        totals = everything if person.has_perm(ASSIGN) and everything else None
        try:
            sent += send_digest(person, today, unassigned=unassigned, totals=totals)
        except Exception:  # whatever it was: the others get theirs
            logger.exception("digest_failed", extra={"user_id": person.pk})
    return sent


@transaction.atomic
def send_digest(
    person: User, today: datetime.date, *, unassigned: int, totals: digest.Totals | None
) -> bool:
    """Once a day, and only when there is something to say."""
    desk = digest.desk_of(person, today)
    if not (desk or unassigned or totals) or not first_time(f"digest:{person.pk}:{today}"):
        return False
    notifications.coordinator_digest(person, desk, unassigned=unassigned, totals=totals)
    return True
