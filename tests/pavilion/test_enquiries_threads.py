"""What the two sides of an enquiry do, and what each move leads to."""

import uuid

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from core.workflow import TransitionNotAllowed
from pavilion.enums import OUTCOMES, EnquiryStatus
from pavilion.models import EnquiryMessage, EnquiryThread
from pavilion.services import enquiries
from pavilion.services.erasure import erase_enquiry
from pavilion.workflow import ENQUIRY
from tests import factories
from tests.pavilion import enquiry_rows as rows

OUTCOME_OF = {step: str(status) for status, step in enquiries._STEP_TO.items()}
MOVES = {
    "confirm": lambda thread: enquiries.confirm_enquiry(thread.enquiry),
    "ask_again": rows.write,
    "erase": lambda thread: erase_enquiry(thread.enquiry),
    **{
        step: lambda thread, outcome=outcome: rows.answer(thread, outcome=outcome)
        for step, outcome in OUTCOME_OF.items()
    },
}
LEGAL = [(step.name, source) for step in ENQUIRY.transitions for source in sorted(step.sources)]


@pytest.mark.parametrize(("name", "source"), LEGAL)
def test_move_leads_where_the_table_says_and_is_logged(db, name, source):
    thread = rows.thread(source)
    steps = thread.transitions.count()
    MOVES[name](thread)
    moved = EnquiryThread.objects.get(pk=thread.pk)
    assert moved.status == ENQUIRY[name].target
    assert thread.transitions.count() == steps + 1
    step = thread.transitions.last()
    assert (step.transition, step.from_status, step.to_status) == (name, source, moved.status)
    by_company = name in OUTCOME_OF
    assert step.actor == (factories.owner_of(thread.company) if by_company else None)
    assert (moved.waiting_since is not None) == (moved.status == EnquiryStatus.WAITING)


@pytest.mark.parametrize("status", EnquiryStatus.values)
@pytest.mark.parametrize("name", [step.name for step in ENQUIRY.transitions])
def test_no_move_that_the_table_does_not_know(db, status, name):
    thread = EnquiryThread(status=status)
    legal = status in ENQUIRY[name].sources
    assert legal == ((name, status) in LEGAL)
    if legal:
        return
    thread = _in(status)
    with pytest.raises(TransitionNotAllowed):
        ENQUIRY.move(thread, name, actor=None)
    assert EnquiryThread.objects.get(pk=thread.pk).status == status


def _in(status) -> EnquiryThread:
    """A bare row, since nothing follows from a refusal."""
    enquiry = rows.Enquiry.objects.create(
        name="Li", country="CN", email="li@mail.example", text="?"
    )
    now = timezone.now()
    since = now if status == EnquiryStatus.WAITING else None
    return EnquiryThread.objects.create(
        enquiry=enquiry,
        company=factories.company(),
        status=status,
        received_at=now,
        waiting_since=since,
    )


# --- The company's answer ------------------------------------------------------------------------


def test_answer_is_mailed_to_the_buyer_alone_in_its_language(db):
    thread = rows.thread(language="en")
    rows.answer(thread, outcome="quoted", text="US$ 12.40 a box, FOB Manzanillo.")
    mail = Email.objects.get()
    assert mail.to == [rows.EMAIL]
    assert "US$ 12.40 a box" in mail.message
    assert "Quoted" in mail.message
    assert f"/en/pavilion/enquiries/{thread.enquiry.token}/#{thread.public_id}" in mail.message


def test_first_answer_stops_the_clock_for_good(db):
    with time_machine.travel("2018-08-24 12:00Z", tick=False) as clock:
        thread = rows.thread()
        clock.shift(3600)
        first = rows.answer(thread)
        assert first.first_answer_at == timezone.now()
        clock.shift(3600)
        rows.write(thread)
        again = EnquiryThread.objects.get(pk=thread.pk)
        assert (again.status, again.waiting_since) == ("waiting", timezone.now())
        clock.shift(3600)
        last = rows.answer(thread)
    assert last.first_answer_at == first.first_answer_at
    assert last.waiting_since is None


def test_buyer_who_writes_twice_is_waited_for_since_the_first(db):
    with time_machine.travel("2018-08-24 12:00Z", tick=False) as clock:
        thread = rows.thread()
        since = thread.waiting_since
        clock.shift(3600)
        rows.write(thread)
    thread.refresh_from_db()
    assert thread.waiting_since == since
    assert thread.buyer_wrote_at > since
    assert thread.transitions.count() == 1


def test_outcome_changes_without_a_word_once_the_buyer_has_its_answer(db):
    thread = rows.thread()
    with pytest.raises(TransitionNotAllowed):
        rows.answer(thread, text="", outcome="ordered")
    rows.answer(thread, outcome="quoted")
    Email.objects.all().delete()
    moved = rows.answer(thread, text="", outcome="ordered")
    assert moved.status == "ordered"
    assert not Email.objects.exists()
    assert EnquiryMessage.objects.count() == 1


def test_answer_with_the_same_outcome_is_a_message_and_no_step(db):
    thread = rows.thread("quoted")
    steps = thread.transitions.count()
    rows.answer(thread, outcome="quoted", text="And 5 % less for a container.")
    assert thread.transitions.count() == steps
    assert rows.recipients() == [rows.EMAIL]


def test_answer_that_is_sent_twice_is_stored_and_mailed_once(db):
    thread, key = rows.thread(), uuid.uuid4()
    for _ in range(2):
        rows.answer(thread, key=key)
    assert EnquiryMessage.objects.count() == Email.objects.count() == 1
    rows.answer(thread, key=key, text="Another one.")
    assert EnquiryMessage.objects.count() == 2


