from celery import shared_task
from celery.signals import worker_ready
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone

from core import outbox


@shared_task
def send_mail():
    """Send what is queued in the outbox; safe to run at any time and twice at once."""
    outbox.send_due()


@shared_task
def beat_heart():
    """Leave the worker's sign of life, which /readyz reads."""
    from core.models import Heartbeat

    Heartbeat.objects.update_or_create(name="worker", defaults={"seen_at": timezone.now()})


@worker_ready.connect
def begin_beating(**kwargs):
    """A worker that is ready says so at once, not with the first beat of the schedule."""
    beat_heart()
    connection.close()  # tasks have their own processes; this one asks nothing more


@shared_task
def clear_sessions():
    SessionStore.clear_expired()
