import datetime

import pytest
from celery.signals import worker_ready
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from core import tasks
from core.models import Heartbeat
from promexico_portal.celery import app
from tests.ports import dead_port
from tests.races import real_commits

ALL_WELL = dict.fromkeys(("database", "migrations", "cache", "broker", "worker"), True)


@pytest.fixture
def ready(db):
    tasks.beat_heart()


def checks(client) -> tuple[int, dict[str, bool]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()["checks"]


def test_healthz_answers_without_any_other_service(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_readyz_when_all_is_well(client, ready):
    assert checks(client) == (200, ALL_WELL)


def test_readyz_without_a_worker(client, db):
    assert checks(client) == (503, ALL_WELL | {"worker": False})


def test_readyz_with_a_worker_that_went_silent(client, ready):
    Heartbeat.objects.update(seen_at=timezone.now() - datetime.timedelta(seconds=61))
    assert checks(client) == (503, ALL_WELL | {"worker": False})


def test_readyz_without_its_migrations(client, ready):
    MigrationRecorder(connection).migration_qs.filter(app="pavilion").delete()
    assert checks(client) == (503, ALL_WELL | {"migrations": False})


def test_readyz_without_its_cache(client, ready, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "core.cache.TolerantRedisCache",
            "LOCATION": f"redis://127.0.0.1:{dead_port()}/0",
        }
    }
    assert checks(client) == (503, ALL_WELL | {"cache": False})


def test_readyz_without_its_broker(client, ready, monkeypatch):
    monkeypatch.setattr(app.conf, "broker_write_url", f"redis://127.0.0.1:{dead_port()}/0")
    assert checks(client) == (503, ALL_WELL | {"broker": False})


def test_readyz_without_its_database(client, ready, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

    def down(*args):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(down):
        status, found = checks(client)
    assert status == 503
    assert found["database"] is found["worker"] is found["migrations"] is False
    assert found["cache"] is found["broker"] is True


def test_heartbeat_of_the_worker_is_one_row(db):
    tasks.beat_heart()
    tasks.beat_heart()
    assert Heartbeat.objects.count() == 1


def test_periodic_tasks_exist():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled <= set(app.tasks)


def test_readyz_without_the_folder_of_its_queue(client, ready, monkeypatch, tmp_path):
    options = app.conf.broker_transport_options
    monkeypatch.setitem(options, "data_folder_in", str(tmp_path / "gone"))
    assert checks(client) == (503, ALL_WELL | {"broker": False})


@real_commits
def test_worker_shows_its_first_sign_of_life_when_it_is_ready(client):
    assert checks(client) == (503, ALL_WELL | {"worker": False})
    worker_ready.send(sender=None)
    assert checks(client) == (200, ALL_WELL)
