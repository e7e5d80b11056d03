"""A company keeps its products: pages of its own, the steps that it takes, what others changed."""

import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from core.workflow import TransitionNotAllowed
from exporters.editing import ProductsDoor, products_door
from exporters.enums import ProductStatus
from exporters.forms import ProductForm
from exporters.merging import fingerprint, values_of
from exporters.models import Certificate, Product, ProductPicture
from exporters.models.product import OFFER
from exporters.product_changes import changes_since_review
from exporters.services import moderation, products
from exporters.views import previews
from exporters.workflow import PRODUCT
from pavilion.models import Listing
from tests import factories
from tests.constraints import violates
from tests.races import at_once, failures, race

BY_COMPANY = [step.name for step in PRODUCT.transitions if step.permission is None]


def url(name, *args):
    return reverse(f"exporters:{name}", args=args)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def vendor(db):
    return factories.application("approved", with_product=True)


@pytest.fixture
def company(vendor):
    return vendor.company


@pytest.fixture
def owner(vendor):
    return signed_in(vendor.created_by)


@pytest.fixture
def product(company):
    """All that it needs to be published, in status draft."""
    return described(factories.product(company))


def described(product: Product) -> Product:
    ProductPicture.objects.create(
        product=product, file="products/x-1600.webp", width=1600, height=1200, alt_es="Aguacates"
    )
    return product


def certificate(company, kind="organic") -> Certificate:
    return Certificate.objects.create(
        company=company, kind=kind, file="x.pdf", original_name="x.pdf", content_type="x",
        size=1, sha256="x", uploaded_by=factories.owner_of(company),
    )  # fmt: skip


def in_status(product: Product, status: str) -> Product:
    Product.objects.filter(pk=product.pk).update(status=status)
    product.refresh_from_db()
    return product


def data_of(product: Product | None = None, **changes) -> dict:
    """What the form posts, of a stored product or of a new one."""
    facts = {
        "name_es": "Aguacate Hass", "category": factories.category().pk, "hs_code": "0804.40",
        "fob_min_usd": "9.80", "fob_max_usd": "12.90", "unit": "box", "moq": "264",
        "supply_period": "month",
        "key": str(product.idempotency_key if product else uuid.uuid4()),
    }  # fmt: skip
    return facts | changes


# --- Steps, from the table ------------------------------------------------------------------

SERVICES = {
    "submit": lambda vendor, product: products.submit_product(
        vendor, product, actor=vendor.created_by
    ),
    "take_back": lambda vendor, product: products.take_back_product(
        product, actor=vendor.created_by
    ),
    "take_down": lambda vendor, product: products.take_down_product(
        product, actor=vendor.created_by
    ),
}


def test_company_has_a_service_for_each_of_its_steps():
    assert set(SERVICES) == set(BY_COMPANY)


@pytest.mark.parametrize("status", ProductStatus.values)
@pytest.mark.parametrize("name", BY_COMPANY)
def test_step_of_the_company_is_made_from_its_statuses_and_refused_from_all_others(
    vendor, product, name, status
):
    in_status(product, status)
    if status not in PRODUCT[name].sources:
        with pytest.raises(TransitionNotAllowed):
            SERVICES[name](vendor, product)
        product.refresh_from_db()
        assert product.status == status
        assert not product.transitions.exists()
        return
    moved = SERVICES[name](vendor, product)
    assert moved.status == PRODUCT[name].target
    step = product.transitions.get()
    assert (step.from_status, step.to_status) == (status, moved.status)
    assert step.actor == vendor.created_by


def test_product_taken_down_is_gone_from_the_pavilion_and_no_change_waits(vendor, company):
    product = company.products.get()
    assert Listing.objects.filter(product=product).exists()
    Product.objects.update(changed_since_review=True)
    moved = products.take_down_product(product, actor=vendor.created_by)
    assert not Listing.objects.filter(product=product).exists()
    assert not moved.changed_since_review


