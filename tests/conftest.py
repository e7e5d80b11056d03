import shutil
import uuid
from pathlib import Path

import hypothesis
import hypothesis.configuration
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.urls import clear_url_caches
from django.utils import translation

from core import memo

hypothesis.settings.register_profile(
    "suite",
    deadline=None,
    max_examples=100,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],  # as with the deadline: machines drift
)
hypothesis.settings.load_profile("suite")


def pytest_configure():
    home = Path(django_settings.DATA_DIR) / "hypothesis"
    hypothesis.configuration.set_hypothesis_home_dir(home)


def pytest_unconfigure():
    shutil.rmtree(django_settings.DATA_DIR, ignore_errors=True)


def pytest_runtest_setup(item):
    if item.get_closest_marker("race") and connection.vendor != "postgresql":
        pytest.skip("needs the row locks of PostgreSQL: set DATABASE_URL")


@pytest.fixture(autouse=True)
def isolated(settings):
    """Mail goes to the outbox table as in production; cache and files start empty."""
    settings.EMAIL_BACKEND = "core.mail.OutboxBackend"  # the test runner had replaced it
    prefix = {"KEY_PREFIX": uuid.uuid4().hex}
    settings.CACHES = {name: cache | prefix for name, cache in settings.CACHES.items()}
    translation.activate(settings.LANGUAGE_CODE)  # a request leaves its language behind
    memo.forget_all()
    yield
    for folder in (settings.MEDIA_ROOT, settings.PRIVATE_MEDIA_ROOT):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def english(settings):
    """For tests that read sentences: as they stand in the code, in services and on pages."""
    settings.LANGUAGE_CODE = "en"
    clear_url_caches()  # they hold which language has no prefix
    with translation.override("en"):
        yield
    clear_url_caches()