def test_nobody_but_the_team_answers(db):
    thread = rows.thread()
    for stranger in (factories.exporter(factories.company()), factories.coordinator()):
        with pytest.raises(TransitionNotAllowed):
            rows.answer(thread, author=stranger)
    assert not EnquiryMessage.objects.exists()


def test_answer_that_cannot_be_mailed_is_not_stored(db, monkeypatch):
    thread = rows.thread()

    def fail(*args):
        raise RuntimeError("no outbox")

    monkeypatch.setattr("pavilion.enquiry_mail.enquiry_answered", fail)
    with pytest.raises(RuntimeError):
        rows.answer(thread)
    thread.refresh_from_db()
    assert (thread.status, thread.first_answer_at) == ("waiting", None)
    assert not EnquiryMessage.objects.exists()


def test_suspended_company_can_not_answer_and_the_buyer_not_write(db, english):
    thread = rows.thread()
    rows.suspend(thread.company)
    with pytest.raises(TransitionNotAllowed, match="Your approval does not stand"):
        rows.answer(thread)
    with pytest.raises(TransitionNotAllowed, match="cannot answer at the moment"):
        rows.write(thread)
    assert not EnquiryMessage.objects.exists()


@pytest.mark.parametrize("status", ["unconfirmed", "erased"])
def test_buyer_writes_no_more_where_nobody_reads(db, status):
    thread = rows.thread(status)
    with pytest.raises(TransitionNotAllowed):
        rows.write(thread)


# --- The buyer's page ----------------------------------------------------------------------------


def page_of(thread) -> str:
    return reverse("pavilion:enquiry", args=[thread.enquiry.token])


def post(client, thread, text="And by air?", **values):
    prefix = thread.public_id
    key = values.pop("key", uuid.uuid4())
    data = {"thread": prefix, f"{prefix}-text": text, f"{prefix}-key": key}
    return client.post(page_of(thread), data | values)


def test_buyer_reads_each_answer_and_sees_no_name_of_a_person(client, db):
    first, second = rows.vendor(), rows.vendor()
    enquiry = rows.confirmed(first, second)
    thread = enquiry.threads.get(company=first)
    person = factories.owner_of(first)
    person.full_name = "Silvia Zepeda"
    person.save()
    rows.answer(thread, text="US$ 12.40 a box.")
    page = client.get(page_of(thread))
    text = page.content.decode()
    assert "US$ 12.40 a box." in text
    assert first.name in text
    assert second.name in text
    assert "Silvia Zepeda" not in text
    assert person.email not in text
    assert page["Cache-Control"] == "private, no-store"


def test_buyer_writes_again_and_the_team_is_told(client, db):
    thread = rows.thread("quoted")
    answer = post(client, thread)
    assert answer.url.endswith(f"#{thread.public_id}")
    thread.refresh_from_db()
    assert thread.status == "waiting"
    assert rows.recipients() == [factories.owner_of(thread.company).email]
    mail = Email.objects.get()
    assert "And by air?" in mail.message
    assert rows.EMAIL not in mail.message


@pytest.mark.parametrize("text", ["", "x" * 3001, "a\u202eb", "a\x00b"])
def test_message_that_is_none_comes_back_as_it_was_typed(client, db, text):
    thread = rows.thread("quoted")
    answer = post(client, thread, text)
    assert answer.status_code == 422
    assert answer.context["form"]["text"].value() == text
    assert not EnquiryMessage.objects.filter(author=None).exists()


def test_messages_of_a_buyer_are_limited(client, db):
    thread = rows.thread()
    with time_machine.travel("2018-08-24 12:00Z", tick=False):
        codes = [post(client, thread).status_code for _ in range(11)]
    assert codes == [302] * 10 + [429]


def test_thread_of_another_enquiry_is_not_there(client, db):
    thread, other = rows.thread(), rows.thread()
    answer = client.post(page_of(thread), {"thread": other.public_id})
    assert answer.status_code == 404
    assert client.post(page_of(thread), {"thread": "\x00"}).status_code == 404


def test_buyer_is_told_that_its_company_can_not_answer(client, db, english):
    thread = rows.thread()
    rows.suspend(thread.company)
    page = client.get(page_of(thread)).content.decode()
    assert "cannot answer at the moment" in page
    assert "Write again" not in page
    answer = post(client, thread, "Are you there?")
    assert answer.status_code == 422
    assert "Are you there?" in answer.content.decode()


def test_page_before_the_confirmation_leads_to_it(client, db):
    enquiry = rows.asked()
    answer = client.get(reverse("pavilion:enquiry", args=[enquiry.token]))
    assert answer.url == reverse("pavilion:enquiry_confirm", args=[enquiry.token])


@pytest.mark.parametrize("number", [1, 3])
def test_buyers_page_asks_the_same_for_any_number_of_companies(
    client, db, number, django_assert_num_queries
):
    enquiry = rows.confirmed(*[rows.vendor() for _ in range(number)])
    for thread in enquiry.threads.all():
        rows.answer(thread)
    client.cookies["messages"] = "x"  # no page of the cache for this visitor
    with django_assert_num_queries(4):
        client.get(reverse("pavilion:enquiry", args=[enquiry.token]))


def test_every_outcome_has_its_step():
    assert set(enquiries._STEP_TO) == set(OUTCOMES)
