"""Staff: a second factor before anything else, and log-out after idle time."""

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.urls import reverse

from tests import factories

DESK = reverse("admin:index")
ACTIVATE = reverse("mfa_activate_totp")


@pytest.fixture
def strict(settings):
    settings.STAFF_MFA_REQUIRED = True


@pytest.fixture
def staff(db, client):
    user = factories.coordinator()
    client.force_login(user)
    return user


@pytest.mark.parametrize("path", [DESK, "/", reverse("exporters:dashboard"), "/en/pavilion/"])
def test_staff_without_a_second_factor_are_sent_to_set_one_up(strict, staff, client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.url.endswith("/accounts/2fa/totp/activate/")


def test_staff_without_a_second_factor_change_nothing(strict, staff, client):
    application = factories.application("submitted")
    client.post(reverse("admin:exporters_application_move", args=[application.pk, "claim"]))
    application.refresh_from_db()
    assert application.status == "submitted"


@pytest.mark.parametrize("name", ["mfa_activate_totp", "account_logout"])
def test_staff_without_a_second_factor_may_set_one_up_and_leave(strict, staff, client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 200 or answer.url.startswith(reverse("account_reauthenticate"))


def test_recovery_codes_alone_are_no_second_factor(strict, staff, client):
    RecoveryCodes.activate(staff)
    assert client.get(DESK).status_code == 302


def test_staff_with_a_second_factor_pass(strict, staff, client):
    TOTP.activate(staff, "JBSWY3DPEHPK3PXP")
    assert client.get(DESK).status_code == 200


def test_exporters_need_no_second_factor(strict, db, client):
    client.force_login(factories.exporter())
    assert client.get(reverse("exporters:dashboard")).status_code == 200


def test_demo_asks_staff_for_no_second_factor(staff, client):
    assert client.get(DESK).status_code == 200


def test_second_factor_is_asked_at_log_in(db, client):
    user = factories.coordinator()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    data = {"login": user.email, "password": factories.PASSWORD}
    answer = client.post(reverse("account_login"), data)
    assert answer.url.startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session
    assert client.post(answer.url, {"code": "000000"}).status_code == 200
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post(answer.url, {"code": code})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_desk_asks_for_the_log_in_of_the_portal(db, client):
    answer = client.get(DESK, follow=True)
    assert answer.request["PATH_INFO"] == reverse("account_login")


def test_exporter_does_not_enter_the_desk(db, client):
    client.force_login(factories.exporter())
    assert client.get(DESK).status_code in {302, 403}
    assert client.get(DESK, follow=True).request["PATH_INFO"] != DESK


def test_idle_staff_are_logged_out(db, client):
    with time_machine.travel("2018-08-24 12:00Z", tick=False) as clock:
        client.force_login(factories.coordinator())
        assert client.get(DESK).status_code == 200
        clock.shift(29 * 60)
        assert client.get(DESK).status_code == 200
        clock.shift(29 * 60)  # counted from the last request, not from the log-in
        assert client.get(DESK).status_code == 200
        clock.shift(31 * 60 + 60)
        assert client.get(DESK).status_code == 302
        assert "_auth_user_id" not in client.session


def test_idle_log_out_is_a_security_event(db, client, caplog):
    caplog.set_level("INFO", "security")
    with time_machine.travel("2018-08-24 12:00Z", tick=False) as clock:
        client.force_login(factories.coordinator())
        client.get(DESK)
        clock.shift(32 * 60)
        client.get(DESK)
    assert "staff_idle_logout" in [record.message for record in caplog.records]


def test_idle_exporters_stay(db, client):
    with time_machine.travel("2018-08-24 12:00Z", tick=False) as clock:
        client.force_login(factories.exporter())
        client.get("/")
        clock.shift(10 * 24 * 3600)
        assert client.get(reverse("exporters:dashboard")).status_code == 200
