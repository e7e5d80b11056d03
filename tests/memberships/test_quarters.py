"""Published quarters of the register: exactly once, exactly so, for good."""

import datetime
import hashlib
import json
import shutil
import subprocess
from decimal import Decimal

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.append_only import AppendOnlyError
from core.workflow import TransitionNotAllowed
from exporters.models import Company
from memberships import tasks
from memberships.models import RegisterSnapshot
from memberships.quarters import Quarter
from memberships.services import register as services
from memberships.services.register import publish_register
from tests.ledger_volume import fill_fund
from tests.money import Desk

FILES = ("csv", "xlsx", "json")


def at(day: str):
    """Noon of a day in Mexico City."""
    return time_machine.travel(f"{day}T12:00:00-06:00", tick=False)


def file(format: str, year: int, quarter: int, **headers):
    address = reverse("memberships:quarter_file", args=[year, quarter, format])
    answer = Client().get(address, headers=headers)
    answer.whole = answer.getvalue()  # to its end, also where it is a stream
    return answer


def content(answer) -> bytes:
    return answer.whole


@pytest.fixture
def claim(db):
    """400 paid on 30 March 2018 and 300 on 1 April; 50 recovered on 31 March, 20 on 1 April."""
    with at("2018-03-20"):
        desk = Desk()
        claim = desk.claim("approved")
        first = desk.send(claim)
    with at("2018-03-30"):
        desk.settle(first, amount=Decimal("400.00"))
    with time_machine.travel("2018-03-31T23:59:00-06:00", tick=False):
        desk.recover(claim, "50.00")
    with time_machine.travel("2018-04-01T00:01:00-06:00", tick=False):
        desk.recover(claim, "20.00")
        desk.settle(desk.send(claim), amount=Decimal("300.00"))
    claim.desk = desk
    return claim


# --- Quarters --------------------------------------------------------------------------------


@given(st.dates())
def test_quarter_holds_its_days_and_borders_on_its_neighbours(day):
    if not datetime.date(2, 1, 1) < day < datetime.date(9998, 1, 1):
        return
    quarter = Quarter.of(day)
    assert quarter.starts_on <= day <= quarter.ends_on
    assert quarter.next.starts_on - quarter.ends_on == datetime.timedelta(days=1)
    assert quarter.next.previous == quarter.previous.next == quarter
    assert quarter.previous < quarter < quarter.next
    assert list(quarter.previous.until(quarter.next)) == [
        quarter.previous, quarter, quarter.next,
    ]  # fmt: skip


# --- What is published -----------------------------------------------------------------------


def test_last_day_counts_and_the_day_after_does_not(claim):
    with at("2018-07-05"):
        first, second = publish_register(2018, 1), publish_register(2018, 2)
        before = publish_register(2017, 4)
    (row,) = first.rows
    assert (row["paid_usd"], row["recovered_usd"], row["net_usd"]) == ("400.00", "50.00", "350.00")
    assert (row["first_paid_on"], row["last_paid_on"]) == ("2018-03-30", "2018-03-30")
    (row,) = second.rows
    assert (row["paid_usd"], row["recovered_usd"], row["net_usd"]) == ("700.00", "70.00", "630.00")
    assert (first.total, second.total) == (Decimal("350.00"), Decimal("630.00"))
    assert (before.rows, before.total) == ([], Decimal("0.00"))


def test_quarter_that_is_not_over_or_is_none_is_refused(db):
    with at("2018-03-31"):
        for year, quarter in ((2018, 1), (2018, 2), (2018, 0), (2018, 5), (0, 1), (10_000, 1)):
            with pytest.raises(TransitionNotAllowed):
                publish_register(year, quarter)
    assert not RegisterSnapshot.objects.exists()
    with at("2018-04-01"):
        assert publish_register(2018, 1).rows == []


def test_nothing_changes_what_was_published(claim):
    with at("2018-04-05"):
        snapshot = publish_register(2018, 1)
        said = {format: content(file(format, 2018, 1)) for format in FILES[::2]}
        sheet = content(file("xlsx", 2018, 1))
    with at("2018-04-20"):
        desk = claim.desk
        desk.settle(desk.send(claim))
        desk.recover(claim, "5.00")
        Company.objects.update(legal_name="Otro Nombre, S.A. de C.V.", state="09")
        desk.fund.name = "Otro fondo"
        desk.fund.save()
        again = publish_register(2018, 1)
        assert again == snapshot
        assert RegisterSnapshot.objects.get().rows == snapshot.rows
        assert again.sha256 == snapshot.sha256
        for format, data in said.items():
            assert content(file(format, 2018, 1)) == data
        assert len(content(file("xlsx", 2018, 1))) == len(sheet)
        assert "Otro Nombre" not in json.dumps(again.rows, ensure_ascii=False)


def test_published_quarter_cannot_be_changed_or_deleted(db):
    snapshot = publish_register(2017, 4)
    with pytest.raises(AppendOnlyError):
        snapshot.save()
    with pytest.raises(AppendOnlyError):
        RegisterSnapshot.objects.all().delete()


def test_two_at_once_publish_one(db, monkeypatch):
    """The second finds the first only when it stores its own."""
    first = publish_register(2017, 4)
    none = RegisterSnapshot.objects.none()
    found, calls = RegisterSnapshot.objects.filter, []

    def blind(**query):
        calls.append(query)
        return none if len(calls) == 1 else found(**query)

    monkeypatch.setattr(RegisterSnapshot.objects, "filter", blind)
    assert publish_register(2017, 4) == first
    assert len(calls) == 1


# --- Its fingerprint -------------------------------------------------------------------------


def test_fingerprint_is_computed_from_the_downloaded_json(claim):
    Company.objects.update(legal_name='Ñandú "Ejemplo" & Cía. 牛油果, S.A. \\ €')
    with at("2018-04-05"):
        snapshot = publish_register(2018, 1)
        data = json.loads(content(file("json", 2018, 1)))
    part = json.dumps(data["register"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(part.encode()).hexdigest() == data["sha256"] == snapshot.sha256
    assert data["register"]["total_usd"] == "350.00"
    assert data["published_on"] == "2018-04-05"


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
def test_fingerprint_is_computed_by_the_other_recipe(claim):
    Company.objects.update(legal_name='Ñandú "Ejemplo" & Cía. 牛油果, S.A. \\ €')
    with at("2018-04-05"):
        snapshot = publish_register(2018, 1)
        data = content(file("json", 2018, 1))
    part = subprocess.run(  # noqa: S603 - a fixed command
        [shutil.which("jq"), "-cjS", ".register"], input=data, capture_output=True, check=True
    ).stdout
    assert hashlib.sha256(part).hexdigest() == snapshot.sha256


def test_a_changed_cent_is_another_fingerprint(claim):
    with at("2018-04-05"):
        snapshot = publish_register(2018, 1)
    said = services.content(2018, 1, str(snapshot.total), snapshot.rows)
    assert services.fingerprint(said) == snapshot.sha256
    for changed in (said | {"total_usd": "350.01"}, said | {"rows": []}, said | {"quarter": 2}):
        assert services.fingerprint(changed) != snapshot.sha256


def test_page_lists_quarters_with_their_fingerprints(claim, english):
    with at("2018-07-05"):
        snapshots = [publish_register(2018, 1), publish_register(2018, 2)]
    text = Client().get("/transparency/quarters/").content.decode()
    for snapshot in snapshots:
        assert snapshot.sha256 in text
        for format in FILES:
            assert f"/transparency/quarters/2018-{snapshot.quarter}.{format}" in text
    assert "Quarter 2 of 2018" in text
    assert "jq -cjS .register" in text
    assert "US$630.00" in text


def test_page_without_quarters_says_so(db, english):
    assert (
        "No quarter has been published yet"
        in Client().get("/transparency/quarters/").content.decode()
    )


@pytest.mark.parametrize("format", FILES)
def test_who_has_the_file_is_told_that_it_is_the_same(db, format):
    publish_register(2018, 1)
    first = file(format, 2018, 1)
    assert first["Cache-Control"] == "public, max-age=86400"
    assert content(first)
    again = file(format, 2018, 1, if_none_match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert file(format, 2018, 1, if_none_match='"other"').status_code == 200


@pytest.mark.parametrize(
    "path", ["2018-1.json", "2017-5.json", "2017-4.pdf", "99999999999999999999-4.json"]
)
def test_other_quarters_are_not_found(db, path):
    publish_register(2017, 4)
    assert Client().get(f"/transparency/quarters/{path}").status_code == 404


# --- When ------------------------------------------------------------------------------------


def test_task_publishes_from_the_fifth_day_and_once(db):
    fill_fund(1)
    for day, count in (("2018-04-04", 0), ("2018-04-05", 1), ("2018-04-06", 1), ("2018-06-30", 1)):
        with at(day):
            tasks.publish_register()
        assert RegisterSnapshot.objects.count() == count, day
    snapshot = RegisterSnapshot.objects.get()
    assert (snapshot.year, snapshot.quarter) == (2018, 1)


def test_command_publishes_the_last_quarter_or_the_one_it_is_given(db, capsys):
    last = Quarter.of(timezone.localdate()).previous
    call_command("publish_register")
    snapshot = RegisterSnapshot.objects.get()
    assert (snapshot.year, snapshot.quarter) == (last.year, last.number)
    assert snapshot.sha256 in capsys.readouterr().out
    call_command("publish_register", year=2017, quarter=4)
    assert RegisterSnapshot.objects.filter(year=2017, quarter=4).exists()


@pytest.mark.parametrize("options", [{"year": 2017}, {"quarter": 1}, {"year": 2999, "quarter": 1}])
def test_command_refuses_what_it_cannot_publish(db, options):
    with pytest.raises(CommandError):
        call_command("publish_register", **options)


def test_every_day_has_its_look_at_the_register(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["register"]
    assert entry["task"] == tasks.publish_register.name
    assert len(entry["schedule"].day_of_month) == 31
