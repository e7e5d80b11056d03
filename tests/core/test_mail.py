import contextlib
import smtplib
import time

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from post_office.models import STATUS, Email

from core import mail, tasks
from exporters import notifications
from exporters.services import applications
from tests import factories
from tests.races import at_once, failures, race, real_commits

NAME = "{% debug %}{{ 7|add:7 }} “Ñandú” & Cía. <b>"


@pytest.fixture
def application(db):
    company = factories.company(trade_name=NAME, language="en")
    return factories.application("submitted", company=company)


@pytest.fixture
def review_mail(application):
    """The stored mail of one event."""
    Email.objects.all().delete()
    notifications.review_started(application)
    return Email.objects.get()


def test_company_name_that_looks_like_a_template_arrives_as_written(review_mail):
    message = review_mail.email_message()
    assert NAME in message.subject + message.body
    html = review_mail.html_message
    assert "{% debug %}{{ 7|add:7 }} “Ñandú” &amp; Cía. &lt;b&gt;" in html
    assert "<b>" not in html.replace(NAME, "")


@real_commits
def test_company_name_arrives_as_written_after_the_outbox_sent_it(review_mail):
    tasks.send_mail()
    (sent,) = django_mail.outbox
    assert NAME in sent.subject + sent.body
    review_mail.refresh_from_db()
    assert review_mail.status == STATUS.sent


def test_mail_never_has_a_template_of_the_outbox(review_mail):
    assert review_mail.template is None
    assert not review_mail.context


@pytest.mark.parametrize("language", ["es", "en", "zh-hans"])
def test_mail_is_in_the_language_of_the_company(application, language):
    application.company.language = language
    with translation.override("en" if language == "es" else "es"):  # of the person who acts
        Email.objects.all().delete()
        notifications.review_started(application)
    message = Email.objects.get()
    prefix = "" if language == "es" else f"/{language}"
    assert (
        f"https://portal.example{prefix}/applications/{application.reference}/" in message.message
    )
    assert f'lang="{language}"' in message.html_message


def test_mail_in_an_unknown_language_falls_back_to_spanish(application):
    application.company.language = "fr"
    Email.objects.all().delete()
    notifications.review_started(application)
    assert 'lang="es"' in Email.objects.get().html_message


@real_commits
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\u2028", "\x0b"])
def test_line_breaks_in_a_subject_become_spaces(ending):
    subject = f"Hola{ending}Bcc: victim@mail.example"
    EmailMultiAlternatives(subject, "body", to=["a@mail.example"]).send()
    stored = Email.objects.get()
    assert stored.subject == "Hola Bcc: victim@mail.example"
    assert stored.bcc == []
    tasks.send_mail()
    assert list(django_mail.outbox[0].message().items())[0]


@real_commits
def test_company_name_with_line_breaks_gives_no_header(application):
    application.company.trade_name = "A\r\nBcc: victim@mail.example"
    Email.objects.all().delete()
    notifications.review_started(application)
    tasks.send_mail()
    message = django_mail.outbox[0].message()
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]


def test_nothing_is_stored_when_the_work_is_rolled_back(application, monkeypatch):
    Email.objects.all().delete()

    class PowerCut(Exception):
        pass

    with pytest.raises(PowerCut), transaction.atomic():
        applications.withdraw_application(
            application, actor=factories.owner_of(application.company)
        )
        assert Email.objects.exists()
        raise PowerCut
    assert not Email.objects.exists()


def test_mail_is_sent_after_the_commit(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        send_mail("Hola", "body", None, ["a@mail.example"])
    assert callbacks == [tasks.send_mail.delay]
    assert django_mail.outbox == []


@real_commits
def test_mail_waits_in_the_outbox_while_the_broker_is_down(monkeypatch, caplog):
    def down():
        raise OSError("no broker")

    monkeypatch.setattr(tasks.send_mail, "delay", down)
    send_mail("Hola", "body", None, ["a@mail.example"])
    assert Email.objects.get().status == STATUS.queued
    tasks.send_mail()  # the periodic sweep
    assert len(django_mail.outbox) == 1


@real_commits
def test_mail_waits_while_the_mail_server_is_down(monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPConnectError(421, b"later")

    backend = "django.core.mail.backends.locmem.EmailBackend.send_messages"
    send_mail("Hola", "body", None, ["a@mail.example"])
    with monkeypatch.context() as broken:
        broken.setattr(backend, refuse)
        tasks.send_mail()
    message = Email.objects.get()
    assert message.status == STATUS.requeued
    Email.objects.update(scheduled_time=None)
    tasks.send_mail()
    assert len(django_mail.outbox) == 1


@real_commits
def test_every_mail_has_a_message_id_that_stays():
    send_mail("Hola", "body", None, ["a@mail.example"])
    stored = Email.objects.get()
    assert stored.message_id
    tasks.send_mail()
    assert django_mail.outbox[0].extra_headers["Message-ID"] == stored.message_id


@real_commits
def test_mail_is_sent_once_even_when_the_task_runs_twice():
    send_mail("Hola", "body", None, ["a@mail.example"])
    tasks.send_mail()
    tasks.send_mail()
    assert len(django_mail.outbox) == 1


@race
def test_mail_is_sent_once_by_two_workers_on_two_machines(monkeypatch):
    """The outbox's own lock is a file, of which another machine knows nothing."""
    monkeypatch.setattr("post_office.mail.FileLock", lambda name: contextlib.nullcontext())
    locmem = "django.core.mail.backends.locmem.EmailBackend.send_messages"
    sent = []

    def send_slowly(self, messages):
        time.sleep(0.05)
        sent.extend(messages)
        return len(messages)

    monkeypatch.setattr(locmem, send_slowly)
    for number in range(5):
        send_mail("Hola", "body", None, [f"a{number}@mail.example"])
    assert not failures(at_once(tasks.send_mail, tasks.send_mail))
    assert sorted(message.to[0] for message in sent) == [
        f"a{number}@mail.example" for number in range(5)
    ]


def test_subject_is_the_first_line_of_the_template(review_mail):
    assert "\n" not in review_mail.subject
    assert review_mail.subject.strip()
    assert not review_mail.message.startswith(review_mail.subject)


def test_absolute_addresses_start_with_the_site(settings):
    settings.SITE_URL = "https://enunclick.example/"
    assert mail.absolute("/apply/") == "https://enunclick.example/apply/"


def test_only_addresses_of_the_portal_become_links(db):
    name = "evil.example/aguacates & <b>"
    url = "https://portal.example/applications/MX-1/?a=1"
    html = render_to_string(
        "mail/layout.html",
        {"subject": "x", "body": f"{name}\n{url}", "site_url": "https://portal.example"}
        | {"programme": "P", "agency": "A", "url": "", "action": ""},
    )
    assert f'<a href="{url}">{url}</a>' in html
    assert "evil.example/aguacates &amp; &lt;b&gt;" in html
    assert html.count("<a ") == 3  # the head, this one, and the foot
