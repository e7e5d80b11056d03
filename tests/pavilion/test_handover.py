"""Listings for Alibaba.com: the rule, the files, the record of what was handed over."""

import hashlib
import io
import json
import uuid
from decimal import Decimal
from types import SimpleNamespace

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.append_only import AppendOnlyError
from core.uploads import StorageUnavailable, private_storage
from core.workflow import TransitionNotAllowed
from exporters import icbu
from exporters.models import Company, Product, ProductPicture
from exporters.services.catalogue import announce_change
from pavilion import tasks
from pavilion.feed_files import Report, check, feed_file, public_products
from pavilion.listing_feed import COLUMNS, FINDINGS, PLACEHOLDER, PLACEHOLDERS, feed_entry, flat
from pavilion.models import Handover, HandoverOrder
from pavilion.services import handover
from tests import factories
from tests.races import at_once, failures, race

MAKE = reverse("admin:pavilion_handover_make")
IMAGES = ["https://portal.example/media/x-1600.webp"]


def offer(**facts) -> SimpleNamespace:
    """A product that the platform would take."""
    complete = {
        "slug": "hass",
        "name_es": "Aguacate Hass",
        "name_en": "Hass avocado",
        "name_zh_hans": "",
        "description_es": "Caja de 4 kg.",
        "description_en": "Boxes of 4 kg.",
        "description_zh_hans": None,
        "keywords_es": "",
        "keywords_en": "avocado, hass,  organic avocado ",
        "keywords_zh_hans": "",
        "packaging_es": "",
        "packaging_en": "Carton",
        "packaging_zh_hans": "",
        "category": SimpleNamespace(code="avocado", name="Avocado"),
        "fob_min_usd": Decimal("9.80"),
        "fob_max_usd": Decimal("12.90"),
        "unit": "box",
        "moq": 264,
        "lead_time_days": 15,
        "port": "Manzanillo",
        "supply_quantity": 20,
        "supply_period": "month",
        "payment_terms": ["tt", "lc"],
        "gift_wrapping": False,
    }
    return SimpleNamespace(**complete | facts)


def entry(product=None, *, language="en", images=IMAGES, certificates=(), state="Michoacán"):
    return feed_entry(
        product or offer(),
        language=language,
        images=images,
        certificates=certificates,
        state=state,
        group="Avocado",
    )


# --- The rule --------------------------------------------------------------------------------------


def test_complete_product_has_every_field_of_a_sourcing_listing():
    made = entry(certificates=["HACCP"])
    assert made.is_accepted
    assert made.codes == ()
    assert made.listing == {
        "product": "hass",
        "language": "en",
        "fallbacks": {},
        "subject": "Hass avocado",
        "keywords": ["avocado", "hass", "organic avocado"],
        "category": "placeholder:avocado",
        "group": "Avocado",
        "description": "Boxes of 4 kg.",
        "main_image": IMAGES,
        "attributes": [
            {"name": "Place of Origin", "value": "Michoacán, Mexico"},
            {"name": "Certification", "value": "HACCP"},
        ],
        "type": "sourcing",
        "fob_currency": "USD",
        "fob_min_price": "9.80",
        "fob_max_price": "12.90",
        "fob_unit_type": "placeholder:box",
        "payment_methods": ["placeholder:tt", "placeholder:lc"],
        "min_order_quantity": 264,
        "min_order_unit": "placeholder:box",
        "supply_quantity": 20,
        "supply_unit": "placeholder:box",
        "supply_period": "placeholder:month",
        "delivery_port": "Manzanillo",
        "delivery_time": "15 days",
        "packaging_desc": "Carton",
    }
    assert tuple(made.listing) == COLUMNS


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("subject_missing", {"name_es": "", "name_en": None}),
        ("subject_long", {"name_en": "x" * 129}),
        ("description_missing", {"description_es": " ", "description_en": ""}),
        ("keywords_many", {"keywords_en": "a,b,c,d"}),
        ("keywords_many", {"keywords_en": "a，b、c, d"}),
        ("price_missing", {"fob_min_usd": None, "fob_max_usd": None}),
        ("price_order", {"fob_min_usd": Decimal(2), "fob_max_usd": Decimal(1)}),
        ("price_range", {"fob_min_usd": Decimal(0)}),
        ("price_range", {"fob_max_usd": Decimal("9999999.01")}),
        ("moq_missing", {"moq": None}),
    ],
)
def test_what_the_platform_would_refuse(code, facts):
    made = entry(offer(**facts))
    assert made.refusals == [code]
    assert not made.is_accepted