@pytest.mark.usefixtures("english")
def test_product_is_not_sent_without_what_it_needs(vendor, company):
    bare = factories.product(company, fob_min_usd=None, fob_max_usd=None, moq=None)
    with pytest.raises(TransitionNotAllowed) as refusal:
        products.submit_product(vendor, bare, actor=vendor.created_by)
    for words in ("a price", "the minimum order", "a picture with its description"):
        assert words in str(refusal.value)
    bare.refresh_from_db()
    assert bare.status == "draft"
    assert not bare.transitions.exists()


@pytest.mark.parametrize("fields", [{"status": "pending"}, {"alt_es": ""}])
def test_picture_counts_only_when_it_is_ready_and_described(vendor, product, fields):
    ProductPicture.objects.update(**fields)
    with pytest.raises(TransitionNotAllowed):
        products.submit_product(vendor, product, actor=vendor.created_by)


def test_product_of_an_application_is_sent_with_the_application(db):
    draft = factories.application()
    product = described(draft.company.products.get())
    with pytest.raises(TransitionNotAllowed):
        products.submit_product(draft, product, actor=draft.created_by)


# --- Saving -----------------------------------------------------------------------------------


def test_public_product_stays_public_when_it_changes_and_waits_to_be_looked_at(vendor, company):
    product = company.products.get()
    product.name_en = "Hass avocado"
    stored = products.save_product(vendor, product, ["name_en"])
    assert (stored.status, stored.changed_since_review) == ("published", True)
    assert "Hass avocado" in Listing.objects.get(product=stored).card_en
    assert list(Product.objects.to_moderate()) == [stored]


def test_saving_the_same_once_more_is_no_change(vendor, company):
    product = company.products.get()
    stored = products.save_product(vendor, product)
    assert not stored.changed_since_review


def test_draft_changes_without_waiting_for_anyone(vendor, product):
    product.port = "Veracruz"
    assert not products.save_product(vendor, product).changed_since_review


def test_product_that_is_looked_at_is_not_changed(vendor, product):
    in_status(product, "in_review")
    product.port = "Veracruz"
    with pytest.raises(TransitionNotAllowed):
        products.save_product(vendor, product)
    product.refresh_from_db()
    assert product.port == "Manzanillo"


@pytest.mark.parametrize("status", ["approved", "suspended"])
def test_company_that_was_approved_keeps_its_products_itself(db, status):
    application = factories.application(status)
    assert products_door(application) == ProductsDoor.COMPANY
    added = products.save_product(application, factories.new_product(application.company))
    assert added.status == "draft"


@pytest.mark.parametrize(
    ("status", "door"),
    [
        ("draft", "application"),
        ("submitted", "review"),
        ("in_review", "review"),
        ("changes_requested", "review"),
    ],
)
def test_door_to_the_products_follows_the_application(db, status, door):
    assert products_door(factories.application(status)) == door
    assert products_door(None) == "closed"


def test_certificates_are_saved_with_the_product_and_only_ones_own(vendor, product):
    mine, other = certificate(vendor.company), certificate(factories.company())
    product.certificate_keys = [mine.pk, other.pk]
    products.save_product(vendor, product, [*OFFER, "certificate_keys"])
    assert list(product.certificates.all()) == [mine]


def test_certificates_of_two_pages_clash_instead_of_overwriting(vendor, product):
    one, two = certificate(vendor.company), certificate(vendor.company, "kosher")
    base = fingerprint(values_of(product, ["certificate_keys"]))
    first, second = (Product.objects.get(pk=product.pk) for _ in range(2))
    first.certificate_keys, second.certificate_keys = [one.pk], [two.pk]
    products.save_product(vendor, first, ["certificate_keys"], base)
    products.save_product(vendor, second, ["certificate_keys"], base)
    assert list(product.certificates.all()) == [one]


def test_retry_of_a_new_product_keeps_what_only_the_portal_writes(vendor, company):
    first = company.products.get()
    again = factories.new_product(company, idempotency_key=first.idempotency_key, port="Veracruz")
    stored = products.save_product(vendor, again)
    assert (stored.pk, stored.slug, stored.port) == (first.pk, first.slug, "Veracruz")
    assert stored.published_at == first.published_at is not None


# --- Deleting ---------------------------------------------------------------------------------


