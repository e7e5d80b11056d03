"""Days on which the portal reminds and closes: no rows, no clock."""

import datetime
from collections.abc import Iterable

from django.conf import settings

from core.workdays import next_workday


def closing_day(requested_on: datetime.date) -> datetime.date:
    """The working day on which an application is closed whose company does not answer."""
    return next_workday(requested_on + datetime.timedelta(days=settings.CHANGES_EXPIRE_DAYS))


def due_steps(since: datetime.date, steps: Iterable[int], today: datetime.date) -> list[int]:
    """Those of `steps` (calendar days after `since`, moved to a working day) that have come."""
    return [step for step in steps if next_workday(since + datetime.timedelta(days=step)) <= today]
