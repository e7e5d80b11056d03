"""Messages on an application: who may write, what is stored, who is told, what is unread."""

import datetime
import threading
import uuid
from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.db.models import Count
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from core.append_only import AppendOnlyError
from core.uploads import StorageUnavailable, private_storage
from core.virus_scan import Verdict
from core.workflow import TransitionNotAllowed
from exporters import tasks
from exporters.access import may_message
from exporters.enums import ApplicationStatus as S
from exporters.models import Application, Message, MessageAttachment, ReadMark
from exporters.services import messages
from exporters.services.messages import TooManyMessages
from exporters.thread import LATEST
from exporters.unread import applications_with_unread, unread_for
from promexico_portal.celery import app
from tests import factories
from tests.constraints import violates
from tests.races import at_once, failures, race

TAKING = {
    S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED, S.APPROVED, S.REJECTED, S.SUSPENDED,
}  # fmt: skip
CLOSED = [S.DRAFT, S.WITHDRAWN, S.REVOKED]


@pytest.fixture
def holder(db):
    return factories.coordinator(full_name="Ana Coordina", language="en")


@pytest.fixture
def application(holder):
    return factories.application("in_review", reviewer=holder)


@pytest.fixture
def owner(application):
    return factories.owner_of(application.company)


@pytest.fixture
def mails(application):
    """The mail of messages alone: that of the steps before is gone."""
    Email.objects.all().delete()
    return Email.objects.order_by("pk")


def send(application, **values) -> Message:
    return messages.send_message(
        application,
        **{
            "body": "¿Falta algo?",
            "uploads": [],
            "author": application.created_by,
            "from_staff": False,
            "key": uuid.uuid4(),
        }
        | values,
    )


def answer(application, holder, **values) -> Message:
    return send(application, author=holder, from_staff=True, **values)


def files_of(application) -> list[str]:
    try:
        return private_storage().listdir(f"messages/{application.reference}")[1]
    except FileNotFoundError:
        return []


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(application) -> str:
    return reverse("exporters:messages", args=[application.reference])


def desk_page(application) -> str:
    return reverse("admin:exporters_application_messages", args=[application.pk])


def form(**values) -> dict:
    return {"body": "Buenos días", "key": uuid.uuid4(), **values}


# --- Sending ---------------------------------------------------------------------------------


def test_message_is_stored_with_its_files(application, owner):
    message = send(application, uploads=[factories.clean_pdf(), factories.clean_pdf("b.pdf")])
    assert (message.author, message.from_staff, message.body) == (owner, False, "¿Falta algo?")
    first, second = message.attachments.all()
    assert (first.original_name, second.original_name) == ("carta.pdf", "b.pdf")
    assert (first.check_status, first.scan_status) == ("pending", "pending")
    with first.file.open() as file:
        assert file.read(4) == b"%PDF"
    assert len(files_of(application)) == 2


def test_message_is_never_changed(application):
    message = send(application)
    with pytest.raises(AppendOnlyError):
        message.delete()
    with pytest.raises(AppendOnlyError):
        Message.objects.update(body="")


def test_retry_with_the_same_key_finds_the_first_message(application):
    key, file = uuid.uuid4(), factories.clean_pdf()
    first = send(application, key=key, uploads=[file])
    assert send(application, key=key, uploads=[file]) == first
    assert application.messages.count() == 1
    assert len(files_of(application)) == 1


@pytest.mark.parametrize("change", [{"body": "Otra cosa"}, {"uploads": True}])
def test_other_message_with_the_same_key_is_another_message(application, change):
    """The page was still open, and the person wrote on in it."""
    if "uploads" in change:
        change = {"uploads": [factories.clean_pdf()]}
    key = uuid.uuid4()
    first = send(application, key=key)
    assert send(application, key=key, **change) != first
    assert application.messages.count() == 2


