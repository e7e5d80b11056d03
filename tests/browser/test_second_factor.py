"""Where it is required, staff see nothing of the desk before they have a second factor."""

import base64
import hashlib
import hmac
import struct
import time

import pytest

from demo.people import COORDINATOR
from tests.browser import steps

WRITTEN = "(element) => element.value || element.textContent.trim()"


def code_of(secret: str) -> str:
    """The six figures of an authenticator app (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@pytest.mark.screen("desktop")
def test_staff_set_up_an_authenticator_first(start_portal, visit):
    portal = start_portal(STAFF_MFA_REQUIRED="True")
    coordinator = visit(portal)
    coordinator.go("/admin/")
    coordinator.log_in(COORDINATOR.email, steps.PASSWORD)
    if coordinator.path.endswith("/reauthenticate/"):
        coordinator.fill({"password": steps.PASSWORD})
        coordinator.send()
    set_up = coordinator.path
    assert set_up.endswith("/2fa/totp/activate/")
    for path in ("/admin/", "/admin/exporters/application/", "/dashboard/"):
        coordinator.go(path)
        assert coordinator.path == set_up
    coordinator.fill({"code": "000000"})
    coordinator.send()
    coordinator.sees("[name=code][aria-invalid=true]")
    secret = coordinator.page.locator("#authenticator_secret").evaluate(WRITTEN)
    coordinator.fill({"code": code_of(secret)})
    coordinator.send()
    codes = coordinator.page.locator("#recovery_codes").evaluate(WRITTEN).split()
    assert len(codes) == 10
    coordinator.go("/admin/")
    assert coordinator.path == "/admin/"
    coordinator.sees(".desk-counts")

    # The next login asks for the second step; a recovery code stands in for the app.
    again = visit(portal)
    again.go("/admin/exporters/application/")
    again.log_in(COORDINATOR.email, steps.PASSWORD)
    second_step = again.path
    assert second_step.endswith("/2fa/authenticate/")
    again.go("/admin/exporters/application/")
    assert again.path == second_step
    again.fill({"code": codes[0]})
    again.send()
    again.go("/admin/exporters/application/")
    again.sees("#result_list")
