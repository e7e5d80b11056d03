"""Reminders before an offer, a claim or a membership ends: each once, by core.notices."""

import datetime

from django.db import transaction

from core.notices import first_time
from memberships import notifications
from memberships.enums import RUNNING_STATUSES, MembershipStatus
from memberships.models import Membership
from memberships.services.claims import CLAIMABLE

BEFORE = (60, 30, 7)  # days before the last one
STEP_BEFORE = (7, 2)


def remind(today: datetime.date) -> int:
    """Mail what is due; how many. After an outage only the latest reminder of each goes out."""
    return sum(
        _remind(membership, what, last_day, days, today)
        for membership, what, last_day, days in _due()
    )


def _due():
    rows = Membership.objects.select_related("company", "application__company", "fund", "plan")
    for membership in rows.filter(status=MembershipStatus.OFFERED):
        yield membership, "offer", membership.reply_by, STEP_BEFORE
    for membership in rows.filter(status=MembershipStatus.ACCEPTED):
        yield membership, "payment", membership.pay_by, STEP_BEFORE
    for membership in rows.filter(status__in=RUNNING_STATUSES):
        yield membership, "membership", membership.ends_on, BEFORE
    unclaimed = rows.filter(status__in=CLAIMABLE, reserved__gt=0, claims=None)
    for membership in unclaimed:
        yield membership, "claim", membership.claim_by, STEP_BEFORE


def _remind(membership, what: str, last_day, days: tuple[int, ...], today) -> bool:
    left = (last_day - today).days if last_day else -1
    due = [number for number in days if 0 <= left <= number]
    if not due:
        return False
    with transaction.atomic():
        if not first_time(f"membership:{membership.pk}:{what}:{last_day}:{min(due)}"):
            return False
        notifications.ends_soon(membership, what, last_day, left)
    return True
