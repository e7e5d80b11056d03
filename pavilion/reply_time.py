"""How long buyers wait for an answer, in real hours as the platform counts them.

Its timely response rate is the share of buyers who were answered within 24 hours, by night and at
weekends too.
"""

import datetime
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import ngettext

ANSWER_WITHIN = datetime.timedelta(hours=24)
REMIND_AFTER = datetime.timedelta(hours=12)
# Long enough for firms with few enquiries to have a figure at all.
SPAN = datetime.timedelta(days=90)


@dataclass(frozen=True)
class Clock:
    """An unanswered buyer, seen at the moment `now`."""

    since: datetime.datetime
    now: datetime.datetime

    @property
    def waited(self) -> datetime.timedelta:
        return max(self.now - self.since, datetime.timedelta())

    @property
    def due_at(self) -> datetime.datetime:
        return self.since + ANSWER_WITHIN

    @property
    def is_overdue(self) -> bool:
        return self.now >= self.due_at

    @property
    def is_near(self) -> bool:
        """Past the hour of the first reminder."""
        return self.waited >= REMIND_AFTER

    @property
    def tone(self) -> str:
        return "bad" if self.is_overdue else "waiting" if self.is_near else "active"

    @property
    def left(self) -> str:
        """Until the answer is due, or since it was: "5 h"."""
        return in_words(abs(self.due_at - self.now))

    @property
    def share(self) -> int:
        """How much of the 24 hours has passed, in percent."""
        return min(100 * self.waited // ANSWER_WITHIN, 100)


def in_words(span: datetime.timedelta) -> str:
    """In the largest unit that says enough: minutes, hours up to two days, then days."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(count)s min", "%(count)s min", minutes) % {"count": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(count)s h", "%(count)s h", hours) % {"count": hours}
    days = hours // 24
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


@dataclass(frozen=True)
class Wait:
    """When an enquiry came, when it was first answered, and whether its buyer took it back."""

    received_at: datetime.datetime
    first_answer_at: datetime.datetime | None
    is_erased: bool = False


@dataclass(frozen=True)
class ReplyTimes:
    """Of so many enquiries, how many were answered in time; half of the answers took `median`."""

    counted: int
    in_time: int
    median: datetime.timedelta | None

    @property
    def percent(self) -> int:
        """Rounded down: a hundred means every one. For `counted` above 0."""
        return 100 * self.in_time // self.counted

    @property
    def median_text(self) -> str:
        return in_words(self.median) if self.median is not None else "—"


def reply_times(waits: Iterable[Wait], now: datetime.datetime) -> ReplyTimes | None:
    """None when nothing counts yet.

    An enquiry counts once it is answered or late; one that was erased unanswered never does.
    """
    counting = [
        wait
        for wait in waits
        if wait.first_answer_at or (not wait.is_erased and now - wait.received_at >= ANSWER_WITHIN)
    ]
    if not counting:
        return None
    answered = [
        wait.first_answer_at - wait.received_at for wait in counting if wait.first_answer_at
    ]
    return ReplyTimes(
        counted=len(counting),
        in_time=sum(took <= ANSWER_WITHIN for took in answered),
        median=statistics.median(answered) if answered else None,
    )