def test_draft_that_was_never_sent_is_deleted(vendor, product):
    ProductPicture.objects.all().delete()
    products.delete_product(vendor, product)
    assert not Product.objects.filter(pk=product.pk).exists()


def test_product_that_was_sent_or_public_is_kept(vendor, company, product):
    products.submit_product(vendor, product, actor=vendor.created_by)
    products.take_back_product(product, actor=vendor.created_by)
    published = company.products.exclude(pk=product.pk).get()
    for kept in (product, published):
        with pytest.raises(TransitionNotAllowed):
            products.delete_product(vendor, kept)
    assert company.products.count() == 2


# --- The form ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_es", ""),
        ("name_en", "x" * 129),
        ("keywords_en", "a, b, c, d"),
        ("keywords_zh_hans", "牛油果，哈斯；有机、水果"),
        ("fob_min_usd", "0"),
        ("fob_max_usd", "9999999.01"),
        ("moq", "100000"),
        ("lead_time_days", "0"),
        ("lead_time_days", "731"),
        ("supply_quantity", "0"),
        ("supply_period", "century"),
        ("payment_terms", ["cash"]),
        ("packaging_es", "x" * 301),
        ("category", "999999"),
    ],
)
def test_form_says_beside_the_field_what_alibaba_would_refuse(vendor, field, value):
    form = ProductForm(data_of(**{field: value}), instance=Product(company=vendor.company))
    assert field in form.errors


def test_form_writes_search_words_with_commas_between_them(vendor):
    form = ProductForm(
        data_of(keywords_zh_hans="牛油果；哈斯"), instance=Product(company=vendor.company)
    )
    assert form.is_valid(), form.errors
    assert form.instance.keywords_zh_hans == "牛油果, 哈斯"


def test_form_asks_for_certificates_once_the_company_has_some(company):
    assert "certificate_keys" not in ProductForm(instance=Product(company=company)).fields
    certificate(company)
    fresh = type(company).objects.get(pk=company.pk)
    assert "certificate_keys" in ProductForm(instance=Product(company=fresh)).fields


# --- Pages ------------------------------------------------------------------------------------


def test_product_is_added_on_the_pages_of_its_company(company, owner):
    here = url("company_product_add", company.slug)
    assert owner.get(here).status_code == 200
    mine = certificate(company)
    answer = owner.post(
        here,
        data_of(
            payment_terms=["tt", "lc"], gift_wrapping="on", certificate_keys=[mine.pk],
            keywords_es="aguacate, hass", supply_quantity="400", supply_period="week",
        ),
    )  # fmt: skip
    assert answer.url == url("products", company.slug)
    added = company.products.last()
    assert (added.payment_terms, added.gift_wrapping) == (["tt", "lc"], True)
    assert (added.supply_quantity, added.supply_period) == (400, "week")
    assert added.certificate_keys == [mine.pk]
    page = owner.get(url("company_product_edit", company.slug, added.pk))
    assert page.context["form"]["payment_terms"].value() == ["tt", "lc"]


def test_product_with_errors_comes_back_with_all_that_was_typed(company, owner, product):
    here = url("company_product_edit", company.slug, product.pk)
    page = owner.post(here, data_of(product, moq="0", packaging_es="Caja de cartón"))
    assert page.status_code == 422
    assert "moq" in page.context["form"].errors
    assert "Caja de cartón" in page.content.decode()


def version_of(page) -> str:
    return str(page.context["version"])


def test_product_saves_itself_with_choices_and_certificates(company, owner, product):
    mine = certificate(company)
    here = url("company_product_edit", company.slug, product.pk)
    version = version_of(owner.get(here))
    typed = data_of(product, payment_terms=["tt"], certificate_keys=[mine.pk])
    saved = owner.post(here, typed | {"version": version, "turn": "1", "autosave": "1"})
    assert saved["X-Autosave"] == "saved"
    product = Product.objects.get(pk=product.pk)
    assert (product.payment_terms, product.certificate_keys) == (["tt"], [mine.pk])


