import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from exporters.models import ProductCategory
from pavilion.models import Pavilion, WaitingBuyer
from pavilion.services import buyers as services
from pavilion.services import launch as launching
from tests import factories
from tests.races import at_once, failures, race

URL = reverse("pavilion:showcase")


def open_form(client) -> dict:
    """The form as a person gets it, with its hidden fields."""
    form = client.get(URL).context["form"]
    return {"opened": form["opened"].initial, "nickname": "", "interest": ""}


def send(client, email="buyer@mail.example", seconds=5, follow=False, **values):
    with time_machine.travel("2018-08-24 12:00Z", tick=False) as clock:
        data = open_form(client)
        clock.shift(seconds)
        return client.post(URL, data | {"email": email} | values, follow=follow)


def confirmed(email="buyer@mail.example", **fields) -> WaitingBuyer:
    services.wait_for_opening(email, language=fields.pop("language", "es"))
    buyer = WaitingBuyer.objects.get(email=email)
    services.confirm_buyer(buyer)
    Email.objects.all().delete()
    buyer.refresh_from_db()
    return buyer


def launch() -> None:
    Pavilion.objects.update(threshold=1)
    factories.application("approved")
    Email.objects.all().delete()


# --- The form ------------------------------------------------------------------------------------


def test_buyer_is_noted_and_asked_to_confirm(client, db):
    answer = send(client, "Buyer@Mail.example", interest=factories.category("tequila").pk)
    assert (answer.status_code, answer.url) == (302, URL)
    buyer = WaitingBuyer.objects.get()
    assert (buyer.email, buyer.language, buyer.interest.code) == (
        "buyer@mail.example", "es", "tequila",
    )  # fmt: skip
    assert buyer.confirmed_at is None
    message = Email.objects.get()
    assert message.to == ["buyer@mail.example"]
    assert f"https://portal.example/pavilion/buyers/{buyer.token}/" in message.message


def test_buyer_is_written_to_in_the_language_of_the_page(client, db):
    with time_machine.travel("2018-08-24 12:00Z", tick=False) as clock:
        data = open_form(client)
        clock.shift(5)
        client.post("/zh-hans/pavilion/", data | {"email": "buyer@mail.example"})
    assert WaitingBuyer.objects.get().language == "zh-hans"
    assert "/zh-hans/pavilion/buyers/" in Email.objects.get().message


@pytest.mark.parametrize(
    "robot",
    [
        {"nickname": "Bob"},
        {"seconds": 1},
        {"seconds": 60 * 60 * 25},
        {"opened": ""},
        {"opened": "forged:signature"},
    ],
)
def test_robot_is_refused_and_a_person_sees_why(client, db, robot):
    answer = send(client, **robot)
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert answer.context["form"]["email"].value() == "buyer@mail.example"
    assert not WaitingBuyer.objects.exists()


@pytest.mark.parametrize(
    "email", ["", "buyer", "a@b", "a\u202e@mail.example", "a\x00@mail.example"]
)
def test_address_that_is_none_is_refused(client, db, email):
    answer = send(client, email)
    assert answer.status_code == 422
    assert "email" in answer.context["form"].errors


def test_tries_from_one_address_are_limited(client, db):
    codes = [send(client, f"buyer{n}@mail.example").status_code for n in range(11)]
    assert codes == [302] * 10 + [429]
    assert WaitingBuyer.objects.count() == 10


def test_known_address_gets_the_same_answer(client, db):
    confirmed()
    known = send(client, follow=True)
    new = send(Client(), "another@mail.example", follow=True)
    assert known.redirect_chain == new.redirect_chain == [(URL, 302)]
    (said,), (said_to_new,) = ([str(m) for m in page.context["messages"]] for page in (known, new))
    assert said == said_to_new
    assert WaitingBuyer.objects.filter(email="buyer@mail.example").count() == 1
    assert [mail.to[0] for mail in Email.objects.all()] == ["another@mail.example"]


def test_buyer_who_never_confirmed_is_asked_again(client, db):
    send(client)
    send(client)
    assert WaitingBuyer.objects.count() == 1
    assert Email.objects.count() == 2


# --- The links -------------------------------------------------------------------------------------


