"""What happens by itself: each thing on its day, to exactly whom it concerns, and once."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from post_office.models import Email

from core import mail
from exporters import tasks
from exporters.models import Application, Document
from exporters.services import applications, chasers
from exporters.services.decisions import stage_decision
from tests import factories
from tests.races import at_once, failures, race

MEXICO = ZoneInfo("America/Mexico_City")
DAY = datetime.timedelta(days=1)


def moment(day: str | datetime.date, hour: int = 10, minute: int = 0) -> datetime.datetime:
    """This hour of this day in Mexico City."""
    day = datetime.date.fromisoformat(str(day))
    return datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=MEXICO)


@pytest.fixture
def clock():
    """Stands at a day and hour in Mexico; `clock("2018-08-24", 10)` sets it."""
    with time_machine.travel(moment("2018-08-01"), tick=False) as traveller:
        yield lambda day, hour=10, minute=0: traveller.move_to(moment(day, hour, minute))


def subjects() -> list[str]:
    return list(Email.objects.order_by("pk").values_list("subject", flat=True))


def addresses() -> list[str]:
    return sorted(address for email in Email.objects.all() for address in email.to)


def swept() -> list[str]:
    """The subjects of what one sweep mails."""
    Email.objects.all().delete()
    chasers.sweep()
    return subjects()


def calendar(clock, first: str, days: int) -> dict[str, list[str]]:
    """Day → the subjects mailed on it, with a sweep at every hour of `days` days."""
    found = {}
    for number in range(days):
        day = datetime.date.fromisoformat(first) + DAY * number
        sent = []
        for hour in (8, 9, 13, 17, 18, 23):
            clock(day, hour)
            sent += swept()
        if sent:
            found[day.isoformat()] = sent
    return found


def asked(status: str = "changes_requested", **values) -> Application:
    """An application whose documents never expire, so that one thing is tested."""
    application = factories.application(status, **values)
    application.documents.update(issued_on=None)
    Email.objects.all().delete()
    return application


# --- Changes requested ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("requested", "reminded", "closed"),
    [
        # the closing falls on a Sunday
        ("2018-08-24", ["2018-08-31", "2018-09-07", "2018-09-14"], "2018-09-24"),
        # asked on a Saturday: every reminder falls on one
        ("2018-08-25", ["2018-09-03", "2018-09-10", "2018-09-17"], "2018-09-24"),
        # Monday 16 September
        ("2019-08-26", ["2019-09-02", "2019-09-09", "2019-09-17"], "2019-09-25"),
        # third Monday of November
        ("2018-10-29", ["2018-11-05", "2018-11-12", "2018-11-20"], "2018-11-28"),
        # Christmas and New Year
        ("2018-12-18", ["2018-12-26", "2019-01-02", "2019-01-08"], "2019-01-17"),
    ],
)
def test_team_is_reminded_three_times_and_then_the_application_is_closed(
    db, clock, requested, reminded, closed
):
    clock(requested)
    application = asked()
    found = calendar(clock, requested, 45)
    assert list(found) == [*reminded, closed]
    assert [len(mails) for mails in found.values()] == [1, 1, 1, 1]
    first, second, last, closing = (mails[0] for mails in found.values())
    assert "espera sus cambios hasta el" in first
    assert first == second
    assert last.startswith("Último recordatorio")
    assert closing.startswith("Cerramos su solicitud")
    application.refresh_from_db()
    assert application.status == "expired"


def test_reminders_promise_the_day_on_which_the_application_is_closed(db, clock):
    clock("2018-08-24")
    asked()
    clock("2018-08-31")
    assert "hasta el 24 de septiembre de 2018" in swept()[0]
    assert "antes del 24 de septiembre de 2018" in Email.objects.get().message


def test_closing_is_logged_without_an_actor_and_frees_the_company(db, clock):
    clock("2018-08-24")
    application = asked()
    clock("2018-09-24")
    chasers.sweep()
    step = application.transitions.last()
    assert (step.transition, step.to_status, step.actor) == ("expire", "expired", None)
    again = applications.start_application(application.company, actor=application.created_by)
    assert again.pk != application.pk


@pytest.mark.parametrize(
    ("hour", "minute", "acts"), [(8, 59, False), (9, 0, True), (17, 59, True), (18, 0, False)]
)
def test_sweep_acts_in_office_hours_of_mexico(db, clock, hour, minute, acts):
    clock("2018-08-24")
    asked()
    clock("2018-08-31", hour, minute)
    assert bool(swept()) is acts


def test_beat_sweeps_every_office_hour_and_sends_digests_at_eight_in_mexico(settings):
    beat = settings.CELERY_BEAT_SCHEDULE
    assert settings.CELERY_TIMEZONE == "America/Mexico_City"
    assert beat["chasers"]["schedule"].hour == set(chasers.OFFICE_HOURS)
    assert (beat["digests"]["schedule"].hour, beat["digests"]["schedule"].minute) == ({8}, {0})


def test_task_of_the_worker_sweeps(db, clock):
    clock("2018-08-24")
    asked()
    clock("2018-08-31")
    tasks.chase()
    tasks.send_digests()
    assert len([subject for subject in subjects() if "espera sus cambios" in subject]) == 1


@pytest.mark.parametrize("day", ["2018-09-01", "2018-09-02", "2018-11-19", "2019-01-01"])
def test_sweep_rests_on_weekends_and_holidays(db, clock, day):
    clock("2018-08-24")
    asked()
    clock(day)
    assert swept() == []


@pytest.mark.parametrize(
    ("back", "subject"),
    [
        ("2018-09-06", "Su solicitud"),
        ("2018-09-13", "Su solicitud"),
        ("2018-09-21", "Último recordatorio"),
        ("2018-12-03", "Cerramos"),
    ],
)
def test_after_an_outage_only_the_latest_thing_due_is_done(db, clock, back, subject):
    clock("2018-08-24")
    asked()
    clock(back)
    (sent,) = swept()
    assert sent.startswith(subject)
    assert swept() == []


def test_sweep_twice_in_a_row_mails_once(db, clock):
    clock("2018-08-24")
    asked()
    clock("2018-08-31")
    assert [len(swept()), len(swept())] == [1, 0]


def test_new_request_starts_its_count_anew(db, clock):
    clock("2018-08-24")
    reviewer = factories.coordinator()
    application = asked(reviewer=reviewer)
    clock("2018-09-13")
    assert len(swept()) == 1
    factories.move(application, "resubmit", actor=application.created_by)
    clock("2018-09-14")
    assert swept() == []
    factories.move(application, "claim", actor=reviewer)
    factories.move(application, "request_changes", actor=reviewer)
    found = calendar(clock, "2018-09-15", 40)
    assert list(found) == ["2018-09-21", "2018-09-28", "2018-10-05", "2018-10-15"]


def test_answer_that_comes_while_the_sweep_runs_stops_it(db, clock):
    clock("2018-08-24")
    application = asked()
    clock("2018-09-24")
    due = chasers.chase_changes(datetime.date(2018, 9, 24))
    factories.document(application, "tax_opinion")
    factories.answer_corrections(application, actor=application.created_by)
    applications.submit_application(application, actor=application.created_by)
    Email.objects.all().delete()
    assert len(due) == 1
    assert chasers._do(due) == 0
    application.refresh_from_db()
    assert (application.status, subjects()) == ("submitted", [])


def test_reminder_says_how_many_corrections_are_open(db, clock):
    clock("2018-08-24")
    application = asked()
    request = application.transitions.last()
    application.corrections.all().delete()
    for target in ("company", "tax_opinion"):
        application.corrections.create(
            request=request, target=target, reason_code="other", message="Corrija."
        )
    clock("2018-08-31")
    swept()
    assert "Faltan 2 correcciones." in Email.objects.get().message
    clock("2018-09-07")
    application.corrections.filter(target="company").update(resolved_at=moment("2018-09-01"))
    swept()
    assert "Falta una corrección." in Email.objects.get().message


def test_one_application_that_fails_stops_no_other(db, clock, monkeypatch, caplog):
    clock("2018-08-24")
    rows = [asked() for _ in range(3)]
    clock("2018-08-31")
    queue = mail.queue

    def fail_for_the_second(event, **values):
        if values["company"] == rows[1].company:
            raise ZeroDivisionError
        queue(event, **values)

    with monkeypatch.context() as patch:
        patch.setattr(mail, "queue", fail_for_the_second)
        chasers.sweep()
    owners = [factories.owner_of(row.company).email for row in rows]
    assert addresses() == sorted([owners[0], owners[2]])
    assert [record.message for record in caplog.records] == ["chaser_failed"]
    swept()  # and the next sweep makes it good
    assert addresses() == [owners[1]]


# --- At the same moment -----------------------------------------------------------------------


def sweep_twice_at_once(clock) -> list[str]:
    clock("2018-08-24")
    for _ in range(5):
        asked()
    clock("2018-08-31")
    assert not failures(at_once(chasers.sweep, chasers.sweep))
    return addresses()


@race
def test_two_sweeps_at_once_mail_nothing_twice(clock):
    found = sweep_twice_at_once(clock)
    assert len(found) == len(set(found)) == 5


@race
def test_two_sweeps_at_once_without_the_notice_mail_twice(clock, monkeypatch):
    """The control: it is the notice that keeps the second one quiet."""
    monkeypatch.setattr(chasers, "first_time", lambda key: True)
    found = sweep_twice_at_once(clock)
    assert (len(found), len(set(found))) == (10, 5)


@race
def test_two_sweeps_at_once_close_an_application_once(clock):
    clock("2018-08-24")
    application = asked()
    clock("2018-09-24")
    assert sorted(at_once(chasers.sweep, chasers.sweep)) == [0, 1]
    assert application.transitions.filter(transition="expire").count() == 1
    assert Email.objects.count() == 1


# --- Drafts -----------------------------------------------------------------------------------


def test_draft_is_reminded_twice_and_never_closed(db, clock):
    clock("2018-08-24")
    draft = asked("draft")
    found = calendar(clock, "2018-08-24", 120)
    assert list(found) == ["2018-08-31", "2018-09-24"]  # the 23rd is a Sunday
    assert all("guardada, pero aún no enviada" in mails[0] for mails in found.values())
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_draft_that_is_worked_on_is_left_alone(db, clock):
    clock("2018-08-24")
    draft = asked("draft")
    clock("2018-08-30")
    draft.motivation += " Y en Japón."
    applications.save_section(draft, ["motivation"])
    clock("2018-08-31")
    assert swept() == []
    factories.document(draft, "address")
    Document.objects.update(issued_on=None)
    clock("2018-09-06")
    assert swept() == []
    clock("2018-09-07")
    assert len(swept()) == 1


def test_draft_gets_no_early_reminder_after_the_late_one(db, clock):
    clock("2018-08-24")
    draft = asked("draft")
    clock("2018-09-27")
    assert len(swept()) == 1
    draft.motivation += " Y en Japón."
    applications.save_section(draft, ["motivation"])
    clock("2018-10-05")
    assert swept() == []


def test_draft_that_was_given_up_is_left_in_peace(db, clock):
    clock("2018-01-15")
    asked("draft")
    clock("2018-08-24")
    assert swept() == []


def test_draft_reminder_says_how_much_is_missing(db, clock):
    clock("2018-08-24")
    draft = asked("draft")
    draft.documents.filter(kind="address").update(replaced_at=moment("2018-08-24"))
    clock("2018-08-31")
    swept()
    assert "Falta un dato o documento." in Email.objects.get().message


# --- Documents --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["submitted", "in_review", "changes_requested"])
def test_team_is_told_once_of_a_document_that_expires(db, clock, status):
    clock("2018-08-23")
    application = factories.application(status)
    application.documents.exclude(kind="tax_opinion").update(issued_on=None)
    Application.objects.update(worked_at=moment("2018-12-01"))  # nobody is idle here
    clock("2018-09-14")  # valid until the 22nd
    assert not any("32-D" in subject for subject in swept())
    clock("2018-09-17")
    (subject,) = (subject for subject in swept() if "32-D" in subject)
    assert "vigente hasta el 22 de septiembre de 2018" in subject
    email = Email.objects.get(subject=subject)
    assert email.to == [application.created_by.email]
    assert ("súbalo" in email.message) is (status == "changes_requested")
    clock("2018-09-18")
    assert swept() == []


@pytest.mark.parametrize("status", ["draft", "approved", "rejected", "withdrawn", "expired"])
def test_nobody_is_told_of_documents_that_no_longer_matter(db, clock, status):
    clock("2018-08-23")
    factories.application(status)
    clock("2018-09-18")
    assert not any("32-D" in subject for subject in swept())


def test_replaced_document_is_not_chased_and_its_successor_is(db, clock):
    clock("2018-08-23")
    application = factories.application("changes_requested")
    application.documents.exclude(kind="tax_opinion").update(issued_on=None)
    clock("2018-09-12")
    factories.document(application, "tax_opinion", issued_on=datetime.date(2018, 8, 25))
    clock("2018-09-18")
    assert not any("32-D" in subject for subject in swept())
    clock("2018-09-19")  # until the 24th
    assert any("32-D" in subject for subject in swept())


def test_document_that_is_replaced_while_the_sweep_runs_is_not_chased(db, clock):
    clock("2018-08-23")
    application = factories.application("changes_requested")
    clock("2018-09-18")
    due = chasers.warn_of_documents(datetime.date(2018, 9, 18))
    assert len(due) == 1
    factories.document(application, "tax_opinion")
    Email.objects.all().delete()
    chasers._do(due)
    assert subjects() == []


# --- Idle claims ------------------------------------------------------------------------------


def test_idle_claim_is_warned_and_goes_back_on_the_next_working_day(db, clock):
    clock("2018-11-12")  # a Monday; the 19th is a holiday
    application = asked("in_review")
    holder = application.assigned_to
    found = calendar(clock, "2018-11-12", 30)
    assert list(found) == ["2018-11-16", "2018-11-20"]
    warning, release = (mails[0] for mails in found.values())
    assert "vuelve a la fila el 20 de noviembre de 2018" in warning
    assert "volvió a la fila" in release
    application.refresh_from_db()
    assert (application.status, application.assigned_to) == ("submitted", None)
    step = application.transitions.last()
    assert (step.transition, step.actor) == ("release_idle", None)
    assert step.created_at == moment("2018-11-20", 9)
    assert holder != application.created_by


def test_idle_claim_tells_its_coordinator_alone(db, clock):
    clock("2018-11-12")
    application = asked("in_review")
    factories.coordinator()
    for day in ("2018-11-16", "2018-11-20"):
        clock(day)
        swept()
        assert addresses() == [application.assigned_to.email]


def test_work_keeps_a_claim(db, clock):
    clock("2018-11-12")
    application = asked("in_review")
    clock("2018-11-16")
    assert len(swept()) == 1
    Application.objects.filter(pk=application.pk).update(worked_at=moment("2018-11-16"))
    clock("2018-11-20")
    assert swept() == []
    found = calendar(clock, "2018-11-21", 10)
    assert list(found) == ["2018-11-23", "2018-11-26"]


def test_after_an_outage_nobody_loses_a_claim_without_a_warning(db, clock):
    clock("2018-11-05")
    asked("in_review")
    found = calendar(clock, "2018-11-27", 5)
    assert list(found) == ["2018-11-27", "2018-11-28"]
    assert "vuelve a la fila el 28 de noviembre" in found["2018-11-27"][0]


def test_decision_that_is_prepared_while_the_sweep_runs_keeps_the_claim(db, clock):
    clock("2018-11-12")
    application = asked("in_review")
    assert calendar(clock, "2018-11-12", 5).keys() == {"2018-11-16"}
    clock("2018-11-20")
    due = chasers.release_idle(timezone.localdate())
    reason = {"reason_code": "other", "reason_text": "No procede."}
    stage_decision(application, "reject", actor=application.assigned_to, **reason)
    assert (len(due), chasers._do(due)) == (1, 0)
    application.refresh_from_db()
    assert application.status == "in_review"


def test_claim_of_someone_who_left_is_released_without_mail(db, clock):
    clock("2018-11-12")
    application = asked("in_review")
    holder = application.assigned_to
    holder.is_active = False
    holder.save()
    assert calendar(clock, "2018-11-12", 10) == {}
    application.refresh_from_db()
    assert application.status == "submitted"


@race
def test_two_sweeps_at_once_release_a_claim_once(clock):
    clock("2018-11-12")
    application = asked("in_review")
    clock("2018-11-16")
    chasers.sweep()
    Email.objects.all().delete()
    clock("2018-11-20")
    assert sorted(at_once(chasers.sweep, chasers.sweep)) == [0, 1]
    assert application.transitions.filter(transition="release_idle").count() == 1
    assert Email.objects.count() == 1


# --- Every mail, in every language ------------------------------------------------------------

EVENTS = {  # how it comes about: status, the day of it, the day of the sweep, who hears
    "changes_reminder": ("changes_requested", "2018-08-24", "2018-08-31", "team"),
    "last_reminder": ("changes_requested", "2018-08-24", "2018-09-14", "team"),
    "application_expired": ("changes_requested", "2018-08-24", "2018-09-24", "team"),
    "draft_reminder": ("draft", "2018-08-24", "2018-08-31", "team"),
    "document_expires": ("in_review", "2018-08-24", "2018-09-20", "team"),
    "idle_warning": ("in_review", "2018-08-20", "2018-08-24", "holder"),
    "idle_released": ("in_review", "2018-08-20", "2018-08-27", "holder"),
}
SUBJECTS = {
    "changes_reminder": (
        "Su solicitud %s espera sus cambios hasta el 24 de septiembre de 2018",
        "Your application %s waits for your changes until Sept. 24, 2018",
        "贵公司的申请 %s 等待修改，将于2018年9月24日关闭",
    ),
    "last_reminder": (
        "Último recordatorio: Su solicitud %s espera sus cambios hasta el 24 de septiembre de 2018",
        "Last reminder: Your application %s waits for your changes until Sept. 24, 2018",
        "最后一次提醒：贵公司的申请 %s 等待修改，将于2018年9月24日关闭",
    ),
    "application_expired": (
        "Cerramos su solicitud %s; puede empezar de nuevo",
        "We have closed your application %s; you may start again",
        "贵公司的申请 %s 已关闭，您可以重新申请",
    ),
    "draft_reminder": (
        "Su solicitud %s está guardada, pero aún no enviada",
        "Your application %s is saved, but not sent yet",
        "贵公司的申请 %s 已保存，但尚未提交",
    ),
    "document_expires": (
        "Opinión de cumplimiento 32-D positiva: vigente hasta el 23 de septiembre de 2018 (%s)",
        "Positive 32-D tax compliance opinion: valid until Sept. 23, 2018 (%s)",
        "32-D纳税合规证明（结论为合规）：有效期至2018年9月23日（%s）",
    ),
    "idle_warning": (
        "Aguacates (%s) vuelve a la fila el 27 de agosto de 2018",
        "Aguacates (%s) goes back to the queue on Aug. 27, 2018",
        "Aguacates（%s）将于2018年8月27日退回队列",
    ),
    "idle_released": (
        "Aguacates (%s) volvió a la fila",
        "Aguacates (%s) is back in the queue",
        "Aguacates（%s）已退回队列",
    ),
}


@pytest.mark.parametrize(("number", "language"), [(0, "es"), (1, "en"), (2, "zh-hans")])
@pytest.mark.parametrize("event", EVENTS)
def test_mail_reaches_whom_it_concerns_in_their_language(db, clock, event, number, language):
    status, day, due, hears = EVENTS[event]
    clock(day)
    company = factories.company(language=language, trade_name="Aguacates")
    editor = factories.exporter(company, role="editor", language="es")
    factories.exporter(company, is_active=False)
    holder = factories.coordinator(language=language)
    factories.coordinator()  # hears nothing
    application = factories.application(status, company=company, reviewer=holder)
    if event == "document_expires":
        application.documents.exclude(kind="tax_opinion").update(issued_on=None)
        Application.objects.update(worked_at=moment(due))
    else:
        application.documents.update(issued_on=None)
    if event == "idle_released":
        clock("2018-08-24")
        chasers.sweep()
    Email.objects.all().delete()
    clock(due)
    chasers.sweep()
    people = [factories.owner_of(company), editor] if hears == "team" else [holder]
    assert addresses() == sorted(person.email for person in people)
    email = Email.objects.first()
    assert email.subject == SUBJECTS[event][number] % application.reference
    prefix = "" if language == "es" else f"/{language}"
    path = (
        f"applications/{application.reference}/"
        if hears == "team"
        else f"admin/exporters/application/{application.pk}/"
    )
    assert f"https://portal.example{prefix}/{path}" in email.message
    assert f'lang="{language}"' in email.html_message
    assert not {"{{", "{%", "None"} & set(email.message.split())
    assert "%" not in email.message