def test_choices_that_two_people_change_are_shown_side_by_side(company, owner, product):
    here = url("company_product_edit", company.slug, product.pk)
    version = version_of(owner.get(here))
    Product.objects.filter(pk=product.pk).update(payment_terms=["paypal"])
    page = owner.post(here, data_of(product, payment_terms=["tt", "lc"]) | {"version": version})
    assert page.status_code == 409
    text = page.content.decode()
    assert "PayPal" in text
    assert "T/T, L/C" in text
    typed = dict.fromkeys(name for name, _ in page.context["typed"])
    again = {name: [v for n, v in page.context["typed"] if n == name] for name in typed}
    choice = {"version": version_of(page), "choice-payment_terms": "mine"}
    assert owner.post(here, again | choice).status_code == 302
    product.refresh_from_db()
    assert product.payment_terms == ["tt", "lc"]


def test_stored_choices_are_kept_when_they_are_chosen(company, owner, product):
    here = url("company_product_edit", company.slug, product.pk)
    version = version_of(owner.get(here))
    Product.objects.filter(pk=product.pk).update(payment_terms=["paypal", "tt"])
    typed = data_of(product, payment_terms=["lc"], port="Veracruz")
    page = owner.post(here, typed | {"version": version})
    choice = {"version": version_of(page), "choice-payment_terms": "theirs"}
    assert owner.post(here, typed | choice).status_code == 302
    product.refresh_from_db()
    assert (product.payment_terms, product.port) == (["paypal", "tt"], "Veracruz")


def test_page_of_a_product_that_is_looked_at_has_no_form(company, owner, product):
    in_status(product, "in_review")
    here = url("company_product_edit", company.slug, product.pk)
    page = owner.get(here)
    assert page.context["form"] is None
    assert url("company_product_take_back", company.slug, product.pk) in page.content.decode()
    late = owner.post(here, data_of(product, port="Veracruz"))
    assert late.status_code == 409  # with the text, to copy
    assert "Veracruz" in late.content.decode()


def test_steps_are_taken_by_buttons_and_refused_in_words(company, owner, product):
    here = url("company_product_edit", company.slug, product.pk)
    for step, status in (("submit", "in_review"), ("take_back", "draft")):
        assert owner.post(url(f"company_product_{step}", company.slug, product.pk)).url == here
        product.refresh_from_db()
        assert product.status == status
    twice = owner.post(url("company_product_take_back", company.slug, product.pk), follow=True)
    assert [str(message) for message in twice.context["messages"]]


def test_reason_of_the_programme_stands_on_the_products_page(company, owner, product, vendor):
    products.submit_product(vendor, product, actor=vendor.created_by)
    moderation.return_product(
        product, actor=factories.coordinator(), reason_code="text", reason_text="Diga el calibre."
    )
    page = owner.get(url("company_product_edit", company.slug, product.pk))
    assert page.context["decision"]["text"] == "Diga el calibre."
    assert page.content.decode().count("Diga el calibre.") == 2  # on top, and in its history


@pytest.mark.parametrize("status", ["draft", "submitted", "rejected"])
def test_products_of_a_company_that_is_not_approved_are_only_listed(db, status):
    application = factories.application(status)
    owner, slug = signed_in(application.created_by), application.company.slug
    page = owner.get(url("products", slug))
    assert page.status_code == 200
    assert page.context["why_closed"]
    assert url("company_product_add", slug) not in page.content.decode()
    assert owner.get(url("company_product_add", slug)).url == url("products", slug)


def test_product_is_deleted_by_post_only(company, owner, product):
    ProductPicture.objects.all().delete()
    here = url("company_product_delete", company.slug, product.pk)
    assert owner.get(here).status_code == 200
    assert owner.post(here).url == url("products", company.slug)
    assert not Product.objects.filter(pk=product.pk).exists()


def test_products_of_another_company_do_not_exist(company, product):
    stranger = signed_in(factories.exporter(factories.application("approved").company))
    for name in ("edit", "delete", "submit", "take_back", "take_down"):
        address = url(f"company_product_{name}", company.slug, product.pk)
        assert stranger.post(address).status_code == 404
    own = stranger.get(url("dashboard")).context["companies"][0][0].slug
    for name in ("edit", "delete", "submit", "take_back", "take_down"):
        assert stranger.post(url(f"company_product_{name}", own, product.pk)).status_code == 404


