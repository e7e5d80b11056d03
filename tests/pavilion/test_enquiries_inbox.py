"""What a company sees of its enquiries, and what it does there."""

import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from pavilion.models import EnquiryMessage, EnquiryReadMark, EnquiryThread
from tests import factories
from tests.constraints import violates
from tests.pavilion import enquiry_rows as rows

NOON = "2018-08-24 12:00Z"


@pytest.fixture
def company(db):
    return rows.vendor()


@pytest.fixture
def owner(company):
    client = Client()
    client.force_login(factories.owner_of(company))
    return client


def inbox(company) -> str:
    return reverse("pavilion:enquiries", args=[company.slug])


def page_of(thread) -> str:
    return reverse("pavilion:enquiry_thread", args=[thread.company.slug, thread.public_id])


def send(client, thread, text="US$ 12.40 a box.", outcome="quoted", **values):
    data = {"text": text, "outcome": outcome, "key": uuid.uuid4()}
    return client.post(page_of(thread), data | values)


# --- The list --------------------------------------------------------------------------------------


def test_dashboard_says_how_many_wait_and_when_the_first_answer_is_due(owner, company, english):
    dashboard = reverse("exporters:dashboard")
    with time_machine.travel(NOON, tick=False) as clock:
        assert "Enquiries of buyers" not in owner.get(dashboard).content.decode()
        first = rows.thread(company=company)
        clock.shift(19 * 3600)
        second = rows.thread(company=company)
        page = owner.get(dashboard).content.decode()
        for thread in (first, second):
            rows.answer(thread)
        after = owner.get(dashboard).content.decode()
    assert "2 enquiries wait for your answer" in page
    assert "The first answer is due in 5 h." in page
    assert "No buyer waits for you" in after


def test_inbox_has_what_waits_on_top_with_the_time_that_is_left(owner, company, english):
    with time_machine.travel(NOON, tick=False) as clock:
        answered = rows.thread("quoted", company)
        late = rows.thread(company=company)
        clock.shift(20 * 3600)
        soon = rows.thread(company=company)
        clock.shift(5 * 3600)
        rows.thread("unconfirmed", company)
        page = owner.get(inbox(company))
    assert list(page.context["page"]) == [late, soon, answered]
    text = page.content.decode()
    assert "Late by 1 h" in text
    assert "19 h left" in text
    assert text.count("New message") == 3
    assert rows.EMAIL not in text


def test_inbox_is_filtered_by_status(owner, company):
    waiting, quoted = rows.thread(company=company), rows.thread("quoted", company)
    page = owner.get(inbox(company), {"status": "quoted"})
    assert list(page.context["page"]) == [quoted]
    for unknown in ("erased", "unconfirmed", "x" * 999):
        assert set(owner.get(inbox(company), {"status": unknown}).context["page"]) == {
            waiting, quoted,
        }  # fmt: skip


def test_inbox_has_pages(owner, company):
    enquiry = rows.confirmed(company)
    thread = enquiry.threads.get()
    for _ in range(20):
        other = rows.Enquiry.objects.create(name="A", country="CN", email="a@b.example", text="?")
        thread.pk, thread.public_id, thread.enquiry = None, uuid.uuid4(), other
        thread._state.adding = True
        thread.save()
    assert len(owner.get(inbox(company)).context["page"]) == 20
    assert len(owner.get(inbox(company), {"page": "2"}).context["page"]) == 1


def test_empty_inbox_says_what_brings_enquiries(owner, company, english):
    assert "No enquiry yet" in owner.get(inbox(company)).content.decode()


def test_inbox_says_how_soon_the_company_answers(owner, company, english):
    with time_machine.travel(NOON, tick=False) as clock:
        quick, slow = rows.thread(company=company), rows.thread(company=company)
        clock.shift(3600)
        rows.answer(quick)
        clock.shift(30 * 3600)
        rows.answer(slow)
        times = owner.get(inbox(company)).context["reply_times"]
        assert (times.counted, times.percent) == (2, 50)
        clock.shift(91 * 86400)
        assert owner.get(inbox(company)).context["reply_times"] is None


@pytest.mark.parametrize("number", [1, 3])
def test_inbox_asks_the_same_for_any_number_of_enquiries(
    owner, company, number, django_assert_num_queries
):
    for _ in range(number):
        rows.thread(company=company)
    with django_assert_num_queries(8):
        owner.get(inbox(company))


@pytest.mark.parametrize("number", [1, 3])
def test_thread_asks_the_same_for_any_number_of_messages(
    owner, company, number, django_assert_num_queries
):
    thread = rows.thread(company=company)
    for _ in range(number):
        rows.answer(thread)
    owner.get(page_of(thread))
    with django_assert_num_queries(8):
        owner.get(page_of(thread))


