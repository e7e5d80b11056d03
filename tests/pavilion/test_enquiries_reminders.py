"""What happens while a buyer waits, and what coordinators see of it."""

import pytest
import time_machine
from django.urls import reverse
from post_office.models import Email

from core.models import Notice
from pavilion import tasks
from pavilion.models import EnquiryThread
from pavilion.services import enquiry_reminders
from pavilion.services.enquiry_reminders import remind, send_digests
from tests import factories
from tests.pavilion import enquiry_rows as rows

SATURDAY_NIGHT = "2018-08-25 08:00Z"  # three in the morning in Mexico City
FRIDAY = "2018-08-24 15:00Z"  # ten o'clock
HOUR = 3600
LIST = reverse("admin:pavilion_enquirythread_changelist")
RATES = reverse("admin:pavilion_enquirythread_rates")


@pytest.fixture
def saturday(db):
    with time_machine.travel(SATURDAY_NIGHT, tick=False) as clock:
        yield clock


@pytest.fixture
def friday(db):
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


# --- Reminders -------------------------------------------------------------------------------------


def test_company_is_reminded_after_12_hours_and_at_24_once_each(saturday):
    thread = rows.thread()
    owner = factories.owner_of(thread.company).email
    told = []
    for _ in range(30):
        saturday.shift(HOUR)
        remind()
        remind()
        told.append(len(rows.recipients()))
    assert told == [0] * 11 + [1] * 12 + [2] * 7
    assert set(rows.recipients()) == {owner}
    early, late = Email.objects.order_by("pk")
    assert "12 horas" in early.subject
    assert "24 horas" in late.subject
    assert rows.EMAIL not in early.message + late.message


def test_after_an_outage_only_the_latest_reminder_goes_out(saturday):
    rows.thread()
    saturday.shift(40 * HOUR)
    tasks.remind_of_enquiries()
    assert len(rows.recipients()) == 1


@pytest.mark.parametrize("status", ["answered", "not_a_fit", "erased", "unconfirmed"])
def test_nobody_is_reminded_of_what_does_not_wait(saturday, status):
    rows.thread(status)
    saturday.shift(40 * HOUR)
    assert remind() == 0
    assert not Email.objects.exists()


def test_buyer_who_writes_again_starts_the_count_anew(saturday):
    thread = rows.thread()
    saturday.shift(13 * HOUR)
    remind()
    rows.answer(thread)
    rows.write(thread)
    Email.objects.all().delete()
    saturday.shift(11 * HOUR)
    assert remind() == 0
    saturday.shift(HOUR)
    assert remind() == 1


def test_buyer_of_a_suspended_company_is_told_once_and_the_company_is_not_reminded(saturday):
    thread = rows.thread(language="en")
    rows.suspend(thread.company)
    Email.objects.all().delete()
    for _ in range(3):
        saturday.shift(13 * HOUR)
        remind()
    mail = Email.objects.get()
    assert mail.to == [rows.EMAIL]
    assert "cannot answer you at the moment" in mail.subject
    assert "suspend" not in mail.message


def test_reminder_that_fails_is_tried_again_and_stops_no_other(saturday, monkeypatch, caplog):
    bad, good = rows.thread(), rows.thread()
    saturday.shift(13 * HOUR)
    really = enquiry_reminders.enquiry_mail.enquiry_reminder

    def fail(thread, **values):
        if thread.pk == bad.pk:
            raise RuntimeError("no outbox")
        really(thread, **values)

    with monkeypatch.context() as patch:
        patch.setattr("pavilion.enquiry_mail.enquiry_reminder", fail)
        assert remind() == 1
    assert rows.recipients() == [factories.owner_of(good.company).email]
    assert "reminder_failed" in caplog.text
    assert remind() == 1


def test_answer_between_finding_and_reminding_wins(saturday):
    thread = rows.thread()
    saturday.shift(13 * HOUR)
    ((key, found, act),) = enquiry_reminders._due(enquiry_reminders.timezone.now())
    rows.answer(thread)
    Email.objects.all().delete()
    assert not enquiry_reminders._once(key, found, act)
    assert not Email.objects.exists()
    assert not Notice.objects.filter(key=key).exists()


# --- The morning mail --------------------------------------------------------------------------------


