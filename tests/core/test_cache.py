import time

import pytest
from django.core.cache import caches
from django.urls import reverse

from core import throttle
from tests import factories
from tests.ports import dead_port


@pytest.fixture
def dead_redis(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "core.cache.TolerantRedisCache",
            "LOCATION": f"redis://127.0.0.1:{dead_port()}/0",
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }
    return caches["default"]


def test_dead_cache_answers_not_there(dead_redis):
    began = time.monotonic()
    assert dead_redis.get("key", "default") == "default"
    assert dead_redis.get_many(["a", "b"]) == {}
    assert dead_redis.set("key", 1) is None
    assert dead_redis.set_many({"a": 1}) == []
    assert dead_redis.add("key", 1) is True
    assert dead_redis.touch("key") is False
    assert dead_redis.incr("key", 2) == 2
    assert dead_redis.decr("key") in {-1, 1}
    assert dead_redis.has_key("key") is False
    assert "key" not in dead_redis
    assert dead_redis.delete("key") is False
    assert dead_redis.delete_many(["a"]) is None
    assert dead_redis.get_or_set("key", 5) == 5
    assert time.monotonic() - began < 2


def test_dead_cache_lets_everyone_through_the_throttle(dead_redis):
    assert all(throttle.allow("form", "1.2.3.4", limit=1, seconds=60) for _ in range(3))


def test_dead_cache_does_not_keep_people_from_logging_in(dead_redis, client, db):
    user = factories.exporter()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    answer = client.post(
        reverse("account_login"), {"login": user.email, "password": factories.PASSWORD}
    )
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_dead_cache_is_noted_in_the_log(dead_redis, caplog):
    dead_redis.get("key")
    assert "cache_unavailable" in caplog.text