def test_product_without_a_picture_is_refused():
    assert entry(images=[]).refusals == ["picture_missing"]


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("keywords_missing", {"keywords_en": " , "}),
        ("supply_missing", {"supply_quantity": None}),
        ("port_missing", {"port": ""}),
        ("delivery_missing", {"lead_time_days": None}),
        ("payment_missing", {"payment_terms": []}),
        ("packaging_missing", {"packaging_en": ""}),
    ],
)
def test_what_only_weakens_a_listing_refuses_nothing(code, facts):
    made = entry(offer(**facts))
    assert made.is_accepted
    assert made.codes == (code,)


def test_text_that_does_not_exist_is_taken_from_another_language_and_marked():
    made = entry(language="zh-hans")
    assert made.listing["subject"] == "Hass avocado"
    assert made.listing["fallbacks"] == {"subject": "en", "description": "en"}
    assert made.codes == ("subject_fallback", "description_fallback")
    only_spanish = entry(offer(name_en="", name_zh_hans="", description_en=""))
    assert only_spanish.listing["fallbacks"] == {"subject": "es", "description": "es"}
    before_spanish = entry(offer(name_en="", name_zh_hans="牛油果"))
    assert before_spanish.listing["subject"] == "牛油果"


def test_one_price_is_lowest_and_highest():
    made = entry(offer(fob_min_usd=None))
    assert (made.listing["fob_min_price"], made.listing["fob_max_price"]) == ("12.90", "12.90")


def test_codes_of_the_platform_are_marked_as_placeholders():
    listing = entry(offer(gift_wrapping=True)).listing
    for field in set(PLACEHOLDERS) - {"attributes"}:
        values = listing[field] if isinstance(listing[field], list) else [listing[field]]
        assert all(value.startswith(PLACEHOLDER) for value in values), field
    assert "hs_code" not in listing  # the platform has no field for it


TEXTS = st.one_of(st.none(), st.text(max_size=200))


@given(
    names=st.tuples(TEXTS, TEXTS, TEXTS),
    keywords=TEXTS,
    prices=st.tuples(
        *[st.one_of(st.none(), st.decimals("-5", "99999999", places=2, allow_nan=False))] * 2
    ),
    moq=st.one_of(st.none(), st.integers(0, 10**9)),
    images=st.lists(st.just("https://portal.example/x.webp"), max_size=8),
    language=st.sampled_from(["en", "es", "zh-hans"]),
)
def test_accepted_listing_is_within_the_limits(names, keywords, prices, moq, images, language):
    es, en, zh = names
    product = offer(
        name_es=es, name_en=en, name_zh_hans=zh, keywords_es=None, keywords_en=keywords,
        fob_min_usd=prices[0], fob_max_usd=prices[1], moq=moq,
    )  # fmt: skip
    made = entry(product, images=images, language=language)
    assert set(made.codes) <= set(FINDINGS)
    assert len(flat(made.listing)) == len(COLUMNS)
    json.dumps(made.listing)
    if not made.is_accepted:
        return
    listing = made.listing
    assert 1 <= len(listing["subject"]) <= 128
    assert len(listing["keywords"]) <= 3
    assert not any(char in word for word in listing["keywords"] for char in ",;，；、")
    assert Decimal("0.01") <= Decimal(listing["fob_min_price"])
    assert Decimal(listing["fob_min_price"]) <= Decimal(listing["fob_max_price"])
    assert Decimal(listing["fob_max_price"]) <= 9_999_999
    assert listing["min_order_quantity"] >= 1
    assert listing["main_image"]
    assert listing["description"]


def test_every_finding_is_about_a_field_of_a_listing():
    assert {finding.field for finding in FINDINGS.values()} <= set(COLUMNS)
    published = {code for code, finding in FINDINGS.items() if finding.published}
    assert published == {"subject_long", "keywords_many"}


# --- The files -------------------------------------------------------------------------------------


@pytest.fixture
def boss(db):
    return factories.manager()


@pytest.fixture
def vendor(db):
    """An approved company with one product that is accepted and one that is not."""
    application = factories.application("approved")
    good = application.company.products.get()
    Product.objects.filter(pk=good.pk).update(name_en="=Hass avocado", keywords_en="avocado")
    ProductPicture.objects.create(
        product=good, status="ready", file="products/x-1600.webp", width=4, height=3, alt_es="x"
    )
    factories.product(application.company, status="published", name_es="Sin foto")
    announce_change(application.company)
    return application