def test_key_of_a_colleague_gives_nothing_away(application):
    colleague = factories.exporter(application.company, "editor")
    first = send(application)
    second = send(application, author=colleague, key=first.idempotency_key)
    assert second != first


def test_disk_that_refuses_leaves_no_row(application, mails, monkeypatch, tmp_path):
    (tmp_path / "messages").write_text("a file where the folder should be")
    monkeypatch.setattr(messages, "private_storage", lambda: FileSystemStorage(tmp_path))
    with pytest.raises(StorageUnavailable):
        send(application, uploads=[factories.clean_pdf()])
    assert not application.messages.exists()
    assert not mails.exists()


def test_row_that_fails_leaves_no_file_and_no_mail(application, mails, monkeypatch):
    def fail(message):
        raise IntegrityError

    monkeypatch.setattr(messages, "_notify", fail)
    with pytest.raises(IntegrityError):
        send(application, uploads=[factories.clean_pdf(), factories.clean_pdf("b.pdf")])
    assert files_of(application) == []
    assert not Message.objects.exists()
    assert not MessageAttachment.objects.exists()
    assert not mails.exists()


def test_answer_of_the_holder_is_work_on_the_file(application, holder):
    Application.objects.update(worked_at=None)
    send(application)
    answer(application, factories.coordinator())
    application.refresh_from_db()
    assert application.worked_at is None
    message = answer(application, holder)
    application.refresh_from_db()
    assert application.worked_at == message.created_at


def test_thirty_messages_an_hour_are_enough(application):
    for number in range(30):
        send(application, body=f"{number}")
    with pytest.raises(TooManyMessages):
        send(application)
    assert send(application, author=factories.exporter(application.company, "editor"))


def test_message_is_stored_once_by_its_key(application):
    first = send(application)
    with violates(Message, "message_is_stored_once"):
        Message.objects.create(
            application=application, author=first.author, from_staff=False, body="x",
            idempotency_key=first.idempotency_key,
        )  # fmt: skip


def test_person_has_one_read_mark(application, owner):
    messages.mark_read(application, owner, until=timezone.now())
    with violates(ReadMark, "one_read_mark_per_person"):
        ReadMark.objects.create(application=application, user=owner, read_at=timezone.now())


# --- Who may write ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", S.values)
def test_messages_are_taken_from_the_first_sending_until_the_end(
    application, holder, owner, status
):
    application.status = status
    assert may_message(owner, application, from_staff=False) == (status in TAKING)
    assert may_message(holder, application, from_staff=True) == (status in TAKING)
    assert bool(messages.closed_reason(application)) == (status not in TAKING)


@pytest.mark.parametrize("status", CLOSED)
def test_closed_application_takes_no_message(db, status):
    application = factories.application(status)
    for values in ({}, {"author": factories.coordinator(), "from_staff": True}):
        with pytest.raises(TransitionNotAllowed):
            send(application, uploads=[factories.clean_pdf()], **values)
    assert not application.messages.exists()
    assert files_of(application) == []


def test_company_that_was_rejected_may_ask_why(db):
    assert send(factories.application("rejected"))


def test_only_the_team_and_independent_reviewers_may_write(application):
    staff = {
        factories.coordinator(): True,
        factories.manager(): True,
        factories.superuser(): True,
        factories.finance(): False,
        factories.auditor(): False,
    }
    for person, may in staff.items():
        assert may_message(person, application, from_staff=True) is may
        assert not may_message(person, application, from_staff=False)
    insider = factories.coordinator()
    application.company.team.create(user=insider, role="editor")
    assert not may_message(insider, application, from_staff=True)
    assert may_message(insider, application, from_staff=False)
    stranger = factories.exporter(factories.company())
    for side in (True, False):
        assert not may_message(stranger, application, from_staff=side)
        with pytest.raises(TransitionNotAllowed):
            send(application, author=stranger, from_staff=side)


# --- The check of attachments -----------------------------------------------------------------