def test_another_companys_enquiry_is_not_there(client, company):
    thread = rows.thread(company=company)
    stranger = factories.owner_of(rows.vendor())
    client.force_login(stranger)
    assert client.get(inbox(company)).status_code == 404
    assert client.get(page_of(thread)).status_code == 404
    assert send(client, thread).status_code == 404
    own = stranger.team_memberships.get().company
    address = reverse("pavilion:enquiry_thread", args=[own.slug, thread.public_id])
    assert client.get(address).status_code == 404


def test_enquiry_that_is_not_confirmed_is_not_there(owner, company):
    assert owner.get(page_of(rows.thread("unconfirmed", company))).status_code == 404


# --- The thread ------------------------------------------------------------------------------------


def test_company_reads_all_but_the_address(owner, company, english):
    thread = rows.thread(company=company)
    text = owner.get(page_of(thread)).content.decode()
    for known in ("Li Wei", "Shanghai Fruit", "China", "2 pallets", rows.TEXT, "简体中文"):
        assert known in text
    assert rows.EMAIL not in text
    assert thread.enquiry.token not in text


def test_opening_a_thread_reads_it_for_this_person_until_the_buyer_writes(owner, company):
    thread = rows.thread(company=company)
    colleague = factories.exporter(company, "editor")

    def unread(person) -> bool:
        return EnquiryThread.objects.with_unread(person).get(pk=thread.pk).is_unread

    person = factories.owner_of(company)
    assert unread(person)
    owner.get(page_of(thread))
    owner.get(page_of(thread))
    assert not unread(person)
    assert unread(colleague)
    rows.write(thread)
    assert unread(person)


def test_one_enquiry_mark_per_person(owner, company):
    thread = rows.thread(company=company)
    owner.get(page_of(thread))
    mark = EnquiryReadMark.objects.get()
    with violates(EnquiryReadMark, "one_enquiry_mark_per_person"):
        EnquiryReadMark.objects.create(thread=thread, user=mark.user, read_at=mark.read_at)


def test_answer_is_sent_with_its_outcome(owner, company):
    thread = rows.thread(company=company)
    answer = send(owner, thread)
    assert answer.url == page_of(thread) + "#latest"
    thread.refresh_from_db()
    assert thread.status == "quoted"
    assert rows.recipients() == [rows.EMAIL]
    page = owner.get(page_of(thread))
    assert page.context["form"]["outcome"].value() == "quoted"


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", ""), ("text", "x" * 3001), ("text", "a\x00"), ("outcome", "erased"), ("key", "")],
)
def test_answer_that_is_none_comes_back_as_it_was_typed(owner, company, field, value):
    thread = rows.thread(company=company)
    answer = send(owner, thread, **{field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert answer.context["form"][field].value() == value
    assert not EnquiryMessage.objects.exists()


def test_answer_of_someone_whose_session_ended_is_kept(owner, company, client):
    thread = rows.thread(company=company)
    version = str(owner.get(page_of(thread)).context["version"])
    answer = send(client, thread, version=version)
    assert answer.status_code == 302
    assert reverse("account_login") in answer.url
    client.force_login(factories.owner_of(company))
    page = client.get(page_of(thread))
    assert page.context["form"]["text"].value() == "US$ 12.40 a box."
    assert page.context["is_kept"]
    sent = send(client, thread, version=version)
    assert sent.status_code == 302
    assert not client.get(page_of(thread)).context["is_kept"]


def test_kept_answer_can_be_discarded(owner, company, client):
    thread = rows.thread(company=company)
    version = str(owner.get(page_of(thread)).context["version"])
    send(client, thread, version=version)
    client.force_login(factories.owner_of(company))
    client.post(page_of(thread), {"discard": "1"})
    assert not client.get(page_of(thread)).context["form"]["text"].value()


def test_answer_to_a_buyer_that_was_erased_meanwhile_is_refused_with_its_text(owner, company):
    thread = rows.thread("erased", company)
    answer = send(owner, thread, "US$ 12.40 a box.")
    assert answer.status_code == 422
    assert "US$ 12.40 a box." in answer.content.decode()
    assert not EnquiryMessage.objects.exists()
    assert owner.get(page_of(thread)).context["form"] is None


def test_suspended_company_reads_and_is_told_why_it_can_not_answer(owner, company, english):
    thread = rows.thread(company=company)
    rows.suspend(company)
    Email.objects.all().delete()
    page = owner.get(page_of(thread))
    assert rows.TEXT in page.content.decode()
    assert "You can read, not answer" in page.content.decode()
    assert page.context["form"] is None
    assert send(owner, thread).status_code == 422
    assert "You can read, not answer" in owner.get(inbox(company)).content.decode()
    assert not Email.objects.exists()


def test_answers_of_one_person_are_limited(owner, company, monkeypatch):
    monkeypatch.setattr("pavilion.views.inbox.ANSWERS_PER_HOUR", 1)
    with time_machine.travel(NOON, tick=False):
        thread = rows.thread(company=company)
        codes = [send(owner, thread).status_code for _ in range(2)]
    assert codes[-1] == 429
