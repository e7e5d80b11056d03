"""How long decisions took of late: what an applicant may expect, never a promise."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone

from exporters.models import Application

FEWEST = 10  # of fewer decisions nothing is said
SPAN = datetime.timedelta(days=365)
KEPT_SECONDS = 60 * 60


@dataclass(frozen=True)
class UsualTime:
    """Working days within which half, and nine of ten, of the decisions were taken."""

    half: int
    most: int


def usual_time(working_days: Sequence[int]) -> UsualTime | None:
    """The 50th and the 90th percentile by nearest rank; None under ten decisions."""
    if len(working_days) < FEWEST:
        return None
    ordered = sorted(working_days)
    return UsualTime(_nearest_rank(ordered, 50), _nearest_rank(ordered, 90))


def _nearest_rank(ordered: Sequence[int], percent: int) -> int:
    rank = -(-len(ordered) * percent // 100)  # rounded up
    return ordered[rank - 1]


def recent_usual_time() -> UsualTime | None:
    """The usual time of the last 365 days; kept for an hour, and counted anew without a cache."""
    return cache.get_or_set("usual-time", _count_recent, KEPT_SECONDS)


def _count_recent() -> UsualTime | None:
    decided = Application.objects.filter(decided_at__gt=timezone.now() - SPAN)
    return usual_time(list(decided.values_list("days_waited", flat=True)))