def test_link_confirms_by_post_only(client, db):
    services.wait_for_opening("buyer@mail.example", language="es")
    buyer = WaitingBuyer.objects.get()
    url = reverse("pavilion:buyer_confirm", args=[buyer.token])
    assert client.get(url).status_code == 200
    buyer.refresh_from_db()
    assert buyer.confirmed_at is None
    assert client.post(url).status_code == 302
    buyer.refresh_from_db()
    first = buyer.confirmed_at
    assert first is not None
    client.post(url)
    buyer.refresh_from_db()
    assert buyer.confirmed_at == first


def test_link_forgets_by_post_only(client, db):
    buyer = confirmed()
    url = reverse("pavilion:buyer_forget", args=[buyer.token])
    assert client.get(url).status_code == 200
    assert WaitingBuyer.objects.exists()
    assert client.post(url).status_code == 302
    assert not WaitingBuyer.objects.exists()
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("name", ["buyer_confirm", "buyer_forget"])
def test_link_with_another_token_finds_nobody(client, db, name):
    confirmed()
    assert client.get(reverse(f"pavilion:{name}", args=["x" * 43])).status_code == 404


def test_category_that_goes_leaves_the_buyer(db):
    category = ProductCategory.objects.create(code="x", name="X")
    services.wait_for_opening("buyer@mail.example", language="es", interest=category)
    category.delete()
    assert WaitingBuyer.objects.get().interest is None


# --- The announcement --------------------------------------------------------------------------------


def recipients() -> list[str]:
    return sorted(address for mail in Email.objects.all() for address in mail.to)


def test_nobody_is_told_before_the_launch(db):
    confirmed()
    assert launching.announce_launch() == 0
    assert not Email.objects.exists()


def test_each_confirmed_buyer_and_each_vendor_is_told_once(db):
    confirmed("es@mail.example")
    confirmed("zh@mail.example", language="zh-hans")
    services.wait_for_opening("unconfirmed@mail.example", language="es")
    launch()
    vendor = factories.owner_of(Pavilion.objects.get().launched_by.company)
    assert launching.announce_launch() == 3
    expected = sorted(["es@mail.example", "zh@mail.example", vendor.email])
    assert recipients() == expected
    assert launching.announce_launch() == 0
    assert recipients() == expected


def test_announcement_is_in_the_language_of_the_buyer_with_a_link_to_leave(db):
    buyer = confirmed(language="en")
    launch()
    launching.announce_launch()
    body = Email.objects.get(to=buyer.email).message
    assert "https://portal.example/en/pavilion/" in body
    assert f"/en/pavilion/buyers/{buyer.token}/forget/" in body


def test_buyer_who_confirms_after_the_launch_is_told_then(db):
    launch()
    launching.announce_launch()
    confirmed("late@mail.example")
    assert launching.announce_launch() == 1
    assert recipients() == ["late@mail.example"]


def test_announcement_goes_on_where_it_stopped(db, monkeypatch):
    for number in range(5):
        confirmed(f"buyer{number}@mail.example")
    launch()
    monkeypatch.setattr(launching, "BATCH", 2)
    assert launching._tell_next_buyers() == 2  # then the worker dies
    launching.announce_launch()
    told = [address for address in recipients() if address.startswith("buyer")]
    assert told == [f"buyer{number}@mail.example" for number in range(5)]


def test_batch_that_fails_marks_nobody_as_told(db, monkeypatch):
    confirmed()
    launch()

    def fail(buyers):
        raise RuntimeError("no database")

    monkeypatch.setattr("pavilion.notifications.pavilion_launched_to_buyers", fail)
    with pytest.raises(RuntimeError):
        launching.announce_launch()
    assert WaitingBuyer.objects.to_announce().count() == 1


@race
def test_announcements_at_once_tell_each_buyer_once(monkeypatch):
    monkeypatch.setattr(launching, "BATCH", 3)
    buyers = [confirmed(f"buyer{number}@mail.example") for number in range(20)]
    launch()
    results = at_once(*[launching.announce_launch] * 6)
    assert not failures(results)
    told = [address for address in recipients() if address.startswith("buyer")]
    assert told == sorted(buyer.email for buyer in buyers)
    assert sum(results) == 21


@race
def test_one_address_sent_many_times_at_once_is_noted_once():
    results = at_once(
        *[lambda: services.wait_for_opening("buyer@mail.example", language="es")] * 10
    )
    assert not failures(results)
    assert WaitingBuyer.objects.count() == 1