def content(format: str, company=None, language="en") -> bytes:
    return b"".join(feed_file(format, public_products(company), language, report=Report()))


def test_json_file_has_the_accepted_ones_and_says_what_is_a_placeholder(vendor):
    read = json.loads(content("json"))
    assert set(read) == {
        "programme", "publisher", "made_on", "language", "placeholders", "listings", "count",
    }  # fmt: skip
    assert read["count"] == len(read["listings"]) == 1
    (listing,) = read["listings"]
    assert tuple(listing) == COLUMNS
    assert listing["subject"] == "=Hass avocado"
    assert listing["main_image"] == ["https://portal.example/media/products/x-1600.webp"]
    assert read["placeholders"]["fields"] == list(PLACEHOLDERS)


def test_xlsx_file_is_opened_by_a_spreadsheet_program(vendor):
    book = openpyxl.load_workbook(io.BytesIO(content("xlsx")))
    head, row = book.active.iter_rows(values_only=True)
    assert head == COLUMNS
    cells = dict(zip(head, row, strict=True))
    assert cells["subject"] == "'=Hass avocado", "no formula"
    assert cells["min_order_quantity"] == 264
    assert cells["keywords"] == "avocado"
    assert cells["description"] == "Caja de 4 kg."
    assert cells["fallbacks"] == "description: es"


@pytest.mark.parametrize("format", ["json", "xlsx"])
def test_file_of_nothing_can_be_opened(db, format):
    made = content(format)
    if format == "json":
        assert json.loads(made)["listings"] == []
    else:
        assert len(list(openpyxl.load_workbook(io.BytesIO(made)).active.rows)) == 1


def test_only_public_products_are_in_it(vendor):
    factories.product(vendor.company, status="draft", name_es="Borrador")
    factories.application("suspended")
    assert public_products(None).count() == 2
    other = factories.application("approved")
    assert public_products(vendor.company).count() == 2
    assert public_products(other.company).count() == 1


@pytest.mark.parametrize("rows", [1, 3, 400])
def test_check_takes_the_same_queries_for_any_number_of_products(
    vendor, rows, django_assert_num_queries
):
    Product.objects.bulk_create(
        Product(
            company=vendor.company,
            category=factories.category(),
            status="published",
            slug=f"p-{number}",
            name_es="Otro",
            hs_code="0804.40",
        )
        for number in range(rows)
    )
    with django_assert_num_queries(3):
        assert check(public_products(None), "en").checked == rows + 2


# --- The service -----------------------------------------------------------------------------------


def order(actor, *, company=None, format="json", key=None, language="en") -> HandoverOrder:
    return handover.order_handover(
        company, language=language, format=format, actor=actor, key=key or uuid.uuid4()
    )


def test_handover_is_recorded_with_its_file_and_what_was_left_out(vendor, boss):
    placed = order(boss, format="xlsx")
    row = Handover.objects.get()
    assert placed.handover == row
    assert (row.products, row.made_by, row.format, row.company) == (1, boss, "xlsx", None)
    missing = vendor.company.products.get(name_es="Sin foto")
    assert row.refused == [{"product": missing.pk, "reasons": ["picture_missing"]}]
    assert row.findings["picture_missing"] == 1
    with row.file.open("rb") as file:
        stored = file.read()
    assert hashlib.sha256(stored).hexdigest() == row.sha256
    assert openpyxl.load_workbook(io.BytesIO(stored))
    with pytest.raises(ValueError, match="no address"):
        row.file.url  # noqa: B018 - the file is private


def test_handover_of_one_company_holds_only_its_products(vendor, boss):
    factories.application("approved")
    row = order(boss, company=vendor.company).handover
    assert row.company == vendor.company
    assert row.products + len(row.refused) == 2


def test_same_key_finds_the_first_result(vendor, boss):
    key = uuid.uuid4()
    assert order(boss, key=key) == order(boss, key=key)
    assert Handover.objects.count() == HandoverOrder.objects.count() == 1


@pytest.mark.parametrize("role", ["coordinator", "finance", "auditor"])
def test_handover_is_made_by_managers_only(vendor, role):
    with pytest.raises(TransitionNotAllowed):
        order(getattr(factories, role)())
    assert not HandoverOrder.objects.exists()


def test_nothing_to_hand_over_is_refused(boss):
    with pytest.raises(TransitionNotAllowed):
        order(boss)
    assert not HandoverOrder.objects.exists()


