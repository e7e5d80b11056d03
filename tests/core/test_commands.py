import datetime

import polib
import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from core import tasks
from core.management.commands.compile_catalogs import compile_catalogs


@pytest.fixture
def catalog(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    path = tmp_path / "es" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    source = polib.POFile()
    source.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    source.append(polib.POEntry(msgid="Boots", msgstr="Botas"))
    source.save(str(path))
    return path


def test_catalogs_are_compiled_without_gettext(catalog):
    assert compile_catalogs() == [catalog.with_suffix(".mo")]
    (entry,) = polib.mofile(str(catalog.with_suffix(".mo")))
    assert (entry.msgid, entry.msgstr) == ("Boots", "Botas")


def test_catalogs_that_did_not_change_are_left_alone(catalog):
    compile_catalogs()
    assert compile_catalogs() == []


def test_catalog_that_cannot_be_read_stops_the_command(catalog):
    catalog.write_text('msgid "Boots\nmsgstr')
    with pytest.raises(CommandError, match="django.po"):
        call_command("compile_catalogs")


def test_sessions_that_ended_are_cleared(db):
    now = timezone.now()
    Session.objects.create(session_key="old", expire_date=now - datetime.timedelta(days=1))
    Session.objects.create(session_key="new", expire_date=now + datetime.timedelta(days=1))
    tasks.clear_sessions()
    assert Session.objects.get().session_key == "new"
