"""A buyer has its data erased: not a trace of it is left anywhere."""

import sqlite3

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import STATUS, Email, Log

from core import outbox
from pavilion import tasks
from pavilion.models import Enquiry, EnquiryMessage, EnquiryThread
from pavilion.services import enquiries, erasure
from pavilion.services.erasure import erase_enquiry
from tests import factories
from tests.pavilion import enquiry_rows as rows
from tests.pavilion.test_enquiries import ANSWERS, form_of

NOON = "2018-08-24 12:00Z"
ASKED_AGAIN = "Our bank is the Pudong branch."


def everything() -> str:
    """All rows of all tables, those of other packages and of the cache among them."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found.append(repr(cursor.fetchall()))
    return "\n".join(found)


def traces() -> list[str]:
    dump = everything().casefold()
    words = (rows.EMAIL, "Li Wei", "Shanghai Fruit", rows.TEXT, ASKED_AGAIN, "2 pallets")
    return [word for word in words if word.casefold() in dump]


@pytest.fixture
def lived(db):
    """An enquiry with all that can happen to one: asked on the page, answered, mailed, refused."""
    rows.open_pavilion()
    company = rows.vendor()
    client = Client()
    with time_machine.travel("2018-08-24 12:00Z", tick=False) as clock:
        data = form_of(client, rows.product_of(company).slug) | ANSWERS
        clock.shift(9)
        assert client.post(reverse("pavilion:enquiry_new"), data).status_code == 302
    enquiry = Enquiry.objects.get()
    enquiries.confirm_enquiry(enquiry)
    thread = enquiry.threads.get()
    rows.answer(thread, text=f"Dear Li Wei of Shanghai Fruit, is {rows.EMAIL} right? US$ 12.")
    rows.write(thread, ASKED_AGAIN)
    mail = Email.objects.filter(message__contains=enquiry.token).first()
    Log.objects.create(
        email=mail, date=timezone.now(), status=STATUS.failed, message=f"550 <{rows.EMAIL}>"
    )
    enquiry.refresh_from_db()
    return enquiry


def test_words_to_look_for_are_there_before(lived):
    assert len(traces()) == 6


def test_erasure_leaves_no_trace_in_the_whole_database(lived, client):
    client.post(reverse("pavilion:enquiry_erase", args=[lived.token]))
    assert traces() == []


def test_what_stays_is_dates_country_and_the_words_of_the_company(lived):
    before = EnquiryThread.objects.get()
    assert erase_enquiry(lived)
    thread = EnquiryThread.objects.select_related("enquiry").get()
    assert thread.status == "erased"
    assert (thread.received_at, thread.first_answer_at) == (
        before.received_at, before.first_answer_at,
    )  # fmt: skip
    assert thread.enquiry.country == "CN"
    assert thread.enquiry.erased_at is not None
    texts = list(thread.messages.values_list("text", flat=True))
    assert texts == ["Dear […] of […], is […] right? US$ 12.", ""]


def test_companies_are_told_and_nobody_else(lived):
    owner = factories.owner_of(EnquiryThread.objects.get().company)
    Email.objects.all().delete()
    erase_enquiry(lived)
    assert rows.recipients() == [owner.email]
    assert traces() == []


def test_mail_that_was_queued_goes_to_nobody(lived, monkeypatch):
    sent = []
    monkeypatch.setattr(
        "django.core.mail.backends.locmem.EmailBackend.send_messages",
        lambda backend, messages: sent.extend(messages),
    )
    told = Email.objects.count()
    erase_enquiry(lived)
    while outbox.send_due():
        pass
    assert not Email.objects.exclude(status=STATUS.sent).exists()
    assert rows.EMAIL not in [address for message in sent for address in message.to]
    assert Email.objects.count() == told + 1


def test_mail_about_others_stays(lived):
    other = rows.confirmed(email="other@mail.example", name="Ana", organisation="", text="Hello")
    erase_enquiry(lived)
    assert Email.objects.filter(message__contains=other.token).exists()
    assert Enquiry.objects.get(pk=other.pk).name == "Ana"


def test_erasing_asks_first_and_is_done_once(lived, client):
    url = reverse("pavilion:enquiry_erase", args=[lived.token])
    assert client.get(url).status_code == 200
    assert len(traces()) == 6
    Email.objects.all().delete()
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 302
    assert Email.objects.count() == 1
    page = reverse("pavilion:enquiry", args=[lived.token])
    assert client.get(url).url == page
    assert client.get(page).status_code == 200
    assert client.get(reverse("pavilion:enquiry_confirm", args=[lived.token])).url == page


def test_unconfirmed_enquiry_is_deleted_whole_and_nobody_is_told(client, db):
    enquiry = rows.asked()
    Email.objects.exclude(message__contains=enquiry.token).delete()
    client.post(reverse("pavilion:enquiry_erase", args=[enquiry.token]))
    assert not Enquiry.objects.exists()
    assert rows.recipients() == []
    assert traces() == []


def test_messages_of_an_enquiry_change_by_erasure_alone(db):
    message = rows.write(rows.thread())
    with pytest.raises(TypeError):
        EnquiryMessage.objects.update(text="")
    with pytest.raises(TypeError):
        message.save()
    with pytest.raises(TypeError):
        EnquiryMessage.objects.all().delete()


def test_erasure_that_fails_erases_nothing(lived, monkeypatch):
    def fail(thread):
        raise RuntimeError("no outbox")

    monkeypatch.setattr("pavilion.enquiry_mail.enquiry_erased", fail)
    with pytest.raises(RuntimeError):
        erase_enquiry(lived)
    assert len(traces()) == 6


def test_enquiry_is_erased_two_years_after_its_last_message_and_nobody_is_told(db):
    with time_machine.travel(NOON, tick=False) as clock:
        thread = rows.thread("answered")
        clock.shift(300 * 86400)
        rows.write(thread)
        Email.objects.all().delete()
        clock.shift(730 * 86400)
        tasks.erase_enquiries()
        assert not Enquiry.objects.get().is_erased
        clock.shift(1)
        tasks.erase_enquiries()
        assert Enquiry.objects.get().is_erased
    assert EnquiryThread.objects.get().status == "erased"
    assert not Email.objects.exists()


def test_enquiry_that_can_not_be_erased_stops_no_other(db, monkeypatch, caplog):
    with time_machine.travel(NOON, tick=False) as clock:
        bad, good = rows.asked(), rows.asked()
        clock.shift(8 * 86400)
        really = erasure.erase_enquiry

        def erase(enquiry, **options):
            if enquiry.pk == bad.pk:
                raise sqlite3.OperationalError("disk")
            return really(enquiry, **options)

        monkeypatch.setattr(erasure, "erase_enquiry", erase)
        assert erasure.delete_unconfirmed() == 1
    assert Enquiry.objects.get() == bad
    assert "erasure_failed" in caplog.text
    assert good.pk != bad.pk


def test_privacy_notice_tells_of_enquiries(client, db):
    assert 'id="enquiries"' in client.get(reverse("privacy")).content.decode()
