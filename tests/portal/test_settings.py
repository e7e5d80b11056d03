"""The settings refuse to start in production without their secrets."""

import os
import runpy
import shutil
import subprocess
import sys

import pytest
from django.conf import settings as present
from django.core.exceptions import ImproperlyConfigured

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "portal.example",
    "SITE_URL": "https://portal.example",
    "DATABASE_URL": "postgres://portal:portal@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "DEFAULT_FROM_EMAIL": "portal@portal.example",
}


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Runs the settings file, away from a developer's .env, with this environment alone."""
    package = tmp_path / "promexico_portal"
    package.mkdir()
    file = shutil.copy(present.BASE_DIR / "promexico_portal" / "settings.py", package)

    def run(**environment) -> dict:
        clean = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "var")} | environment
        monkeypatch.setattr(os, "environ", clean)
        monkeypatch.setattr("environ.Env.ENVIRON", clean)
        return runpy.run_path(str(file))

    return run


def test_production_starts_with_everything_it_needs(load):
    values = load(**PRODUCTION)
    assert values["PRODUCTION"]
    assert values["STAFF_MFA_REQUIRED"]
    assert not values["DEBUG"]
    assert not values["MAILBOX_PAGE"]


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"ENVIRONMENT"}))
def test_production_does_not_start_without(load, name):
    environment = {key: value for key, value in PRODUCTION.items() if key != name}
    with pytest.raises(ImproperlyConfigured, match=name):
        load(**environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "too-short"),
        ("DATABASE_URL", "sqlite:///portal.sqlite3"),
        ("DEBUG", "True"),
        ("ENVIRONMENT", "staging"),
    ],
)
def test_production_does_not_start_with(load, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        load(**PRODUCTION | {name: value})


def test_production_keeps_its_cookies_and_its_addresses_to_https(load):
    values = load(**PRODUCTION)
    assert values["SESSION_COOKIE_NAME"] == "__Host-session"
    assert values["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert values["SESSION_COOKIE_SECURE"]
    assert values["CSRF_COOKIE_SECURE"]
    assert values["SECURE_SSL_REDIRECT"]
    assert values["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert values["SECURE_HSTS_INCLUDE_SUBDOMAINS"]


def test_forwarded_protocol_counts_only_behind_our_own_proxy(load):
    assert "SECURE_PROXY_SSL_HEADER" not in load(**PRODUCTION)
    assert "SECURE_PROXY_SSL_HEADER" in load(**PRODUCTION, BEHIND_TLS_PROXY="True")


def test_demo_starts_with_no_environment_and_keeps_its_key(load):
    first, second = load(), load()
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) > 50
    assert (first["DATA_DIR"] / "secret_key").stat().st_mode & 0o777 == 0o600
    assert first["DATABASES"]["default"]["ENGINE"].endswith("sqlite3")
    assert not first["STAFF_MFA_REQUIRED"]


def test_mail_of_the_demo_goes_nowhere(load):
    assert load()["POST_OFFICE"]["BACKENDS"]["default"].endswith("dummy.EmailBackend")
    assert load(EMAIL_URL="smtp://x")["POST_OFFICE"]["BACKENDS"]["default"].endswith(
        "smtp.EmailBackend"
    )


def test_server_itself_stops_with_the_reason(tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "ENVIRONMENT": "production",
        "SECRET_KEY": "",
    }
    done = subprocess.run(  # noqa: S603 - the portal's own command
        [sys.executable, "manage.py", "check"],
        cwd=present.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr
