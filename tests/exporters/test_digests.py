"""The morning mail: what waits on a desk, on working days at eight, once, when there is any."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from post_office.models import Email

from core import mail
from exporters.models import Application
from exporters.services.digests import send_digests
from tests import factories
from tests.races import at_once, failures, race

MEXICO = ZoneInfo("America/Mexico_City")
QUEUE = "https://portal.example/admin/exporters/application/"


@pytest.fixture
def clock():
    def moment(day: int, hour: int = 8) -> datetime.datetime:
        """A day of August 2018; the 20th is a Monday."""
        return datetime.datetime(2018, 8, day, hour, tzinfo=MEXICO)

    with time_machine.travel(moment(13), tick=False) as traveller:
        yield lambda day, hour=8: traveller.move_to(moment(day, hour))


def sent() -> dict[str, Email]:
    """Address → the digest that a run mails to it."""
    Email.objects.all().delete()
    send_digests()
    mails = Email.objects.all()
    found = {email.to[0]: email for email in mails}
    assert len(found) == len(mails)
    return found


def ageless(status: str, **values) -> Application:
    application = factories.application(status, **values)
    application.documents.update(issued_on=None)
    return application


def test_nobody_is_mailed_when_there_is_nothing(db, clock):
    factories.coordinator()
    factories.manager()
    ageless("draft")
    assert sent() == {}


def test_coordinator_reads_own_files_longest_waiting_first(db, clock):
    holder = factories.coordinator(full_name="Ana Robles")
    old = ageless("in_review", reviewer=holder)
    clock(16)
    new = ageless("in_review", reviewer=holder)
    ageless("in_review")  # on another desk
    clock(17)
    digest = sent()[holder.email]
    assert digest.subject == ("Su mesa de revisión hoy: 2 en revisión, 0 de vuelta, 0 sin asignar")
    text = digest.message
    assert "Ana Robles" in text
    assert f"- {old.reference} · {old.company.name} · 4 días hábiles\n" in text
    assert f"- {new.reference} · {new.company.name} · 1 día hábil\n" in text
    assert text.index(old.reference) < text.index(new.reference)
    assert f"{QUEUE}?desk=mine" in text
    assert "?desk=waiting" not in text
    assert "?desk=came_back" not in text
    assert "Todas las mesas" not in text


def test_digest_names_what_came_back_and_what_is_unassigned(db, clock):
    holder, other = factories.coordinator(), factories.coordinator()
    back = ageless("changes_requested", reviewer=holder)
    factories.move(back, "resubmit", actor=back.created_by)
    ageless("submitted", reviewer=other)
    clock(14)
    found = sent()
    assert set(found) == {holder.email, other.email}
    text = found[holder.email].message
    assert back.reference in text
    assert f"{QUEUE}?desk=came_back" in text
    assert f"Sin asignar, para quien las tome: 1\n{QUEUE}?desk=unassigned" in text
    assert back.reference not in found[other.email].message


def test_digest_warns_before_an_application_is_closed(db, clock):
    holder = factories.coordinator()
    waiting = ageless("changes_requested", reviewer=holder)  # closed on 12 September
    clock(31)
    assert sent() == {}
    with time_machine.travel(datetime.datetime(2018, 9, 7, 8, tzinfo=MEXICO), tick=False):
        text = sent()[holder.email].message
    assert f"- {waiting.reference} · {waiting.company.name} · se cierra el 12 de septiembre" in text
    assert f"{QUEUE}?desk=waiting" in text


def test_digest_names_documents_that_expire(db, clock):
    holder = factories.coordinator()
    application = factories.application("changes_requested", reviewer=holder)
    clock(31)
    application.documents.filter(kind="tax_opinion").update(issued_on=datetime.date(2018, 8, 5))
    (text,) = (email.message for email in sent().values())
    assert "Documentos cuya vigencia termina (1)" in text
    assert f"{application.reference} · {application.company.name} · Opinión" in text
    assert "vigente hasta el 4 de septiembre de 2018" in text


def test_long_list_ends_in_the_link(db, clock):
    holder = factories.coordinator()
    for _ in range(12):
        ageless("in_review", reviewer=holder)
    text = sent()[holder.email].message
    assert "(12)" in text
    assert text.count("· 0 días hábiles") == 10


def test_manager_reads_the_totals_of_all_desks(db, clock):
    boss = factories.manager()
    ageless("in_review")
    ageless("changes_requested")
    back = ageless("changes_requested")
    factories.move(back, "resubmit", actor=back.created_by)
    text = sent()[boss.email].message
    assert "Todas las mesas juntas:" in text
    for line in (
        "- En revisión: 1",
        "- Regresaron: 1",
        "- Esperan a la empresa: 1; se cierran pronto: 0",
        "- Documentos cuya vigencia termina: 0",
    ):
        assert line in text


def test_digest_is_for_those_who_review(db, clock):
    reviewer = factories.coordinator()
    ageless("submitted", reviewer=reviewer)
    factories.coordinator(is_active=False)
    for role in ("finance", "auditor", "superuser", "exporter"):
        getattr(factories, role)()
    assert set(sent()) == {reviewer.email}


@pytest.mark.parametrize(
    ("day", "hour", "sends"),
    [(17, 8, True), (17, 7, False), (17, 11, True), (17, 18, False), (18, 8, False)],
)
def test_digest_is_sent_on_working_days_from_eight(db, clock, day, hour, sends):
    ageless("submitted")
    factories.coordinator()
    clock(day, hour)
    assert bool(sent()) is sends


def test_digest_rests_on_a_holiday(db):
    with time_machine.travel(datetime.datetime(2018, 11, 19, 8, tzinfo=MEXICO), tick=False):
        ageless("submitted")
        factories.coordinator()
        assert sent() == {}


def test_digest_goes_once_a_day_and_missed_days_are_not_made_up(db, clock):
    ageless("submitted", reviewer=factories.coordinator())
    clock(14)
    assert [len(sent()), len(sent())] == [1, 0]
    clock(17)
    assert [len(sent()), len(sent())] == [1, 0]


def test_digest_that_fails_stops_no_other(db, clock, monkeypatch, caplog):
    first, second = factories.coordinator(), factories.coordinator()
    ageless("submitted", reviewer=first)
    queue = mail.queue

    def fail_for_the_first(event, **values):
        if values["to"] == first.email:
            raise ZeroDivisionError
        queue(event, **values)

    with monkeypatch.context() as patch:
        patch.setattr(mail, "queue", fail_for_the_first)
        assert set(sent()) == {second.email}
    assert [record.message for record in caplog.records] == ["digest_failed"]
    assert set(sent()) == {first.email}


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("es", "Su mesa de revisión hoy: 1 en revisión, 1 de vuelta, 1 sin asignar"),
        ("en", "Your review desk today: 1 in review, 1 came back, 1 to be claimed"),
        ("zh-hans", "您今天的审核台：审核中 1 件，已改回 1 件，待认领 1 件"),
    ],
)
def test_digest_is_in_the_language_of_the_person(db, clock, language, subject):
    boss = factories.manager(language=language)
    factories.application("in_review", reviewer=boss)
    back = ageless("changes_requested", reviewer=boss)
    factories.move(back, "resubmit", actor=back.created_by)
    ageless("submitted")
    closing = ageless("changes_requested", reviewer=boss)
    with time_machine.travel(datetime.datetime(2018, 9, 11, 8, tzinfo=MEXICO), tick=False):
        email = sent()[boss.email]
    assert email.subject == subject
    prefix = "" if language == "es" else f"/{language}"
    queue = f"https://portal.example{prefix}/admin/exporters/application/"
    for part in ("?desk=mine", "?desk=came_back", "?desk=unassigned", "?desk=waiting", "\n"):
        assert f"{queue}{part}" in email.message
    assert closing.reference in email.message
    assert f'lang="{language}"' in email.html_message
    assert not {"{{", "{%", "None"} & set(email.message.split())


@race
def test_two_runs_at_once_mail_each_digest_once(clock):
    people = [factories.coordinator() for _ in range(4)]
    ageless("submitted", reviewer=people[0])
    Email.objects.all().delete()
    assert not failures(at_once(*[send_digests] * 3))
    found = sorted(email.to[0] for email in Email.objects.all())
    assert found == sorted(person.email for person in people)