def attach(application, *uploads) -> MessageAttachment:
    return send(application, uploads=uploads or [factories.clean_pdf()]).attachments.get()


def checked(attachment) -> MessageAttachment:
    messages.check_attachment(attachment)
    return MessageAttachment.objects.get(pk=attachment.pk)


def test_attachment_in_order_may_be_opened_once_checked(application):
    attachment = attach(application)
    assert not attachment.may_be_opened
    attachment = checked(attachment)
    assert (attachment.check_status, attachment.scan_status) == ("readable", "not_scanned")
    assert attachment.may_be_opened


def test_attachment_that_does_not_open_stays_closed(application):
    attachment = checked(attach(application, factories.clean_pdf(content=b"%PDF-1.4 broken")))
    assert attachment.check_status == "unreadable"
    assert not attachment.may_be_opened


def test_attachment_with_a_virus_stays_closed(application, monkeypatch):
    monkeypatch.setattr("core.virus_scan.scan", lambda path: Verdict.INFECTED)
    attachment = checked(attach(application))
    assert attachment.scan_status == "infected"
    assert not attachment.may_be_opened
    monkeypatch.setattr("core.virus_scan.scan", lambda path: Verdict.CLEAN)
    assert checked(attachment).scan_status == "infected"  # the first check counts


def test_check_is_ordered_after_the_commit(
    application, monkeypatch, django_capture_on_commit_callbacks
):
    ordered = []
    monkeypatch.setattr(
        app, "send_task", lambda name, args=(), *_, **__: ordered.append((name, args))
    )
    with django_capture_on_commit_callbacks(execute=True):
        attachment = attach(application)
        assert not ordered
    assert ("exporters.tasks.check_attachment", [attachment.pk]) in ordered


@pytest.fixture
def worker():
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def test_sweep_picks_up_only_what_was_lost(application, worker):
    with time_machine.travel(timezone.now() - datetime.timedelta(hours=1)):
        lost = attach(application)
    fresh = attach(application)
    tasks.check_pending_documents()
    lost.refresh_from_db()
    fresh.refresh_from_db()
    assert (lost.check_status, fresh.check_status) == ("readable", "pending")


def test_task_checks_an_attachment_once(application, monkeypatch):
    attachment = attach(application)
    tasks.check_attachment(attachment.pk)
    monkeypatch.setattr(messages, "check_attachment", lambda row: pytest.fail("checked again"))
    tasks.check_attachment(attachment.pk)
    tasks.check_attachment(-1)


# --- Mail ------------------------------------------------------------------------------------


def test_holder_is_mailed_in_their_language(application, holder, owner, mails):
    send(application, body="El secreto", uploads=[factories.clean_pdf("secreto.pdf")])
    mail = mails.get()
    assert mail.to == [holder.email]
    assert mail.subject.startswith("Read a new message from")
    assert f"https://portal.example/en/admin/exporters/application/{application.pk}/messages/" in (
        mail.message
    )
    assert application.reference in mail.message
    assert str(owner) in mail.message
    assert "ecreto" not in mail.subject + mail.message + mail.html_message


@pytest.mark.parametrize(
    ("language", "subject", "path"),
    [
        ("es", "Lea un mensaje nuevo sobre su solicitud", "/applications/"),
        ("en", "Read a new message about your application", "/en/applications/"),
        ("zh-hans", "请查看关于贵公司申请", "/zh-hans/applications/"),
    ],
)
def test_team_is_mailed_in_the_language_of_the_company(
    application, holder, owner, mails, language, subject, path
):
    colleague = factories.exporter(application.company, "editor")
    factories.exporter(application.company, "editor", is_active=False)
    type(application.company).objects.update(language=language)
    answer(application, holder, body="El secreto", uploads=[factories.clean_pdf("secreto.pdf")])
    assert [mail.to for mail in mails] == [[owner.email], [colleague.email]]
    for mail in mails:
        assert mail.subject.startswith(subject)
        assert f"https://portal.example{path}{application.reference}/messages/" in mail.message
        assert "Ana Coordina" in mail.message
        assert "ecreto" not in mail.subject + mail.message + mail.html_message


