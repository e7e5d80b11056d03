"""Publishing the register of beneficiaries, once a quarter and for good."""

import datetime
import hashlib
import json
import logging

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.money import ZERO
from core.workflow import TransitionNotAllowed
from memberships import register
from memberships.models import RegisterSnapshot
from memberships.quarters import Quarter

logger = logging.getLogger(__name__)
DAYS_TO_ENTER = 5  # the treasury's last answers of a quarter, before it is published


def publish_register(year: int, quarter: int) -> RegisterSnapshot:
    """Publish the register as it stood at the end of a quarter; an earlier publication stays.

    Payments and recoveries count by their own day. Raises TransitionNotAllowed for a quarter that
    is not over, or is none.
    """
    if earlier := RegisterSnapshot.objects.filter(year=year, quarter=quarter).first():
        return earlier
    if quarter not in (1, 2, 3, 4) or not datetime.MINYEAR < year < datetime.MAXYEAR:
        raise TransitionNotAllowed(_("A year has four quarters."))
    period = Quarter(year, quarter)
    if timezone.localdate() <= period.ends_on:
        raise TransitionNotAllowed(_("This quarter is not over yet."))
    found = list(register.rows(register.paid_claims(), until=period.ends_on))
    rows, total = [row.plain for row in found], sum((row.net_usd for row in found), ZERO)
    try:
        with transaction.atomic():
            snapshot = RegisterSnapshot.objects.create(
                year=year,
                quarter=quarter,
                rows=rows,
                total=total,
                sha256=fingerprint(content(year, quarter, str(total), rows)),
            )
    except IntegrityError:  # someone else published it meanwhile
        return RegisterSnapshot.objects.get(year=year, quarter=quarter)
    logger.info("register_published", extra={"year": year, "quarter": quarter, "rows": len(rows)})
    return snapshot


def publish_due_register(today: datetime.date) -> RegisterSnapshot | None:
    """Publish the last quarter from the fifth day after its end; None before that day."""
    last = Quarter.of(today).previous
    if today < last.ends_on + datetime.timedelta(days=DAYS_TO_ENTER):
        return None
    return publish_register(last.year, last.number)


def content(year: int, quarter: int, total: str, rows: list[dict]) -> dict:
    """What a publication says, and its fingerprint is taken of."""
    return {"year": year, "quarter": quarter, "total_usd": total, "rows": rows}


def fingerprint(published: dict) -> str:
    """SHA-256 of its canonical JSON: keys in order, no blanks, UTF-8."""
    text = json.dumps(published, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