def test_handover_is_never_changed(vendor, boss):
    row = order(boss).handover
    row.products = 7
    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(AppendOnlyError):
        Handover.objects.all().delete()


def test_large_handover_is_left_to_the_worker(vendor, boss, monkeypatch):
    monkeypatch.setattr(handover, "AT_ONCE", 1)
    placed = order(boss)
    assert (placed.total, placed.done, placed.handover) == (2, 0, None)
    assert handover.orders_to_make() == [placed.pk]
    tasks.make_handover(placed.pk)
    placed.refresh_from_db()
    assert placed.handover.products == 1
    assert (placed.done, placed.percent) == (2, 100)
    assert handover.orders_to_make() == []
    tasks.make_handover(placed.pk)
    assert Handover.objects.count() == 1


def test_order_whose_worker_died_is_taken_over(vendor, boss, monkeypatch):
    monkeypatch.setattr(handover, "AT_ONCE", 1)
    placed, now = order(boss), timezone.now()
    HandoverOrder.objects.update(worked_at=now)
    assert handover.make_handover(placed.pk) is None, "its worker may still be at it"
    HandoverOrder.objects.update(worked_at=now - handover.LEASE * 2)
    assert handover.make_handover(placed.pk).products == 1


def test_full_disk_leaves_neither_file_nor_record(vendor, boss, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("No space left on device")

    monkeypatch.setattr(type(private_storage()), "save", full)
    with pytest.raises(StorageUnavailable):
        order(boss)
    assert not Handover.objects.exists()
    monkeypatch.undo()
    tasks.make_handover(HandoverOrder.objects.get().pk)
    assert Handover.objects.count() == 1


def test_record_that_fails_leaves_no_file(vendor, boss, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("no log")

    monkeypatch.setattr(handover, "security_event", fail)
    with pytest.raises(RuntimeError):
        order(boss)
    assert not Handover.objects.exists()
    assert private_storage().listdir("handovers")[1] == []


@race
def test_order_that_two_workers_take_is_made_once(monkeypatch):
    boss = factories.manager()
    factories.application("approved")
    monkeypatch.setattr(handover, "AT_ONCE", 0)
    placed = order(boss)
    results = at_once(*[lambda: handover.make_handover(placed.pk)] * 4)
    assert not failures(results)
    assert sum(result is not None for result in results) == 1
    assert Handover.objects.count() == 1


@race
def test_double_click_places_one_order():
    boss, key = factories.manager(), uuid.uuid4()
    factories.application("approved")
    results = at_once(*[lambda: order(boss, key=key)] * 4)
    assert not failures(results)
    assert HandoverOrder.objects.count() == Handover.objects.count() == 1


# --- The desk --------------------------------------------------------------------------------------


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_report_is_shown_before_anything_is_made(vendor, boss, english):
    page = signed_in(boss).get(MAKE, {"rfc": "", "language": "en", "format": "json"})
    assert (page.context["report"].accepted, page.context["total"]) == (1, 2)
    missing = vendor.company.products.get(name_es="Sin foto")
    text = page.content.decode()
    assert "It has no picture that is ready." in text
    assert reverse("admin:exporters_product_change", args=[missing.pk]) in text
    assert not HandoverOrder.objects.exists()


def test_handover_is_made_and_downloaded(vendor, boss, english, caplog):
    client = signed_in(boss)
    data = {"rfc": vendor.company.rfc, "language": "en", "format": "json", "key": uuid.uuid4()}
    page = client.post(MAKE, data, follow=True)
    row = Handover.objects.get()
    assert page.redirect_chain[-1][0] == reverse("admin:pavilion_handover_change", args=[row.pk])
    assert row.sha256 in page.content.decode()
    client.post(MAKE, data, follow=True)
    assert Handover.objects.count() == 1
    with caplog.at_level("INFO", logger="security"):
        answer = client.get(reverse("admin:pavilion_handover_download", args=[row.pk]))
        made = json.loads(b"".join(answer.streaming_content))
    assert made["count"] == 1
    assert "private, no-store" in answer.headers["Cache-Control"]
    assert "handover_download" in caplog.messages


@pytest.mark.parametrize(
    "data",
    [
        {"rfc": "NADIE", "language": "en", "format": "json"},
        {"rfc": "", "language": "fr", "format": "json"},
        {"rfc": "", "language": "en", "format": "exe"},
        {"rfc": "\x00", "language": "en", "format": "json"},
        {"rfc": "", "language": "en", "format": "json", "key": "x"},
        {"rfc": "", "language": "en", "format": "json", "key": ""},
    ],
)
def test_wrong_order_is_answered_with_a_form(vendor, boss, data):
    page = signed_in(boss).post(MAKE, {"key": uuid.uuid4(), **data})
    assert page.status_code == 422
    assert page.context["form"].errors
    assert not HandoverOrder.objects.exists()


def test_company_that_is_not_approved_is_not_handed_over(vendor, boss):
    Company.objects.filter(pk=vendor.company_id).update(rfc="TIA990323BH9")
    factories.move(vendor, "suspend", actor=boss)
    data = {"rfc": "TIA990323BH9", "language": "en", "format": "json", "key": uuid.uuid4()}
    assert signed_in(boss).post(MAKE, data).status_code == 422


def test_order_in_the_making_says_how_far_it_is(vendor, boss, monkeypatch, english):
    monkeypatch.setattr(handover, "AT_ONCE", 1)
    placed = order(boss)
    HandoverOrder.objects.update(done=1)
    page = signed_in(boss).get(
        reverse("admin:pavilion_handover_order", args=[placed.idempotency_key])
    )
    assert "1 of 2 products are written" in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_any_number_of_rows(
    vendor, boss, rows, django_assert_num_queries
):
    for _ in range(rows):
        order(boss, company=vendor.company)
    client = signed_in(boss)
    with django_assert_num_queries(10):
        assert client.get(reverse("admin:pavilion_handover_changelist")).status_code == 200


# --- The company -----------------------------------------------------------------------------------


def feed_url(company, format="") -> str:
    if format:
        return reverse("pavilion:company_feed_file", args=[company.slug, format])
    return reverse("pavilion:company_feed", args=[company.slug])


def test_company_sees_what_would_be_refused_of_its_own(vendor, english):
    client = signed_in(factories.owner_of(vendor.company))
    page = client.get(feed_url(vendor.company))
    text = page.content.decode()
    assert "Sin foto" in text
    assert "It has no picture that is ready." in text
    assert page.context["report"].accepted == 1


def test_company_downloads_its_own_feed(vendor, caplog):
    factories.application("approved")
    client = signed_in(factories.owner_of(vendor.company))
    with caplog.at_level("INFO", logger="security"):
        answer = client.get(feed_url(vendor.company, "json"), {"language": "es"})
        read = json.loads(b"".join(answer.streaming_content))
    assert (read["count"], read["language"]) == (1, "es")
    assert "listing_feed_download" in caplog.messages
    answer = client.get(feed_url(vendor.company, "xlsx"))
    assert openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert not Handover.objects.exists()


def test_feed_of_another_company_does_not_exist(vendor):
    client = signed_in(factories.owner_of(factories.company()))
    for format in ("", "json"):
        assert client.get(feed_url(vendor.company, format)).status_code == 404


def test_feed_in_a_format_that_does_not_exist(vendor):
    client = signed_in(factories.owner_of(vendor.company))
    assert client.get(feed_url(vendor.company, "exe")).status_code == 404
    assert client.get(feed_url(vendor.company), {"language": "x", "page": "x"}).status_code == 200


def test_feed_of_a_suspended_company_is_empty(vendor, english):
    factories.move(vendor, "suspend", actor=factories.manager())
    client = signed_in(factories.owner_of(vendor.company))
    assert "No product is public yet" in client.get(feed_url(vendor.company)).content.decode()
    answer = client.get(feed_url(vendor.company, "json"))
    assert json.loads(b"".join(answer.streaming_content))["listings"] == []


def test_company_feed_is_limited(vendor, monkeypatch):
    monkeypatch.setattr("pavilion.views.listing_feed.DOWNLOADS", 1)
    client = signed_in(factories.owner_of(vendor.company))
    assert b"".join(client.get(feed_url(vendor.company, "json")).streaming_content)
    assert client.get(feed_url(vendor.company, "json")).status_code == 429


@pytest.mark.parametrize("rows", [1, 3])
def test_company_page_takes_the_same_queries_for_any_number_of_products(
    vendor, rows, django_assert_num_queries
):
    for _ in range(rows):
        factories.product(vendor.company, status="published")
    client = signed_in(factories.owner_of(vendor.company))
    with django_assert_num_queries(9):
        assert client.get(feed_url(vendor.company)).status_code == 200


def test_limits_are_those_of_the_interface():
    assert (icbu.SUBJECT_CHARACTERS, icbu.KEYWORDS) == (128, 3)
