"""What the programme decides about products: the steps, who hears of them, the pages of the desk."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from core.workflow import TransitionNotAllowed
from exporters.admin.catalogue import waiting_products
from exporters.enums import ProductReason, ProductStatus
from exporters.models import Certificate, Product
from exporters.reason_texts import texts
from exporters.services import moderation, products
from exporters.services.certificates import edit_certificate
from exporters.workflow import PRODUCT
from pavilion.models import Listing
from tests import factories
from tests.races import at_once, failures, race

BY_STAFF = [step.name for step in PRODUCT.transitions if step.permission]
WHY = {"reason_code": "text", "reason_text": "Diga el calibre."}
SERVICES = {
    "publish": (moderation.publish_product, {}),
    "confirm": (moderation.confirm_changes, {}),
    "return": (moderation.return_product, WHY),
    "hide": (moderation.hide_product, WHY),
}
MAILS = {"publish": "Publicamos", "return": "Corrija", "hide": "Retiramos"}


@pytest.fixture
def vendor(db):
    return factories.application("approved")


@pytest.fixture
def product(vendor):
    return factories.product(vendor.company)


@pytest.fixture
def moderator(db):
    return factories.coordinator()


@pytest.fixture
def desk(moderator):
    client = Client()
    client.force_login(moderator)
    return client


def in_status(product: Product, status: str, **fields) -> Product:
    Product.objects.filter(pk=product.pk).update(status=status, **fields)
    product.refresh_from_db()
    return product


def press(desk: Client, product: Product, name: str, *, seen: str | None = None) -> Product:
    """Take a step by its button, on the page as it is now or as it was."""
    seen = seen_on(desk, product, name) if seen is None else seen
    assert desk.post(page("move", product.pk, name), {"seen": seen}).status_code == 302
    product.refresh_from_db()
    return product


def seen_on(desk: Client, product: Product, name: str) -> str:
    moves = desk.get(page("change", product.pk)).context["legal_moves"]
    return next(move.seen for move in moves if move.transition.name == name)


def decide(name: str, product: Product, actor) -> Product:
    service, why = SERVICES[name]
    return service(product, actor=actor, **why)


def page(name: str, *args) -> str:
    return reverse(f"admin:exporters_product_{name}", args=args)


# --- Steps, from the table --------------------------------------------------------------------


@pytest.mark.parametrize("status", ProductStatus.values)
@pytest.mark.parametrize("name", BY_STAFF)
def test_step_is_made_from_its_statuses_and_refused_from_all_others(
    product, moderator, name, status
):
    in_status(product, status, changed_since_review=True)
    Email.objects.all().delete()
    if status not in PRODUCT[name].sources:
        with pytest.raises(TransitionNotAllowed):
            decide(name, product, moderator)
        product.refresh_from_db()
        assert (product.status, product.changed_since_review) == (status, True)
        assert not product.transitions.exists()
        assert not Email.objects.exists()
        return
    moved = decide(name, product, moderator)
    assert (moved.status, moved.changed_since_review) == (PRODUCT[name].target, False)
    step = product.transitions.get()
    assert (step.from_status, step.actor) == (status, moderator)
    public = moved.status == ProductStatus.PUBLISHED
    assert Listing.objects.filter(product=product).exists() == (public and name != "confirm")


@pytest.mark.parametrize("name", BY_STAFF)
def test_step_needs_the_permission(product, name):
    in_status(product, sorted(PRODUCT[name].sources)[0], changed_since_review=True)
    with pytest.raises(TransitionNotAllowed):
        decide(name, product, factories.finance())


@pytest.mark.parametrize("name", BY_STAFF)
def test_nobody_decides_on_the_products_of_ones_own_company(product, moderator, name):
    in_status(product, sorted(PRODUCT[name].sources)[0], changed_since_review=True)
    product.company.team.create(user=moderator, role="editor")
    with pytest.raises(TransitionNotAllowed):
        decide(name, product, moderator)
    with pytest.raises(TransitionNotAllowed):
        moderation.correct_product(product, ["port"], actor=moderator)


def test_unchanged_product_has_nothing_to_confirm(product, moderator):
    in_status(product, "published")
    with pytest.raises(TransitionNotAllowed):
        moderation.confirm_changes(product, actor=moderator)
    assert not product.transitions.exists()


@pytest.mark.parametrize("why", [{"reason_code": "nonsense"}, {"reason_text": " "}])
def test_product_is_not_returned_without_a_reason(product, moderator, why):
    in_status(product, "in_review")
    with pytest.raises(TransitionNotAllowed):
        moderation.return_product(product, actor=moderator, **WHY | why)


def test_day_of_the_first_publishing_is_kept(product, moderator):
    first = moderation.publish_product(product, actor=moderator).published_at
    moderation.hide_product(product, actor=moderator, **WHY)
    assert moderation.publish_product(product, actor=moderator).published_at == first


# --- Mail -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MAILS)
def test_whole_team_hears_of_a_decision_with_its_reason(product, moderator, name):
    colleague = factories.exporter(product.company, "editor")
    owner = factories.owner_of(product.company)
    factories.exporter(product.company, is_active=False)  # left; hears nothing
    in_status(product, sorted(PRODUCT[name].sources)[-1])
    Email.objects.all().delete()
    decide(name, product, moderator)
    mails = Email.objects.all()
    assert sorted(address for mail in mails for address in mail.to) == sorted(
        [owner.email, colleague.email]
    )
    mail = mails[0]
    assert mail.subject.startswith(MAILS[name])
    assert product.name_es in mail.message
    assert f"/products/{product.pk}/" in mail.message
    assert (WHY["reason_text"] in mail.message) == (name != "publish")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Please correct"), ("zh-hans", "请修改"), ("es", "Corrija")]
)
def test_mail_is_in_the_language_of_the_company(product, moderator, language, words):
    type(product.company).objects.filter(pk=product.company_id).update(language=language)
    in_status(product, "in_review")
    Email.objects.all().delete()
    moderation.return_product(Product.objects.get(pk=product.pk), actor=moderator, **WHY)
    assert words in Email.objects.get().subject


def test_confirming_and_correcting_are_told_to_nobody(product, moderator):
    in_status(product, "published", changed_since_review=True)
    Email.objects.all().delete()
    moderation.confirm_changes(product, actor=moderator)
    product.port = "Veracruz"
    moderation.correct_product(product, ["port"], actor=moderator)
    assert not Email.objects.exists()


# --- Corrections by staff ---------------------------------------------------------------------


def test_correction_by_staff_is_public_at_once_and_does_not_wait(vendor, moderator):
    product = vendor.company.products.get()
    product.name_en = "Hass avocado"
    stored = moderation.correct_product(product, ["name_en"], actor=moderator)
    assert not stored.changed_since_review
    assert "Hass avocado" in Listing.objects.get(product=stored).card_en
    assert stored.quality > 0


def test_correction_by_finance_is_refused(product):
    with pytest.raises(TransitionNotAllowed):
        moderation.correct_product(product, ["port"], actor=factories.finance())


def test_decision_that_cannot_be_mailed_is_not_made(product, moderator, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(moderation.notifications, "product_hidden", broken)
    in_status(product, "published")
    with pytest.raises(OSError):
        moderation.hide_product(product, actor=moderator, **WHY)
    product.refresh_from_db()
    assert product.status == "published"
    assert not product.transitions.exists()


# --- The desk ---------------------------------------------------------------------------------


def test_queue_has_what_is_to_be_published_first_and_the_longest_waiting_on_top(vendor, desk):
    rows = {
        name: in_status(factories.product(vendor.company, name_es=name), status, **fields)
        for name, status, fields in (
            ("changed", "published", {"changed_since_review": True}),
            ("later", "in_review", {}),
            ("earlier", "in_review", {}),
            ("draft", "draft", {}),
        )
    }
    day = rows["later"].updated_at
    Product.objects.filter(name_es="earlier").update(updated_at=day.replace(year=day.year - 1))
    shown = {
        queue: [row.name_es for row in desk.get(page("changelist"), {"queue": queue}).context["cl"].result_list]
        for queue in ("waiting", "review", "changed")
    }  # fmt: skip
    assert shown == {
        "waiting": ["earlier", "later", "changed"],
        "review": ["earlier", "later"],
        "changed": ["changed"],
    }
    assert len(desk.get(page("changelist")).context["cl"].result_list) == 5


def test_menu_says_how_many_wait(vendor, desk, product):
    in_status(product, "in_review")
    items = [
        item
        for section in desk.get(page("changelist")).context["desk_menu"]
        for item in section.items
        if item.url.startswith(page("changelist"))
    ]
    assert [(item.count, item.url) for item in items] == [
        (1, page("changelist") + "?queue=waiting")
    ]


def test_number_in_the_menu_follows_a_decision(desk, product):
    in_status(product, "in_review")
    assert waiting_products() == 1
    press(desk, product, "publish")
    assert waiting_products() == 0


def test_page_offers_the_steps_that_are_possible(desk, product):
    def offered():
        moves = desk.get(page("change", product.pk)).context["legal_moves"]
        return [move.transition.name for move in moves]

    in_status(product, "published")
    assert offered() == ["hide"]
    in_status(product, "published", changed_since_review=True)
    assert offered() == ["confirm", "hide"]
    in_status(product, "in_review")
    assert offered() == ["publish", "return"]


def test_page_offers_nothing_to_the_companys_own_team(desk, moderator, product):
    in_status(product, "in_review")
    product.company.team.create(user=moderator, role="editor")
    assert desk.get(page("change", product.pk)).context["legal_moves"] == []


def test_page_shows_the_last_version_that_was_looked_at_beside_the_new_one(vendor, desk):
    product = vendor.company.products.get()
    product.port = "Veracruz"
    products.save_product(vendor, product)
    text = desk.get(page("change", product.pk)).content.decode()
    assert "<del>Manzanillo</del>" in text
    assert "<ins>Veracruz</ins>" in text
    press(desk, product, "confirm")
    product.refresh_from_db()
    assert not product.changed_since_review
    assert "<del>" not in desk.get(page("change", product.pk)).content.decode()


def test_changes_that_nobody_looked_at_are_not_confirmed(vendor, desk):
    product = vendor.company.products.get()
    product.port = "Veracruz"
    products.save_product(vendor, product)
    seen = seen_on(desk, product, "confirm")
    product.description_es = "Otra cosa."
    products.save_product(vendor, product)
    assert press(desk, product, "confirm", seen=seen).changed_since_review
    assert press(desk, product, "confirm", seen="").changed_since_review
    assert not press(desk, product, "confirm").changed_since_review


def test_product_that_was_taken_back_and_changed_is_not_published_unseen(vendor, product, desk):
    in_status(product, "in_review")
    seen = seen_on(desk, product, "publish")
    owner = factories.owner_of(vendor.company)
    product = products.take_back_product(product, actor=owner)
    product.description_es = "Otra cosa."
    product = products.save_product(vendor, product)
    in_status(product, "in_review")
    assert press(desk, product, "publish", seen=seen).status == "in_review"
    assert press(desk, product, "publish").status == "published"


@pytest.mark.parametrize("change", ["picture", "certificate"])
def test_new_picture_or_certificate_has_to_be_seen_too(vendor, desk, change):
    product = in_status(vendor.company.products.get(), "published", changed_since_review=True)
    certificate = factories.certificate(vendor.company)
    Certificate.objects.update(verified_at=timezone.now(), verified_by=factories.coordinator())
    seen = seen_on(desk, product, "confirm")
    if change == "picture":
        factories.product_picture(product)
    else:
        edit_certificate(
            certificate, facts={}, products=[product.pk], actor=certificate.uploaded_by
        )
    assert press(desk, product, "confirm", seen=seen).changed_since_review


def test_reason_without_a_text_comes_back_with_a_proposal_in_the_companys_language(desk, product):
    in_status(product, "in_review")
    answer = desk.post(page("move", product.pk, "return"), {"return-reason_code": "picture"})
    assert answer.status_code == 422
    proposed = texts(ProductReason, "es")["picture"]
    assert answer.context["form"]["reason_text"].value() == proposed
    assert set(texts(ProductReason, "es")) == set(ProductReason.values) - {"other"}


def test_desk_refuses_what_alibaba_would_refuse(desk, product):
    form = desk.get(page("change", product.pk)).context["adminform"].form
    data = {name: value for name in form.fields if (value := form[name].value())}
    inline = {
        f"transitions-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")
    }
    wrong = {"keywords_en": "a, b, c, d", "change_reason": "x"}
    answer = desk.post(page("change", product.pk), data | inline | wrong)
    assert answer.status_code == 200
    assert "keywords_en" in answer.context["adminform"].form.errors


# --- Races ------------------------------------------------------------------------------------


@race
def test_eight_decisions_at_once_are_one_step_and_one_mail():
    vendor = factories.application("approved")
    moderator = factories.coordinator()
    product = in_status(factories.product(vendor.company), "in_review")
    Email.objects.all().delete()
    results = at_once(*[lambda: moderation.publish_product(product, actor=moderator)] * 8)
    assert len(failures(results)) == 7
    assert product.transitions.count() == 1
    assert Email.objects.count() == 1
