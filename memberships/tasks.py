from celery import shared_task
from django.utils import timezone

from memberships.services.promotions import end_past_promotions


@shared_task
def end_promotions():
    """Mark promotions past their last day as ended."""
    end_past_promotions(timezone.localdate())
