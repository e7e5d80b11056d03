"""Sending what the outbox holds, one mail at a time, by any number of workers.

The outbox library's own loop is guarded by a lock file, so workers on two machines would send
the same mail twice. Here a worker claims a mail in the database before it sends it.
"""

import datetime
import time

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from post_office.connections import connections
from post_office.models import STATUS, Email

# Longer than one delivery can take (EMAIL_TIMEOUT for each step), shorter than a minute: what a
# killed worker had claimed is due again after it, with the same Message-ID.
CLAIM = datetime.timedelta(seconds=50)
RETRY_AFTER = datetime.timedelta(minutes=1)
MAX_TRIES = 20
RUN_SECONDS = 90  # below the task's time limit; the next sweep goes on


def send_due() -> int:
    """Send the mail that is due; how many went out. Stops at the first that fails."""
    until = time.monotonic() + RUN_SECONDS
    sent = 0
    try:
        while time.monotonic() < until and (email := _claim()):
            if not _deliver(email):
                break  # the server may be down: the rest would only wait for it
            sent += 1
    finally:
        connections.close()
    return sent


@transaction.atomic
def _claim() -> Email | None:
    now = timezone.now()
    due = Email.objects.filter(
        Q(scheduled_time=None) | Q(scheduled_time__lte=now),
        status__in=(STATUS.queued, STATUS.requeued),
    )
    email = due.select_for_update(skip_locked=True).order_by("pk").first()
    if email:
        Email.objects.filter(pk=email.pk).update(scheduled_time=now + CLAIM)
    return email


def _deliver(email: Email) -> bool:
    if email.dispatch(disconnect_after_delivery=False) == STATUS.sent:
        return True
    tries = (email.number_of_retries or 0) + 1
    if tries < MAX_TRIES:
        Email.objects.filter(pk=email.pk).update(
            status=STATUS.requeued,
            scheduled_time=timezone.now() + RETRY_AFTER * tries,
            number_of_retries=tries,
        )
    return False
