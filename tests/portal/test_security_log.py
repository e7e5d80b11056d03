"""Security events are recorded, without personal data."""

import logging

import pytest
from django.urls import reverse

from tests import factories


@pytest.fixture
def events(caplog):
    caplog.set_level(logging.INFO, logger="security")
    return lambda: [record.message for record in caplog.records if record.name == "security"]


def test_login_and_failure_and_logout_are_recorded(db, client, events, caplog):
    person = factories.person()
    person.emailaddress_set.get_or_create(email=person.email, verified=True, primary=True)
    form = {"login": person.email, "password": "wrong wrong wrong"}
    client.post(reverse("account_login"), form)
    client.force_login(person)
    client.post(reverse("account_logout"))
    assert {"login_failed", "login", "logout"} <= set(events())
    assert person.email not in caplog.text


def test_changed_roles_are_recorded(db, events):
    factories.coordinator()
    assert "roles_changed" in events()


def test_refusal_is_recorded(db, client, events):
    client.force_login(factories.auditor())
    assert client.get(reverse("admin:core_user_changelist")).status_code == 403
    assert "refused" in events()
