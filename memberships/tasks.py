"""What the calendar does with promotions and memberships; each is safe to run again."""

import logging

from celery import shared_task
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from memberships.services import claims, life, promotions, register, reminders

logger = logging.getLogger(__name__)


@shared_task
def end_promotions():
    """Mark promotions past their last day as ended."""
    promotions.end_past_promotions(timezone.localdate())


@shared_task
def tend_memberships():
    """Close what was not accepted or claimed, offer renewals, end what is over, remind."""
    today = timezone.localdate()
    life.expire_offers(today)
    life.offer_renewals(today)
    life.lapse_memberships(today)
    claims.release_unclaimed(today)
    reminders.remind(today)


@shared_task
def check_ledger():
    """Compare totals with entries every night; a difference is an error in the log."""
    try:
        call_command("check_ledger")
    except CommandError as error:
        logger.error("ledger_differs", extra={"found": str(error)})
        raise


@shared_task
def publish_register():
    """Publish the register of the last quarter once its answers are in."""
    register.publish_due_register(timezone.localdate())
