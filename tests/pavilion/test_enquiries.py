"""A buyer asks, and confirms by e-mail."""

import datetime
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import Email

from pavilion import tasks
from pavilion.models import Enquiry, EnquiryMessage, EnquiryThread
from pavilion.services import enquiries
from pavilion.services.enquiries import ProductsGone
from tests import factories
from tests.constraints import violates
from tests.pavilion import enquiry_rows as rows

URL = reverse("pavilion:enquiry_new")
NOON = "2018-08-24 12:00Z"
ANSWERS = {
    "name": "Li Wei",
    "organisation": "Shanghai Fruit",
    "country": "CN",
    "email": rows.EMAIL,
    "quantity": "2 pallets",
    "text": rows.TEXT,
}


@pytest.fixture
def opened(db):
    rows.open_pavilion()


@pytest.fixture
def company(db):
    return rows.vendor()


def slug(company) -> str:
    return rows.product_of(company).slug


def form_of(client, *slugs, url=URL) -> dict:
    """The form as a person gets it, with its hidden fields."""
    form = client.get(url, {"p": slugs}).context["form"]
    hidden = {"opened": form["opened"].initial, "key": str(form["key"].initial), "nickname": ""}
    return {"p": list(slugs), **hidden}


def send(client, *slugs, seconds=5, follow=False, url=URL, **values):
    with time_machine.travel(NOON, tick=False) as clock:
        data = form_of(client, *slugs, url=url)
        clock.shift(seconds)
        return client.post(url, data | ANSWERS | values, follow=follow)


# --- The form ------------------------------------------------------------------------------------


def test_buyer_asks_several_companies_at_once(client, opened):
    first, second = rows.vendor(), rows.vendor()
    one, other = rows.product_of(first), rows.product_of(second)
    more = factories.product(first, status="published")
    answer = send(client, one.slug, other.slug, more.slug, email="Li.Wei@Mail.example")
    assert (answer.status_code, answer.url) == (302, reverse("pavilion:showcase"))
    enquiry = Enquiry.objects.get()
    assert (enquiry.email, enquiry.language, enquiry.country) == ("li.wei@mail.example", "es", "CN")
    assert enquiry.confirmed_at is None
    threads = {thread.company: set(thread.products.all()) for thread in enquiry.threads.all()}
    assert threads == {first: {one, more}, second: {other}}
    assert set(enquiry.threads.values_list("status", flat=True)) == {"unconfirmed"}


def test_only_the_buyer_is_mailed_and_not_a_word_of_the_text(client, opened, company):
    Email.objects.all().delete()
    send(client, slug(company))
    mail = Email.objects.get()
    assert mail.to == [rows.EMAIL]
    enquiry = Enquiry.objects.get()
    assert f"https://portal.example/pavilion/enquiries/{enquiry.token}/confirm/" in mail.message
    for written in (rows.TEXT, "Li Wei", "Shanghai Fruit", "2 pallets"):
        assert written not in mail.message + mail.subject + mail.html_message


def test_buyer_is_written_to_in_the_language_of_the_page(client, opened, company):
    Email.objects.all().delete()
    with translation.override("zh-hans"):
        url = reverse("pavilion:enquiry_new")
    send(client, slug(company), url=url)
    assert Enquiry.objects.get().language == "zh-hans"
    assert "/zh-hans/pavilion/enquiries/" in Email.objects.get().message


