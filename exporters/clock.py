"""The reviewers' clock: working days that a file lies with the programme.

It runs from sending to decision and stands while the company has the file. `waiting_since` is
the day from which it would have run without pauses, so that one column says how long a file
waits and the queue can be filtered by it.
"""

import datetime

from core.workdays import workdays_before, workdays_between


def running(days_waited: int, today: datetime.date) -> dict:
    """What to store when the clock starts, or starts again."""
    return {"waiting_since": workdays_before(today, days_waited)}


def standing(waiting_since: datetime.date | None, today: datetime.date) -> dict:
    """What to store when it stops."""
    if waiting_since is None:
        return {}
    return {"waiting_since": None, "days_waited": workdays_between(waiting_since, today)}
