"""The page before the launch, and the rehearsal that says what is not ready for it."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from core.append_only import AppendOnlyError
from core.models import Notice
from core.workflow import TransitionNotAllowed
from exporters.models import Product, ProductPicture
from exporters.services.catalogue import announce_change
from pavilion import readiness, teaser
from pavilion.models import Pavilion, Rehearsal, WaitingBuyer
from pavilion.services import launch, rehearsal
from tests import factories
from tests.races import at_once, failures, race

PAGE = reverse("admin:pavilion_pavilion_rehearsal")
REMIND = reverse("admin:pavilion_pavilion_remind")
FILE = reverse("admin:pavilion_pavilion_rehearsal_file")
PICTURE = {"status": "ready", "file": "x-1600.webp", "width": 4, "height": 3, "alt_es": "Caja"}
COMPLETE = {
    "name_en": "Hass avocado",
    "name_zh_hans": "牛油果",
    "description_en": "Boxes of 4 kg.",
    "description_zh_hans": "每箱4公斤。",
}


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def boss(db):
    return factories.manager()


@pytest.fixture
def desk(boss) -> Client:
    return signed_in(boss)


def vendor(**facts):
    """An approved vendor whose product has `facts`, and nothing else to offer."""
    application = factories.application("approved")
    Product.objects.filter(company=application.company).update(**facts)
    announce_change(application.company)
    return application


def complete_vendor():
    application = vendor(**COMPLETE, quality=90)
    ProductPicture.objects.create(product=application.company.products.get(), **PICTURE)
    announce_change(application.company)
    Product.objects.update(quality=90)
    return application


def found() -> dict[str, int]:
    return {section.code: section.count for section in readiness.sections()}


# --- The waiting page ------------------------------------------------------------------------------


def test_teaser_counts_products_and_companies_with_those_in_demand_first(db):
    application = vendor()
    factories.product(application.company, status="published", name_es="Otro")
    announce_change(application.company)
    vendor()
    coming = list(teaser.coming())
    numbers = {row.code: (row.product_count, row.company_count) for row in coming}
    assert numbers["avocado"] == (3, 2)
    assert numbers["coffee"] == (0, 0)
    demanded = [row.in_demand for row in coming]
    assert demanded == sorted(demanded, reverse=True)


def test_waiting_page_gives_away_no_name_and_no_price(client, db):
    application = vendor(name_es="Aguacate secreto", fob_min_usd="77.77", fob_max_usd="77.77")
    page = client.get(reverse("pavilion:showcase")).content.decode()
    for word in ("Aguacate secreto", "77.77", application.company.name):
        assert word not in page


def test_interest_of_buyers_is_shown_to_staff_only(client, desk, english):
    for number in range(3):
        WaitingBuyer.objects.create(
            email=f"b{number}@mail.example",
            language="en",
            interest=factories.category("boots"),
            confirmed_at=timezone.now() if number else None,
        )
    assert len(readiness.interest().by_category) == 1
    assert readiness.interest().by_language == {"en": 2}
    assert "interest" in desk.get(PAGE).context
    assert "interest" not in client.get(reverse("pavilion:showcase")).context


def test_buyer_of_an_unknown_language_is_written_to_in_spanish(db):
    WaitingBuyer.objects.create(email="b@mail.example", language="fr", confirmed_at=timezone.now())
    assert readiness.interest().by_language == {"es": 1}


def test_suspended_vendor_leaves_teaser_and_tile_at_once(client, db):
    application = vendor()
    factories.move(application, "suspend", actor=factories.manager())
    page = client.get(reverse("pavilion:showcase"))
    assert page.context["meter"].approved == 0
    assert not any(tile["category"] for tile in page.context["meter"].tiles)
    assert sum(row.product_count for row in page.context["coming"]) == 0


# --- What is not ready -----------------------------------------------------------------------------


def test_complete_vendor_lacks_nothing(db):
    complete_vendor()
    counts = found()
    del counts["categories"]
    assert set(counts.values()) == {0}


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("english", {"name_en": ""}),
        ("english", {"description_en": None}),
        ("chinese", {"name_zh_hans": None}),
        ("chinese", {"description_zh_hans": ""}),
        ("terms", {"moq": None}),
        ("terms", {"fob_min_usd": None, "fob_max_usd": None}),
        ("quality", {"quality": 59}),
    ],
)
def test_what_a_product_lacks_is_found(db, code, facts):
    complete_vendor()
    Product.objects.update(**facts)
    assert {name for name, count in found().items() if count} == {code, "categories"}


@pytest.mark.parametrize(
    ("status", "expected"),
    [("pending", {"picture", "preparing"}), ("failed", {"picture", "unreadable"})],
)
def test_picture_that_is_not_ready_is_found(db, status, expected):
    complete_vendor()
    ProductPicture.objects.update(status=status, file="")
    assert {name for name, count in found().items() if count} == expected | {"categories"}


def test_vendor_without_a_public_product_and_one_that_waits_are_found(db):
    application = complete_vendor()
    Product.objects.update(status="in_review")
    announce_change(application.company)
    counts = found()
    assert (counts["no_products"], counts["to_moderate"]) == (1, 1)
    assert counts["picture"] == 0  # of what is not public nothing is asked


def test_families_without_a_product_are_found(db):
    complete_vendor()
    empty = {category.code for category in readiness.empty_categories()}
    assert "avocado" not in empty
    assert "boots" in empty


def test_company_that_is_not_approved_is_not_asked_about(db):
    factories.application("in_review")
    factories.application("suspended")
    assert {name for name, count in found().items() if count} == {"categories"}


def test_each_row_leads_to_where_it_is_mended(desk, english):
    application = vendor()
    page = desk.get(PAGE)
    product = application.company.products.get()
    assert reverse("admin:exporters_product_change", args=[product.pk]) in page.content.decode()
    for section in page.context["sections"]:
        for row in section["rows"]:
            assert desk.get(row["url"]).status_code == 200, row


# --- The page --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["coordinator", "finance", "auditor"])
def test_rehearsal_is_not_for_other_roles(db, role):
    client = signed_in(getattr(factories, role)())
    assert [client.get(PAGE).status_code, client.post(PAGE).status_code] == [403, 403]
    assert [client.get(FILE).status_code, client.post(REMIND).status_code] == [403, 403]


@pytest.mark.parametrize("service", [
    lambda person: rehearsal.remind_vendors(actor=person),
    lambda person: rehearsal.rehearse(launch.get_pavilion(), actor=person, pages=[]),
])  # fmt: skip
def test_services_refuse_whoever_may_not(db, service):
    with pytest.raises(TransitionNotAllowed):
        service(factories.coordinator())
    assert not Rehearsal.objects.exists()


def test_nothing_is_recorded_by_looking(desk):
    vendor()
    assert desk.get(PAGE).context["last"] is None
    assert not Rehearsal.objects.exists()


def test_rehearsal_draws_the_page_in_each_language_and_writes_each_mail(desk, boss):
    WaitingBuyer.objects.create(email="b@mail.example", language="en", confirmed_at=timezone.now())
    vendor()
    before = Email.objects.count()
    assert desk.post(PAGE, follow=True).status_code == 200
    row = Rehearsal.objects.get()
    assert row.made_by == boss
    pages = row.outcome["pages"]
    assert [page["language"] for page in pages] == ["es", "en", "zh-hans"]
    assert all(page["status"] == 200 and page["bytes"] > 1000 for page in pages)
    mails = {(mail["audience"], mail["language"]): mail for mail in row.outcome["mails"]}
    assert len(mails) == 9
    assert not any(mail["error"] for mail in mails.values())
    assert all(mail["subject"] for mail in mails.values())
    assert mails["buyers", "en"]["count"] == 1
    assert mails["vendors", "es"]["count"] == 1
    assert mails["staff", "es"]["count"] == 2  # the manager, and who reviewed
    assert row.outcome["gaps"]["chinese"] == 1
    assert Email.objects.count() == before, "a rehearsal sends nothing"
    assert launch.get_pavilion().status == "waiting"


def test_mail_that_cannot_be_written_is_said(db, monkeypatch):
    def broken(buyer):
        raise KeyError("url")

    monkeypatch.setattr("pavilion.notifications.buyer_message", broken)
    mails = rehearsal.try_mails(100)
    assert {mail["error"] for mail in mails if mail["audience"] == "buyers"} == {"KeyError"}
    assert not any(mail["error"] for mail in mails if mail["audience"] != "buyers")


def test_rehearsal_is_never_changed(boss):
    row = rehearsal.rehearse(launch.get_pavilion(), actor=boss, pages=[])
    with pytest.raises(AppendOnlyError):
        row.delete()


def test_file_has_a_line_for_everything_that_is_missing(desk, english):
    vendor(name_es="=HYPERLINK(1)")
    answer = desk.get(FILE)
    text = b"".join(answer.streaming_content).decode()
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert text.count("\n") == 1 + sum(found().values())
    assert "'=HYPERLINK(1)" in text


def test_rehearsal_after_the_launch_says_so(desk, english):
    Pavilion.objects.update(threshold=1)
    vendor()
    assert "was launched on" in desk.get(PAGE).content.decode()


PAGE_QUERIES = 24


@pytest.mark.parametrize("vendors", [1, 3, 1000])
def test_rehearsal_takes_the_same_queries_for_any_number_of_vendors(
    desk, vendors, django_assert_num_queries
):
    factories.approved_at_once(vendors - 1, decided_by=factories.coordinator())
    application = vendor(quality=10)
    for _ in range(2):
        factories.product(application.company, status="in_review")
    product = application.company.products.first()
    for status in ("pending", "failed"):
        ProductPicture.objects.create(product=product, status=status, alt_es="x")
    Product.objects.filter(pk=product.pk).update(moq=None)
    if vendors == 1:  # one of each kind of gap here too
        factories.approved_at_once(1, decided_by=factories.coordinator())
    desk.get(PAGE)
    with django_assert_num_queries(PAGE_QUERIES):
        assert desk.get(PAGE).status_code == 200


# --- The reminder ----------------------------------------------------------------------------------


def test_vendor_is_reminded_of_its_own_gaps(boss):
    with_gaps, complete = vendor(name_en="Avocado"), complete_vendor()
    Product.objects.filter(company=with_gaps.company).update(quality=10)
    Email.objects.all().delete()
    assert rehearsal.remind_vendors(actor=boss) == 1
    mail = Email.objects.get()
    assert mail.to == [factories.owner_of(with_gaps.company).email]
    assert "1 producto sin foto" in mail.message
    assert "inglés" in mail.message
    assert "precio" not in mail.message
    assert factories.owner_of(complete.company).email not in mail.to


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "sin foto"), ("en", "without a picture"), ("zh-hans", "没有图片")],
)
def test_reminder_is_in_the_language_of_the_company(boss, language, words):
    application = vendor()
    application.company.language = language
    application.company.save()
    Email.objects.all().delete()
    rehearsal.remind_vendors(actor=boss)
    assert words in Email.objects.get().message


def test_reminder_without_a_public_product(boss):
    application = vendor(status="draft")
    announce_change(application.company)
    Email.objects.all().delete()
    rehearsal.remind_vendors(actor=boss)
    assert "Ninguno de sus productos es público" in Email.objects.get().message


def test_vendor_is_reminded_at_most_once_a_week(boss):
    vendor()
    start = timezone.now()
    assert rehearsal.vendors_to_remind() == 1
    assert rehearsal.remind_vendors(actor=boss) == 1
    assert rehearsal.vendors_to_remind() == 0
    assert rehearsal.remind_vendors(actor=boss) == 0
    with time_machine.travel(start + datetime.timedelta(days=6), tick=False):
        assert rehearsal.remind_vendors(actor=boss) == 0
    with time_machine.travel(start + datetime.timedelta(days=8), tick=False):
        assert rehearsal.remind_vendors(actor=boss) == 1


def test_reminder_that_fails_reminded_nobody(boss, monkeypatch):
    vendor()

    def fail(vendors):
        raise RuntimeError("no mail")

    monkeypatch.setattr("pavilion.notifications.launch_gaps", fail)
    with pytest.raises(RuntimeError):
        rehearsal.remind_vendors(actor=boss)
    assert not Notice.objects.filter(key__startswith="launch-gaps:").exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_reminder_takes_the_same_queries_for_any_number_of_vendors(
    boss, rows, django_assert_num_queries
):
    for _ in range(rows):
        vendor()
    with django_assert_num_queries(11):
        assert rehearsal.remind_vendors(actor=boss) == rows


def test_reminder_is_sent_by_post_only(desk):
    vendor()
    Email.objects.all().delete()
    assert desk.get(REMIND).status_code == 405
    assert not Email.objects.exists()
    desk.post(REMIND)
    assert Email.objects.count() == 1


@race
def test_two_reminders_at_once_write_to_each_vendor_once():
    boss = factories.manager()
    vendor()
    Email.objects.all().delete()
    results = at_once(*[lambda: rehearsal.remind_vendors(actor=boss)] * 2)
    assert not failures(results)
    assert sorted(results) == [0, 1]
    assert Email.objects.count() == 1