@pytest.mark.parametrize("language", ["es", "en", "zh-hans"])
def test_mail_to_the_holder_exists_in_every_language(application, holder, mails, language):
    type(holder).objects.filter(pk=holder.pk).update(language=language)
    send(application)
    assert application.reference in mails.get().subject


def test_holder_who_left_the_desk_is_not_mailed(application, holder, mails):
    holder.groups.clear()
    send(application)
    assert not mails.exists()


def test_message_on_a_file_that_nobody_holds_mails_nobody(db):
    application = factories.application("submitted")
    Email.objects.all().delete()
    send(application)
    assert not Email.objects.exists()


def test_who_has_not_looked_is_not_mailed_again_for_twelve_hours(application, holder, mails):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        answer(application, holder)
        clock.shift(datetime.timedelta(hours=6))
        answer(application, holder)
        assert mails.count() == 1
        clock.shift(datetime.timedelta(hours=6))  # twelve since the mail, not since the message
        answer(application, holder)
        assert mails.count() == 2
        clock.shift(datetime.timedelta(hours=1))
        answer(application, holder)
        assert mails.count() == 2


def test_who_has_looked_is_mailed_of_the_next_message(application, holder, owner, mails):
    with time_machine.travel(timezone.now()) as clock:
        for _ in range(2):
            message = answer(application, holder)
            messages.mark_read(application, owner, until=message.created_at)
            clock.shift(60)
    assert mails.count() == 2


def test_mail_of_one_side_or_file_does_not_silence_another(application, holder, mails):
    send(application)
    answer(application, holder)
    second = factories.application("in_review", reviewer=holder)
    mails.all().filter(subject__contains=second.reference).delete()
    send(second)
    assert mails.count() == 3


def test_new_holder_is_mailed_though_the_old_one_was(application, holder, mails):
    send(application)
    other = factories.coordinator()
    Application.objects.update(assigned_to=other)
    send(application)
    assert [mail.to for mail in mails] == [[holder.email], [other.email]]


# --- What is unread --------------------------------------------------------------------------


def test_each_person_has_their_own_unread_marks(application, holder, owner):
    colleague = factories.exporter(application.company, "editor")
    answer(application, holder)
    message = answer(application, holder)
    assert unread_for(application, owner, from_staff=True) == 2
    messages.mark_read(application, owner, until=message.created_at)
    assert unread_for(application, owner, from_staff=True) == 0
    assert unread_for(application, colleague, from_staff=True) == 2
    assert unread_for(application, holder) == 0  # one's own side is not news


def test_read_mark_never_moves_back(application, holder, owner):
    first, second = answer(application, holder), answer(application, holder)
    messages.mark_read(application, owner, until=second.created_at)
    messages.mark_read(application, owner, until=first.created_at)
    assert unread_for(application, owner, from_staff=True) == 0
    assert ReadMark.objects.get(user=owner).read_at == second.created_at


def test_desk_counts_the_files_of_a_holder_with_unread_messages(application, holder):
    quiet = factories.application("in_review", reviewer=holder)
    send(factories.application("in_review"))  # on another desk
    answer(quiet, holder)
    message = send(application)
    condition = applications_with_unread(holder)
    assert list(Application.objects.filter(condition)) == [application]
    assert Application.objects.aggregate(number=Count("pk", filter=condition)) == {"number": 1}
    messages.mark_read(application, holder, until=message.created_at)
    assert not Application.objects.filter(condition).exists()


# --- The company's page ----------------------------------------------------------------------


