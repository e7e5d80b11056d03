import pytest
import time_machine
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection

from core import throttle


@pytest.fixture
def database_cache(settings, db):
    """The cache of the embedded default, which time travel reaches; Redis has its own clock."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "django_cache",
        }
    }
    call_command("createcachetable", verbosity=0)


def tries(count, who="1.2.3.4"):
    return [throttle.allow("form", who, limit=3, seconds=60) for _ in range(count)]


def test_throttle_allows_up_to_its_limit(db):
    assert tries(5) == [True, True, True, False, False]


def test_throttle_counts_each_person_and_action_apart(db):
    tries(4)
    assert tries(1, who="5.6.7.8") == [True]
    assert throttle.allow("another", "1.2.3.4", limit=3, seconds=60)


def test_throttle_forgets_after_its_window(database_cache):
    with time_machine.travel("2018-08-24 12:00Z") as clock:
        assert tries(4)[-1] is False
        clock.shift(61)
        assert tries(1) == [True]


def test_throttle_window_of_an_hour_lasts_an_hour(database_cache):
    def once_more():
        return throttle.allow("form", "1.2.3.4", limit=2, seconds=3600)

    with time_machine.travel("2018-08-24 12:00:01Z", tick=False) as clock:
        assert [once_more() for _ in range(3)] == [True, True, False]
        for _ in range(5):
            clock.shift(10 * 60)
            assert not once_more()
        clock.shift(11 * 60)
        assert once_more()


def test_throttle_window_is_not_extended_by_more_tries(database_cache):
    with time_machine.travel("2018-08-24 12:00Z") as clock:
        tries(4)
        clock.shift(50)
        tries(1)
        clock.shift(15)
        assert tries(1) == [True]


def test_throttle_survives_the_window_closing_between_its_two_calls(db, monkeypatch):
    def closed(self, key, *args):
        cache.delete(key)
        raise ValueError(key)

    tries(3)
    monkeypatch.setattr(type(caches["default"]), "incr", closed)
    assert tries(1) == [True]


def request_from(rf, **headers):
    return rf.get("/", REMOTE_ADDR="10.0.0.1", **headers)


def test_client_address_ignores_a_forged_header(rf, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert throttle.client_address(request_from(rf, HTTP_X_FORWARDED_FOR="6.6.6.6")) == "10.0.0.1"


def test_client_address_counts_hops_from_our_own_proxies(rf, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    request = request_from(rf, HTTP_X_FORWARDED_FOR="6.6.6.6, 200.1.1.1")
    assert throttle.client_address(request) == "200.1.1.1"


def test_client_address_without_the_header_is_the_connection(rf, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert throttle.client_address(request_from(rf)) in {"10.0.0.1", ""}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert throttle.client_address(request_from(rf, HTTP_X_FORWARDED_FOR="x")) == "10.0.0.1"


def test_counters_name_nobody_and_take_a_name_of_any_length(database_cache):
    """On PostgreSQL a key has 255 characters at most; a longer one would count nothing."""
    assert tries(4, who="li.wei@example.com")[-1] is False
    assert tries(4, who="x" * 400 + "@example.com")[-1] is False
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM django_cache")
        keys = [key for (key,) in cursor.fetchall()]
    assert keys
    assert not any("example" in key for key in keys)