@pytest.mark.parametrize(
    "robot", [{"nickname": "Bob"}, {"seconds": 1}, {"opened": ""}, {"opened": "forged:signature"}]
)
def test_robot_is_refused_and_a_person_loses_nothing(client, opened, company, robot):
    answer = send(client, slug(company), **robot)
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert answer.context["form"]["text"].value() == rows.TEXT
    assert slug(company) in answer.content.decode()
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "Li\nWei"),
        ("name", "x" * 121),
        ("email", "li"),
        ("email", "li\x00@mail.example"),
        ("country", ""),
        ("country", "ZZ"),
        ("text", ""),
        ("text", "x" * 3001),
        ("text", "a\u202eb"),
        ("quantity", "x" * 101),
        ("key", "no uuid"),
    ],
)
def test_bad_answer_is_refused_beside_its_field(client, opened, company, field, value):
    answer = send(client, slug(company), **{field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("bad", ["\x00", "a" * 500, "'; --", "no-such-product"])
def test_product_that_is_none_is_passed_over(client, opened, company, bad):
    answer = client.post(URL, {"p": [bad, slug(company)]})
    assert answer.status_code == 422
    assert answer.context["products"] == [rows.product_of(company)]


def test_at_most_ten_products_are_asked_about(client, opened, company):
    more = [factories.product(company, status="published").slug for _ in range(11)]
    assert len(client.get(URL, {"p": more}).context["products"]) == 10


def test_product_that_is_left_out_is_not_asked_about_and_may_be_taken_again(
    client, opened, company, english
):
    first, second = (factories.product(company, status="published").slug for _ in range(2))
    shown = {"listed": [first, second]}
    answer = send(client, first, second, **shown, p=[])
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose a product first" in page
    assert page.count('name="p"') == page.count('name="listed"') == 2
    assert " checked>" not in page
    assert send(client, first, second, **shown, p=[second]).status_code == 302
    assert [row.slug for row in EnquiryThread.objects.get().products.all()] == [second]


def test_product_that_was_left_out_stays_so_when_the_other_one_is_gone(client, opened):
    kept, gone = rows.vendor(), rows.vendor()
    shown = {"listed": [slug(kept), slug(gone)]}
    with time_machine.travel(NOON, tick=False) as clock:
        data = form_of(client, *shown["listed"]) | ANSWERS | shown | {"p": [slug(gone)]}
        rows.suspend(gone)
        clock.shift(5)
        page = client.post(URL, data).content.decode()
    assert f'type="checkbox" name="p" value="{slug(kept)}"' in page
    assert " checked>" not in page


def test_page_without_products_leads_to_the_pavilion(client, opened, english):
    page = client.get(URL)
    assert page.status_code == 200
    assert "Choose a product first" in page.content.decode()
    answer = send(client)
    assert answer.status_code == 422
    assert answer.context["form"]["text"].value() == rows.TEXT


def test_product_that_is_gone_meanwhile_is_said_and_nothing_is_lost(client, opened, english):
    first, second = rows.vendor(), rows.vendor()
    gone = slug(second)
    with time_machine.travel(NOON, tick=False) as clock:
        data = form_of(client, slug(first), gone) | ANSWERS
        rows.suspend(second)
        clock.shift(9)
        answer = client.post(URL, data)
        assert answer.status_code == 422
        assert "One of the products that you chose is no longer offered." in answer.content.decode()
        assert answer.context["form"]["text"].value() == rows.TEXT
        assert not Enquiry.objects.exists()
        again = client.post(URL, data | {"p": [slug(first)]})
    assert again.status_code == 302
    assert EnquiryThread.objects.get().company == first


def test_service_stores_nothing_about_products_that_are_gone(db, company):
    rows.suspend(company)
    with pytest.raises(ProductsGone):
        rows.asked(company)
    assert not Enquiry.objects.exists()


def test_tries_from_one_address_are_limited(client, opened, company):
    codes = [send(client, slug(company), email=f"b{n}@mail.example").status_code for n in range(11)]
    assert codes == [302] * 10 + [429]
    assert Enquiry.objects.count() == 10


def test_mails_to_one_address_are_limited(client, opened, company):
    codes = [send(Client(REMOTE_ADDR=f"10.0.0.{n}"), slug(company)).status_code for n in range(6)]
    assert codes == [302] * 5 + [429]
    assert Enquiry.objects.count() == 5


def test_form_that_is_sent_twice_is_stored_once(client, opened, company):
    with time_machine.travel(NOON, tick=False) as clock:
        data = form_of(client, slug(company)) | ANSWERS
        clock.shift(9)
        Email.objects.all().delete()
        codes = [client.post(URL, data).status_code for _ in range(2)]
    assert codes == [302, 302]
    assert Enquiry.objects.count() == Email.objects.count() == 1


def test_another_text_from_the_same_page_is_another_enquiry(client, opened, company):
    with time_machine.travel(NOON, tick=False) as clock:
        data = form_of(client, slug(company)) | ANSWERS
        clock.shift(9)
        client.post(URL, data)
        client.post(URL, data | {"text": "And mangoes?"})
    assert Enquiry.objects.count() == 2


def test_pavilion_that_is_not_open_takes_no_enquiry(client, company, english):
    assert client.get(URL, {"p": slug(company)}).status_code == 404
    assert client.post(URL, ANSWERS | {"p": slug(company)}).status_code == 404
    client.force_login(factories.manager())
    page = client.get(URL, {"p": slug(company)})
    assert "the public does not see this page yet" in page.content.decode()
    answer = send(client, slug(company))
    assert answer.status_code == 422
    assert "nothing can be sent" in answer.content.decode()
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_the_same_whatever_is_asked_about(
    client, opened, number, django_assert_num_queries
):
    slugs = [slug(rows.vendor()) for _ in range(number)]
    client.cookies["messages"] = "x"  # no page of the cache for this visitor
    with django_assert_num_queries(2):
        client.get(URL, {"p": slugs})


# --- The link of the mail ------------------------------------------------------------------------


def test_link_confirms_by_post_only(client, db, company):
    enquiry = rows.asked(company)
    url = reverse("pavilion:enquiry_confirm", args=[enquiry.token])
    page = client.get(url)
    assert rows.TEXT in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    enquiry.refresh_from_db()
    assert enquiry.confirmed_at is None
    answer = client.post(url)
    assert answer.url == reverse("pavilion:enquiry", args=[enquiry.token])


def test_confirmed_enquiry_starts_the_clock_of_each_company_and_tells_its_team(client, db):
    first, second = rows.vendor(), rows.vendor(language="en")
    colleague = factories.exporter(first, "editor")
    enquiry = rows.asked(first, second)
    Email.objects.all().delete()
    with time_machine.travel(NOON, tick=False):
        client.post(reverse("pavilion:enquiry_confirm", args=[enquiry.token]))
        now = timezone.now()
    for thread in enquiry.threads.all():
        assert thread.status == "waiting"
        assert {thread.received_at, thread.waiting_since, thread.buyer_wrote_at} == {now}
        step = thread.transitions.get()
        assert (step.transition, step.from_status, step.actor) == ("confirm", "unconfirmed", None)
    owners = [factories.owner_of(company).email for company in (first, second)]
    assert rows.recipients() == sorted([*owners, colleague.email])
    mail = Email.objects.get(to=owners[1])
    thread = enquiry.threads.get(company=second)
    assert f"/en/companies/{second.slug}/enquiries/{thread.public_id}/" in mail.message
    assert rows.TEXT in mail.message
    assert "China" in mail.subject
    assert rows.EMAIL not in mail.message + mail.html_message


def test_second_confirmation_changes_nothing(client, db, company):
    enquiry = rows.confirmed(company)
    first = enquiry.confirmed_at
    before = Email.objects.count()
    url = reverse("pavilion:enquiry_confirm", args=[enquiry.token])
    assert client.post(url).status_code == client.get(url).status_code == 302
    enquiry.refresh_from_db()
    assert enquiry.confirmed_at == first
    assert Email.objects.count() == before


def test_company_that_was_suspended_meanwhile_is_not_told(db, company):
    enquiry = rows.asked(company)
    rows.suspend(company)
    Email.objects.all().delete()
    enquiries.confirm_enquiry(enquiry)
    assert enquiry.threads.get().status == "waiting"
    assert not Email.objects.exists()


@pytest.mark.parametrize("name", ["enquiry", "enquiry_confirm", "enquiry_erase"])
def test_link_with_another_token_finds_nothing(client, db, name):
    rows.asked()
    assert client.get(reverse(f"pavilion:{name}", args=["x" * 43])).status_code == 404
    assert client.post(reverse(f"pavilion:{name}", args=["x" * 43])).status_code == 404


def test_enquiry_that_is_not_confirmed_is_deleted_after_a_week_with_its_mail(db, company):
    with time_machine.travel(NOON, tick=False) as clock:
        Email.objects.all().delete()
        rows.asked(company)
        clock.shift(7 * 86400)
        tasks.erase_enquiries()
        assert Enquiry.objects.exists()
        clock.shift(1)
        tasks.erase_enquiries()
    assert not Enquiry.objects.exists()
    assert not EnquiryThread.objects.exists()
    assert rows.recipients() == []


# --- Constraints -----------------------------------------------------------------------------------


def test_erased_enquiry_names_nobody(db):
    enquiry = rows.confirmed()
    with violates(Enquiry, "erased_enquiry_names_nobody"):
        Enquiry.objects.filter(pk=enquiry.pk).update(erased_at=timezone.now())


def test_company_gets_an_enquiry_once(db, company):
    enquiry = rows.asked(company)
    with violates(EnquiryThread, "company_gets_an_enquiry_once"):
        EnquiryThread.objects.create(enquiry=enquiry, company=company)


def test_answer_follows_the_enquiry(db):
    thread = rows.thread()
    early = thread.received_at - datetime.timedelta(seconds=1)
    with violates(EnquiryThread, "answer_follows_the_enquiry"):
        EnquiryThread.objects.filter(pk=thread.pk).update(first_answer_at=early)


@pytest.mark.parametrize("status", ["waiting", "answered"])
def test_waiting_enquiry_has_its_clock(db, status):
    thread = rows.thread(status)
    since = None if status == "waiting" else timezone.now()
    with violates(EnquiryThread, "waiting_enquiry_has_its_clock"):
        EnquiryThread.objects.filter(pk=thread.pk).update(waiting_since=since)


def test_message_is_stored_once_by_its_key(db):
    thread, key = rows.thread(), uuid.uuid4()
    first = rows.write(thread, key=key)
    assert rows.write(thread, key=key) == first
    assert EnquiryMessage.objects.count() == 1