def test_company_writes_with_a_file_and_the_programme_answers(application, holder, owner):
    client, desk = signed_in(owner), signed_in(holder)
    file = SimpleUploadedFile("carta.pdf", factories.pdf())
    reply = client.post(page(application), form(files=[file]))
    assert reply.url == f"{page(application)}#latest"
    seen = desk.get(desk_page(application))
    (message,) = seen.context["thread"]
    assert seen.context["first_unread"] == message.pk
    assert message.attachments.get().original_name == "carta.pdf"
    reply = desk.post(desk_page(application), form(body="Todo bien"))
    assert reply.url == f"{desk_page(application)}#latest"
    text = client.get(page(application)).content.decode()
    assert "Todo bien" in text
    assert "Ana Coordina" in text
    assert [item.from_staff for item in application.messages.all()] == [False, True]


@pytest.mark.parametrize("side", ["company", "desk"])
def test_visit_marks_as_read_and_shows_where_the_new_begins(application, holder, owner, side):
    ours, theirs = (owner, holder) if side == "company" else (holder, owner)
    address = page(application) if side == "company" else desk_page(application)
    send(application, author=theirs, from_staff=theirs == holder)
    new = send(application, author=theirs, from_staff=theirs == holder, body="dos")
    client, other = signed_in(ours), signed_in(factories.coordinator())
    first = client.get(address)
    assert first.context["first_unread"] == application.messages.first().pk
    assert 'id="new"' in first.content.decode()
    assert client.get(address).context["first_unread"] is None
    newest = send(application, author=theirs, from_staff=theirs == holder, body="tres")
    assert client.get(address).context["first_unread"] == newest.pk != new.pk
    if side == "desk":
        assert unread_for(application, other.get(address).wsgi_request.user) == 0
        assert ReadMark.objects.filter(application=application).count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"body": "  "}, "body"),
        ({"body": "x" * 4001}, "body"),
        ({"body": "in\u202evisible"}, "body"),
        ({"key": "x"}, "key"),
        ({"files": [SimpleUploadedFile("a.exe", b"MZ")]}, "files"),
        ({"files": [SimpleUploadedFile("a.pdf", b"<html>")]}, "files"),
        ({"files": [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.4") for n in range(4)]}, "files"),
        (
            {"files": [SimpleUploadedFile(f"{n}.pdf", b"%PDF" + b" " * 5_300_000) for n in "ab"]},
            "files",
        ),
    ],
)
def test_refused_form_says_why_and_keeps_the_text(application, holder, owner, values, field):
    for person, address in ((owner, page(application)), (holder, desk_page(application))):
        for file in values.get("files", []):
            file.seek(0)
        values = form(body="No lo pierda") | values
        reply = signed_in(person).post(address, values)
        assert reply.status_code == 422
        assert list(reply.context["form"].errors) == [field]
        if field != "body":
            assert "No lo pierda" in reply.content.decode()
    assert not Message.objects.exists()


def test_each_refused_file_is_named(application, owner):
    files = [SimpleUploadedFile("bien.pdf", factories.pdf()), SimpleUploadedFile("mal.pdf", b"x")]
    reply = signed_in(owner).post(page(application), form(files=files))
    (error,) = reply.context["form"].errors["files"]
    assert error.startswith("mal.pdf: ")


@pytest.mark.parametrize("side", ["company", "desk"])
def test_disk_limit_and_closing_are_told_beside_the_field(
    application, holder, owner, monkeypatch, side
):
    client = signed_in(owner if side == "company" else holder)
    address = page(application) if side == "company" else desk_page(application)

    def refuse(error):
        monkeypatch.setattr(messages, "send_message", lambda *args, **values: _raise(error))
        reply = client.post(address, form(body="No lo pierda"))
        assert "No lo pierda" in reply.content.decode()
        return reply.status_code, list(reply.context["form"].errors)

    assert refuse(StorageUnavailable()) == (503, ["files"])
    assert refuse(TooManyMessages("enough")) == (429, ["body"])
    assert refuse(TransitionNotAllowed("closed")) == (422, ["body"])


def _raise(error):
    raise error


def test_same_form_sent_twice_is_one_message(application, owner):
    client, values = signed_in(owner), form()
    for _ in range(2):
        assert client.post(page(application), values).status_code == 302
    assert application.messages.count() == 1


@pytest.mark.parametrize("status", CLOSED)
def test_closed_application_shows_its_thread_and_why(db, status):
    application = factories.application(status)
    client = signed_in(application.created_by)
    desk = signed_in(factories.coordinator())
    assert client.post(page(application), form()).status_code == 422
    replies = [client.get(page(application))]
    if status == "draft":  # no business of the desk yet
        assert desk.get(desk_page(application)).status_code == 404
    else:
        assert desk.post(desk_page(application), form()).status_code == 422
        replies.append(desk.get(desk_page(application)))
    for reply in replies:
        assert reply.context["closed_reason"]
        assert reply.context["form"] is None


def test_auditor_reads_and_does_not_write(application):
    send(application)
    auditor = signed_in(factories.auditor())
    reply = auditor.get(desk_page(application))
    assert reply.context["form"] is None
    assert reply.context["closed_reason"]
    assert auditor.post(desk_page(application), form()).status_code == 403


def test_long_thread_begins_with_its_latest_messages(application, owner):
    Message.objects.bulk_create(
        Message(application=application, author=owner, from_staff=False, body=f"{number}")
        for number in range(LATEST + 2)
    )
    client = signed_in(owner)
    context = client.get(page(application)).context
    assert context["has_earlier"]
    assert [item.body for item in context["thread"]] == [str(n) for n in range(2, LATEST + 2)]
    context = client.get(page(application), {"all": ""}).context
    assert not context["has_earlier"]
    assert len(context["thread"]) == LATEST + 2


def test_text_of_a_message_is_never_markup(application, holder, owner):
    send(application, body="<script>alert(1)</script>")
    for person, address in ((owner, page(application)), (holder, desk_page(application))):
        text = signed_in(person).get(address).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


# --- Files -----------------------------------------------------------------------------------


def file_url(attachment) -> str:
    return reverse("exporters:message_attachment", args=[attachment.public_id])


def test_file_goes_to_the_team_and_to_staff_as_a_download(application, holder, owner):
    attachment = checked(attach(application))
    for person in (owner, holder, factories.auditor()):
        reply = signed_in(person).get(file_url(attachment))
        assert b"".join(reply.streaming_content).startswith(b"%PDF")
        assert reply["Content-Disposition"] == 'attachment; filename="carta.pdf"'
        assert "sandbox" in reply["Content-Security-Policy"]
    stranger = factories.exporter(factories.company())
    assert signed_in(stranger).get(file_url(attachment)).status_code == 404


@pytest.mark.parametrize(
    "state",
    [
        {"check_status": "readable", "scan_status": "infected"},
        {"check_status": "unreadable", "scan_status": "clean"},
        {"check_status": "pending", "scan_status": "pending"},
    ],
)
def test_file_that_is_not_in_order_goes_to_nobody(application, holder, owner, state):
    attachment = attach(application)
    MessageAttachment.objects.update(**state)
    pages = {owner: page(application), holder: desk_page(application)}
    for person, address in pages.items():
        client = signed_in(person)
        assert client.get(file_url(attachment)).status_code == 404
        text = client.get(address).content.decode()
        assert "carta.pdf" in text
        assert file_url(attachment) not in text


# --- Where unread messages are announced -----------------------------------------------------


def test_application_page_and_dashboard_say_how_many_are_new(application, holder, owner):
    client = signed_in(owner)
    detail = reverse("exporters:application_detail", args=[application.reference])
    assert client.get(detail).context["unread"] == 0
    assert page(application) not in client.get(reverse("exporters:dashboard")).content.decode()
    answer(application, holder)
    assert client.get(detail).context["unread"] == 1
    assert page(application) in client.get(detail).content.decode()
    assert page(application) in client.get(reverse("exporters:dashboard")).content.decode()
    client.get(page(application))
    assert client.get(detail).context["unread"] == 0


def test_draft_has_no_messages_yet(db):
    draft = factories.application()
    detail = reverse("exporters:application_detail", args=[draft.reference])
    assert signed_in(draft.created_by).get(detail).context["unread"] is None


def test_link_of_the_review_page_says_how_many_wait(application):
    name = "admin/exporters/application/_messages_link.html"
    for number, shown in ((0, False), (2, True)):
        text = render_to_string(name, {"application": application, "unread_messages": number})
        assert desk_page(application) in text
        assert ('class="pill"' in text) is shown


# --- Queries ---------------------------------------------------------------------------------

QUERIES = {"company": 8, "desk": 10, "dashboard": 7}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", QUERIES)
def test_page_takes_the_same_queries_for_one_message_and_for_three(
    application, holder, owner, name, rows, django_assert_num_queries
):
    for number in range(rows):
        uploads = [factories.clean_pdf()]
        send(application, uploads=uploads, body=f"{number}")
        answer(application, holder, uploads=uploads, body=f"{number}")
    pages = {
        "company": (owner, page(application)),
        "desk": (holder, desk_page(application)),
        "dashboard": (owner, reverse("exporters:dashboard")),
    }
    person, address = pages[name]
    client = signed_in(person)
    client.get(address)  # the first visit writes its mark
    with django_assert_num_queries(QUERIES[name]):
        assert client.get(address).status_code == 200


# --- At the same moment ----------------------------------------------------------------------


@race
def test_simultaneous_retries_are_one_message(db):
    holder = factories.coordinator()
    application = factories.application("in_review", reviewer=holder)
    Email.objects.all().delete()
    key, file = uuid.uuid4(), factories.clean_pdf()
    results = at_once(*[lambda: send(application, key=key, uploads=[file])] * 8)
    assert not failures(results)
    assert len({message.pk for message in results}) == 1
    assert application.messages.count() == 1
    assert len(files_of(application)) == 1
    assert Email.objects.count() == 1


@race
def test_simultaneous_retries_collide_without_the_lock(db, monkeypatch):
    """The control: it is the lock on the application that lets a retry find the first."""
    application, key = factories.application("in_review"), uuid.uuid4()
    together = threading.Barrier(2, timeout=20)

    def create(**values):
        together.wait()
        return Message.objects.create(**values)

    rows = Application.objects.select_related("company")
    unlocked = SimpleNamespace(lock=lambda row: rows.get(pk=row.pk))
    monkeypatch.setattr(messages, "APPLICATION", unlocked)
    monkeypatch.setattr(
        messages, "Message", SimpleNamespace(objects=SimpleNamespace(create=create))
    )
    results = at_once(*[lambda: send(application, key=key)] * 2)
    assert [type(error) for error in failures(results)] == [IntegrityError]


@race
def test_simultaneous_messages_are_all_stored_and_mailed_once(db):
    holder = factories.coordinator()
    application = factories.application("in_review", reviewer=holder)
    Email.objects.all().delete()
    results = at_once(*[lambda: send(application)] * 6)
    assert not failures(results)
    assert application.messages.count() == 6
    assert Email.objects.count() == 1


@race
def test_simultaneous_visits_leave_one_mark(db):
    application = factories.application("in_review")
    person, now = application.created_by, timezone.now()
    results = at_once(*[lambda: messages.mark_read(application, person, until=now)] * 6)
    assert not failures(results)
    assert ReadMark.objects.get(user=person).read_at == now


@race
def test_application_withdrawn_meanwhile_takes_no_message(db):
    application = factories.application("submitted")
    owner = application.created_by
    results = at_once(
        lambda: factories.move(application, "withdraw", actor=owner), lambda: send(application)
    )
    refused = failures(results)
    assert all(isinstance(error, TransitionNotAllowed) for error in refused)
    assert application.messages.count() == 1 - len(refused)
