"""What must hold when things happen to an enquiry at the same moment."""

import datetime
import uuid

from post_office.models import Email

from core.workflow import TransitionNotAllowed
from pavilion.models import Enquiry, EnquiryMessage, EnquiryThread
from pavilion.services import enquiries
from pavilion.services.enquiry_reminders import remind
from pavilion.services.erasure import erase_enquiry
from tests.pavilion import enquiry_rows as rows
from tests.pavilion.test_enquiries_erasure import traces
from tests.races import at_once, failures, race


@race
def test_two_confirmations_at_once_send_it_once():
    enquiry = rows.asked()
    Email.objects.all().delete()
    results = at_once(*[lambda: enquiries.confirm_enquiry(enquiry)] * 5)
    assert sorted(results) == [False] * 4 + [True]
    assert EnquiryThread.objects.get().transitions.count() == Email.objects.count() == 1


@race
def test_form_that_is_sent_many_times_at_once_is_stored_once():
    company = rows.vendor()
    Email.objects.all().delete()
    product, key = rows.product_of(company), uuid.uuid4()

    def ask():
        facts = {"name": "Li", "country": "CN", "email": "li@mail.example", "text": "?"}
        return enquiries.ask(Enquiry(**facts), [product], key=key).pk

    results = at_once(*[ask] * 8)
    assert not failures(results)
    assert len(set(results)) == 1
    assert Enquiry.objects.count() == EnquiryThread.objects.count() == Email.objects.count() == 1


@race
def test_two_answers_at_once_are_both_sent_and_the_first_one_counts():
    thread = rows.thread()
    results = at_once(
        lambda: rows.answer(thread, text="One."),
        lambda: rows.answer(thread, text="Two.", outcome="quoted"),
    )
    assert not failures(results)
    assert rows.recipients() == [rows.EMAIL] * 2
    stored = EnquiryThread.objects.get()
    first = EnquiryMessage.objects.order_by("created_at").first()
    assert stored.first_answer_at == first.created_at
    assert stored.transitions.count() == 3


@race
def test_one_answer_many_times_at_once_is_stored_and_mailed_once():
    thread, key = rows.thread(), uuid.uuid4()
    results = at_once(*[lambda: rows.answer(thread, key=key)] * 6)
    assert not failures(results)
    assert EnquiryMessage.objects.count() == Email.objects.count() == 1


@race
def test_erasure_during_an_answer_leaves_no_trace_whichever_is_first():
    for _ in range(6):
        thread = rows.thread()
        results = at_once(
            lambda thread=thread: rows.answer(thread, text=f"Dear Li Wei, {rows.EMAIL}?"),
            lambda thread=thread: erase_enquiry(thread.enquiry),
        )
        answered, erased = results
        assert erased is True
        assert isinstance(answered, EnquiryThread | TransitionNotAllowed)
        assert EnquiryThread.objects.get(pk=thread.pk).status == "erased"
        assert traces() == []


@race
def test_erasure_during_the_confirmation_ends_in_one_or_the_other():
    for _ in range(6):
        enquiry = rows.asked()
        results = at_once(
            lambda enquiry=enquiry: enquiries.confirm_enquiry(enquiry),
            lambda enquiry=enquiry: erase_enquiry(enquiry),
        )
        assert not failures(results)
        assert traces() == []


@race
def test_reminders_at_once_remind_once():
    thread = rows.thread()
    early = thread.received_at - datetime.timedelta(hours=13)
    EnquiryThread.objects.filter(pk=thread.pk).update(waiting_since=early)
    results = at_once(*[remind] * 5)
    assert not failures(results)
    assert sum(results) == Email.objects.count() == 1
