"""How long decisions take, and what the exporter's page says of it."""

import datetime
import math

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from exporters.models import Application
from exporters.timing import UsualTime, recent_usual_time, usual_time
from exporters.workflow import APPLICATION
from tests import factories
from tests.ports import dead_port

NOON = "2018-08-24 18:00Z"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], None),
        ([3] * 9, None),
        ([3] * 10, UsualTime(3, 3)),
        (range(1, 11), UsualTime(5, 9)),
        (range(1, 12), UsualTime(6, 10)),
        ([0] * 9 + [100], UsualTime(0, 0)),
        ([0] * 8 + [100] * 2, UsualTime(0, 100)),
    ],
)
def test_usual_time_by_nearest_rank(days, expected):
    assert usual_time(list(days)) == expected


@given(st.lists(st.integers(0, 300), min_size=10, max_size=200))
def test_usual_time_is_what_the_words_say(days):
    usual = usual_time(days)
    for value, share in ((usual.half, 0.5), (usual.most, 0.9)):
        assert value in days
        assert sum(day <= value for day in days) >= math.ceil(len(days) * share)
        assert sum(day < value for day in days) < math.ceil(len(days) * share)


def decided(count: int, *, days_waited: int = 4, ago: int = 0) -> None:
    """Decisions, past the services."""
    rows = factories.approved_at_once(count, decided_by=factories.coordinator())
    Application.objects.filter(pk__in=[row.pk for row in rows]).update(
        days_waited=days_waited,
        decided_at=datetime.datetime(2018, 8, 24, tzinfo=datetime.UTC)
        - datetime.timedelta(days=ago),
    )


@pytest.fixture
def today():
    with time_machine.travel(NOON, tick=False):
        yield


def test_recent_decisions_are_those_of_a_year(db, today):
    decided(9, ago=364)
    decided(5, days_waited=90, ago=366)
    assert recent_usual_time() is None


def test_recent_decisions_count_refusals_too(db, today):
    decided(9, days_waited=2)
    factories.application("rejected")
    assert recent_usual_time() == UsualTime(2, 2)


def test_usual_time_is_kept_for_an_hour(db, settings, django_assert_num_queries):
    # A cache that lives by the test's clock; Redis has one of its own.
    settings.CACHES = settings.CACHES | {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    }
    with time_machine.travel(NOON, tick=False) as clock:
        decided(10)
        assert recent_usual_time() == UsualTime(4, 4)
        decided(90, days_waited=7)
        clock.shift(3599)
        with django_assert_num_queries(0):
            assert recent_usual_time() == UsualTime(4, 4)
        clock.shift(2)
        assert recent_usual_time() == UsualTime(7, 7)


def test_usual_time_is_known_without_a_cache(db, today, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "core.cache.TolerantRedisCache",
            "LOCATION": f"redis://127.0.0.1:{dead_port()}/0",
        }
    }
    decided(10)
    assert recent_usual_time() == UsualTime(4, 4)


# --- On the page of the application -----------------------------------------------------------


def page(application) -> str:
    """What the company sees of it, in English."""
    client = Client()
    client.force_login(application.created_by)
    with translation.override("en"):
        address = reverse("exporters:application_detail", args=[application.reference])
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("status", ["submitted", "in_review"])
def test_page_says_that_the_programme_acts_next_and_since_when(db, status):
    with time_machine.travel("2018-08-20 18:00Z", tick=False):
        application = factories.application(status)
    with time_machine.travel(NOON, tick=False):
        html = page(application)
    assert "Next it is the programme's turn" in html
    assert "Aug. 20, 2018" in html
    assert "4 working days" in html
    assert "Send it back before" not in html


def test_page_says_that_the_company_acts_next_and_until_when(db):
    with time_machine.travel("2018-08-20 18:00Z", tick=False):
        application = factories.application("changes_requested")
    with time_machine.travel(NOON, tick=False):
        html = page(application)
    assert "Next it is your turn" in html
    assert "Aug. 20, 2018" in html
    assert "The clock stands until you send it back." in html
    assert "Send it back before Sept. 19, 2018." in html
    assert "On that day the portal closes the application" in html


def test_page_says_how_long_decisions_took_and_promises_nothing(db, today):
    decided(5, days_waited=3)
    decided(5, days_waited=8)
    html = page(factories.application("submitted"))
    assert "Half of the recent decisions took up to 3, nine of ten up to 8 working days." in html
    assert "This is what happened lately, not a promise." in html


def test_page_says_nothing_of_time_under_ten_decisions(db, today):
    decided(9)
    html = page(factories.application("submitted"))
    assert "Usual time" not in html
    assert "not a promise" not in html


@pytest.mark.parametrize(
    "status", ["draft", "approved", "rejected", "withdrawn", "suspended", "revoked", "expired"]
)
def test_page_is_silent_on_time_when_nobody_waits(db, status):
    assert "waiting-title" not in page(factories.application(status))


# --- What has happened ------------------------------------------------------------------------


def test_timeline_never_shows_who_was_assigned_nor_why(db):
    first, second = factories.coordinator(full_name="Ana"), factories.coordinator(full_name="Bea")
    boss = factories.manager(full_name="Eva")
    application = factories.application("submitted")
    factories.move(application, "assign", actor=boss, to=first)
    factories.move(application, "assign", actor=boss, to=second)
    html = page(application)
    assert html.count("A coordinator started the review") == 1
    for name in ("Ana", "Bea", "Eva"):
        assert f">{name}<" not in html
        assert f" {name}<" not in html
    assert application.transitions.last().reason_text == "Bea"


def test_timeline_never_shows_what_was_noted_with_an_approval(db):
    application = factories.application("in_review")
    actor = application.assigned_to
    with transaction.atomic():
        APPLICATION.move(
            application,
            "approve",
            actor=actor,
            reason_text="La gerencia lo autoriza",
            decided_at=timezone.now(),
            decided_by=actor,
        )
    assert "La gerencia lo autoriza" not in page(application)


@pytest.mark.parametrize("name", ["request_changes", "reject", "suspend", "revoke"])
def test_timeline_shows_what_the_company_was_told(db, name):
    status = {"suspend": "suspended", "revoke": "revoked", "reject": "rejected"}.get(
        name, "changes_requested"
    )
    html = page(factories.application(status))
    assert html.count("Vuelva a escanear la opinión 32-D.") >= 2  # above, and in the timeline


def test_timeline_tells_of_a_file_that_waits_again_and_of_its_end(db):
    application = factories.application("in_review")
    factories.move(application, "release_idle", actor=None)
    assert "It waits for another coordinator" in page(application)
    expired = page(factories.application("expired"))
    assert "Closed, since your changes did not come" in expired
    assert "This is no rejection." in expired
    assert "What you would pay" not in expired
