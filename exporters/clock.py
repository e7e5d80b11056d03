"""The reviewers' clock: working days that a file lies with the programme.

It runs from sending to decision and stands while the company has the file. `waiting_since` is
the day from which it would have run without pauses, so that one column says how long a file
waits and the queue can be filtered by it.
"""

import datetime
from collections.abc import Iterable

from django.utils import timezone

from core.workdays import workdays_before, workdays_between


def running(days_waited: int, today: datetime.date) -> dict:
    """What to store when the clock starts, or starts again."""
    return {"waiting_since": workdays_before(today, days_waited)}


def standing(waiting_since: datetime.date | None, today: datetime.date) -> dict:
    """What to store when it stops."""
    if waiting_since is None:
        return {}
    return {"waiting_since": None, "days_waited": workdays_between(waiting_since, today)}


def stopped(application) -> dict:
    """The same for an application, today."""
    return standing(application.waiting_since, timezone.localdate())


def from_log(steps: Iterable[tuple[str, datetime.date]]) -> dict:
    """What the clock holds after these steps (name, day), for rows that were stored without it."""
    waited, since = 0, None
    for name, day in steps:
        if name in ("submit", "resubmit"):
            since = day
        elif since and name in ("request_changes", "approve", "reject", "withdraw"):
            waited += workdays_between(since, day)
            since = None
    return {
        "days_waited": waited,
        "waiting_since": workdays_before(since, waited) if since else None,
    }
