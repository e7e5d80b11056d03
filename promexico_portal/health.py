"""Health: `/healthz` says that the process answers, `/readyz` that it can work."""

import datetime
import logging
import uuid
from pathlib import Path

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from kombu.exceptions import KombuError

from core import file_queue
from core.models import Heartbeat
from promexico_portal.celery import app

logger = logging.getLogger(__name__)
# Four missed beats: the schedule leaves one every 15 seconds.
WORKER_SILENCE = datetime.timedelta(seconds=60)


def healthz(request):
    return HttpResponse("ok", content_type="text/plain")


def readyz(request):
    """200 when database, cache, broker and worker are there and migrated, else 503."""
    checks = {
        name: _passes(name, check)
        for name, check in (
            ("database", _database),
            ("migrations", _migrations),
            ("cache", _cache),
            ("broker", _broker),
            ("worker", _worker),
        )
    }
    ready = all(checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def _passes(name, check) -> bool:
    try:
        return bool(check())
    except (DatabaseError, KombuError, OSError) as error:
        logger.warning("not_ready", extra={"check": name, "error": type(error).__name__})
        return False


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _migrations():
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _cache():
    token = uuid.uuid4().hex
    cache.set("readyz", token, timeout=10)
    return cache.get("readyz") == token


def _broker():
    if not all(Path(folder).is_dir() for folder in file_queue.folders(app)):
        return False  # removed while everyone was at work: nothing could be handed over
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return True


def _worker():
    return Heartbeat.objects.filter(
        name="worker", seen_at__gt=timezone.now() - WORKER_SILENCE
    ).exists()
