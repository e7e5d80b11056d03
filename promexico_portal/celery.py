"""The Celery application: `celery -A promexico_portal.celery worker -B`."""

import os

from celery import Celery

import core.file_queue  # noqa: F401 - it takes the place of kombu's own

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "promexico_portal.settings")

app = Celery("promexico_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