def test_coordinators_and_managers_get_one_mail_a_day_of_what_is_late(friday):
    people = [factories.coordinator(language="en"), factories.manager()]
    factories.finance()
    factories.auditor()
    company = rows.vendor()
    boss = [factories.owner_of(company).email]
    first = rows.thread(company=company)
    rows.thread(company=company)
    friday.shift(24 * HOUR * 3)  # Monday
    rows.thread(company=company)
    told = sorted(person.email for person in people)
    sent = set(_digested())
    assert sent >= set(told)
    assert not sent & {*boss, factories.person().email}
    mail = Email.objects.get(to=people[0].email)
    assert f"- {company.name}: 2 (3 days)" in mail.message
    assert "2 buyers have waited" in mail.subject
    for private in (rows.EMAIL, "Li Wei", rows.TEXT):
        assert private not in mail.message
    assert send_digests() == 0
    friday.shift(24 * HOUR)
    assert send_digests() > 0
    assert first.pk


def _digested() -> list[str]:
    Email.objects.all().delete()
    send_digests()
    return rows.recipients()


def test_no_morning_mail_without_anything_late(friday):
    factories.coordinator()
    rows.thread()
    friday.shift(23 * HOUR)
    assert send_digests() == 0


@pytest.mark.parametrize("moment", ["2018-08-25 15:00Z", "2018-08-24 11:00Z", "2018-08-24 23:30Z"])
def test_no_morning_mail_at_weekends_and_out_of_hours(db, moment):
    with time_machine.travel("2018-08-20 15:00Z", tick=False):
        factories.coordinator()
        rows.thread()
    with time_machine.travel(moment, tick=False):
        tasks.send_enquiry_digests()
    assert not Email.objects.exists()


# --- The desk ----------------------------------------------------------------------------------------


@pytest.fixture
def coordinator(client, db):
    client.force_login(factories.coordinator(language="en"))
    return client


def test_coordinator_sees_what_waits_and_nothing_of_the_buyer(coordinator, friday, english):
    late, waiting = rows.thread(), None
    friday.shift(25 * HOUR)
    waiting = rows.thread()
    answered = rows.thread("quoted")
    rows.thread("unconfirmed")
    page = coordinator.get(LIST)
    assert list(page.context["cl"].result_list) == [late, waiting, answered]
    for thread in (late, waiting, answered):
        url = reverse("admin:pavilion_enquirythread_change", args=[thread.pk])
        assert f'href="{url}' in page.content.decode()
    text = page.content.decode()
    assert "China" in text
    assert late.company.name in text
    for thread in (late, answered):
        text += coordinator.get(
            reverse("admin:pavilion_enquirythread_change", args=[thread.pk])
        ).content.decode()
    for private in (rows.EMAIL, "Li Wei", "Shanghai Fruit", rows.TEXT, "US$ 12.", "2 pallets"):
        assert private not in text


@pytest.mark.parametrize(("wait", "number"), [("any", 3), ("near", 2), ("overdue", 1), ("x", 4)])
def test_list_is_filtered_by_how_long_they_wait(coordinator, friday, wait, number):
    rows.thread()
    friday.shift(13 * HOUR)
    rows.thread()
    friday.shift(13 * HOUR)
    rows.thread()
    rows.thread("answered")
    page = coordinator.get(LIST, {"wait": wait})
    assert page.context["cl"].result_count == number


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_for_any_number(coordinator, number, django_assert_num_queries):
    for _ in range(number):
        rows.thread()
    coordinator.get(LIST)
    with django_assert_num_queries(6):
        coordinator.get(LIST)


@pytest.mark.parametrize("number", [1, 3])
def test_reply_rates_ask_the_same_for_any_number(coordinator, number, django_assert_num_queries):
    for _ in range(number):
        rows.thread("answered")
    coordinator.get(RATES)
    with django_assert_num_queries(6):
        page = coordinator.get(RATES)
    assert len(page.context["rates"]) == number


def test_companies_are_listed_by_how_soon_they_answer(coordinator, friday):
    slow = rows.thread()
    quick = rows.thread("answered")
    rows.thread(company=rows.vendor())
    friday.shift(30 * HOUR)
    rows.answer(slow)
    rates = coordinator.get(RATES).context["rates"]
    assert [rate.times.percent for rate in rates] == [0, 0, 100]
    assert rates[-1].company == quick.company.name
    assert sum(rate.waiting for rate in rates) == 1


def test_reply_rates_are_read_only(coordinator):
    assert coordinator.post(RATES).status_code == 405
    assert EnquiryThread.objects.count() == 0