# --- Preview ----------------------------------------------------------------------------------


def test_preview_shows_the_unsaved_form_in_the_language_asked_for(company, owner, product):
    here = url("company_product_preview", company.slug)
    typed = data_of(product, name_en="Hass avocado", preview="en", moq="x")
    page = owner.post(f"{here}?product={product.pk}", typed)
    assert page.status_code == 200
    card = page.context["preview_card"]
    assert "Hass avocado" in card
    assert "Minimum order" in card
    assert "products/x-1600.webp" in card
    product.refresh_from_db()
    assert not product.name_en


def test_preview_of_a_form_without_name_and_category_says_what_it_needs(company, owner):
    page = owner.post(url("company_product_preview", company.slug), {"preview": "zh-hans"})
    assert page.context["preview_card"] == ""


def test_preview_says_when_buyers_see_another_language(company, owner, product):
    here = url("company_product_preview", company.slug)
    assert owner.post(here, data_of(preview="en")).context["preview_falls_back"]
    assert not owner.post(here, data_of(preview="es")).context["preview_falls_back"]


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30, "١", "999999"])
def test_preview_of_no_product_of_ones_own_is_that_of_a_new_one(company, owner, number):
    here = url("company_product_preview", company.slug)
    assert owner.post(f"{here}?product={number}", data_of()).status_code == 200


def test_preview_is_asked_for_only_so_often(company, owner, monkeypatch):
    monkeypatch.setattr(previews, "PREVIEWS_PER_MINUTE", 2)
    here = url("company_product_preview", company.slug)
    answers = {owner.post(here, data_of()).status_code for _ in range(6)}
    assert 204 in answers


def test_preview_without_a_script_keeps_what_was_typed_and_shows_it(company, owner, product):
    here = url("company_product_edit", company.slug, product.pk)
    version = version_of(owner.get(here))
    typed = data_of(product, name_zh_hans="哈斯牛油果", payment_terms=["tt"], preview="zh-hans")
    answer = owner.post(here, typed | {"version": version})
    assert answer.url == f"{here}?preview=zh-hans#preview"
    page = owner.get(answer.url)
    assert "哈斯牛油果" in page.context["preview_card"]
    assert page.context["form"]["payment_terms"].value() == ["tt"]
    product.refresh_from_db()
    assert not product.name_zh_hans


# --- Queries ----------------------------------------------------------------------------------

LIST_QUERIES = 6


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_product_and_for_three(
    company, owner, rows, django_assert_num_queries
):
    for _ in range(rows - 1):
        described(factories.product(company))
    with django_assert_num_queries(LIST_QUERIES):
        assert owner.get(url("products", company.slug)).status_code == 200


# --- What changed -----------------------------------------------------------------------------


@pytest.mark.usefixtures("english")
def test_moderator_sees_what_changed_since_the_last_look(vendor, company):
    product = company.products.get()
    product.fob_min_usd = Decimal("11.00")
    product.payment_terms = ["tt"]
    stored = products.save_product(vendor, product)
    review = changes_since_review(stored)
    assert review.who == vendor.decided_by
    changed = {
        difference.label: [
            " ".join(text for text, _ in side) for side in (difference.before, difference.after)
        ]
        for difference in review.differences
    }
    assert changed == {"lowest FOB price (USD)": ["9.8", "11"], "payment terms": ["", "T/T"]}


def test_product_that_nobody_looked_at_has_no_last_look(company):
    assert changes_since_review(factories.product(company)) is None


# --- Constraints ------------------------------------------------------------------------------


def test_product_is_stored_once_for_one_key(company):
    key = company.products.get().idempotency_key
    with violates(Product, "product_is_stored_once"):
        factories.product(company, idempotency_key=key)


# --- Races ------------------------------------------------------------------------------------


@race
def test_eight_sendings_at_once_are_one_step():
    vendor = factories.application("approved")
    product = described(factories.product(vendor.company))
    results = at_once(
        *[lambda: products.submit_product(vendor, product, actor=vendor.created_by)] * 8
    )
    assert len(failures(results)) == 7
    assert product.transitions.count() == 1
