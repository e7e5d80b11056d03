"""Corrections: asked for by items, made and answered by the company, compared when they return."""

import re
import uuid

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from core.uploads import PDF, CleanUpload
from core.workflow import TransitionNotAllowed
from exporters.comparison import last_changes
from exporters.enums import CorrectionTarget
from exporters.models import Application, Correction
from exporters.services import applications, corrections, documents, products, review
from tests import factories

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def holder(db):
    return factories.coordinator(full_name="Catalina Coordinadora")


@pytest.fixture
def in_review(holder) -> Application:
    return factories.application("in_review", reviewer=holder)


@pytest.fixture
def asked(in_review, holder) -> Application:
    """Products and proof of address are to be changed."""
    return ask(in_review, holder, "products", "address")


def ask(application, holder, *targets) -> Application:
    drafts = [factories.correction_draft(t, message=f"Cambie {t}.") for t in targets]
    return review.request_changes(application, actor=holder, items=drafts)


def answer_all(application) -> None:
    factories.answer_corrections(application, actor=application.created_by)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(name: str, *arguments) -> str:
    return reverse(f"exporters:{name}", args=arguments)


def desk_move(application, name: str) -> str:
    return reverse("admin:exporters_application_move", args=[application.pk, name])


def upload(application, kind):
    return documents.store_document(
        application,
        CleanUpload("x.pdf", PDF, ContentFile(b"%PDF-1.4 new\n%%EOF\n")),
        kind=kind,
        issued_on=timezone.localdate(),
        actor=application.created_by,
        key=uuid.uuid4(),
    )


# --- Asking ----------------------------------------------------------------------------------


def test_request_stores_its_items_with_the_step(asked):
    step = asked.transitions.last()
    items = list(asked.corrections.open())
    assert [item.target for item in items] == ["products", "address"]
    assert {item.request for item in items} == {step}
    assert step.reason_text == "Cambie products.\n\nCambie address."
    assert (step.reason_code, asked.waiting_since) == ("illegible", None)


def test_request_without_an_item_is_refused(in_review, holder):
    with pytest.raises(TransitionNotAllowed, match="at least one"):
        review.request_changes(in_review, actor=holder, items=[])
    in_review.refresh_from_db()
    assert in_review.status == "in_review"


def test_request_by_someone_else_leaves_nothing(in_review):
    with pytest.raises(TransitionNotAllowed, match="Catalina"):
        ask(in_review, factories.coordinator(), "products")
    assert not Correction.objects.exists()


@pytest.mark.parametrize("language", ["es", "en", "zh-hans"])
def test_mail_names_each_point_in_the_language_of_the_company(in_review, holder, language):
    type(in_review.company).objects.update(language=language)
    Email.objects.all().delete()
    ask(in_review, holder, "products", "address")
    mail = Email.objects.get()
    assert mail.to == [in_review.created_by.email]
    for words in ("1. ", "2. ", "Cambie products.", "Cambie address.", in_review.reference):
        assert words in mail.message
    assert url("application_detail", in_review.reference).rpartition("/applications/")[2] in (
        mail.message
    )
    first_word = {"es": "Corrija", "en": "Please correct", "zh-hans": "请修改"}[language]
    assert mail.subject.startswith(first_word)


# --- Correcting ------------------------------------------------------------------------------


def test_services_change_only_what_was_asked_for(asked):
    company, owner = asked.company, asked.created_by
    product = company.products.get()
    product.moq = 300
    assert products.save_product(asked, product)
    assert products.save_product(asked, factories.new_product(company))
    products.delete_product(asked, company.products.last())
    assert upload(asked, "address").uploaded_by == owner
    documents.remove_document(asked.documents.current().get(kind="address"))
    opinion = asked.documents.current().get(kind="tax_opinion")
    for refused in (
        lambda: applications.save_section(asked, ["motivation"]),
        lambda: applications.save_section(asked, ["declares_truth"]),
        lambda: applications.save_company_section(asked, company),
        lambda: upload(asked, "tax_opinion"),
        lambda: documents.remove_document(opinion),
    ):
        with pytest.raises(TransitionNotAllowed, match="did not ask"):
            refused()
    assert asked.documents.current().get(kind="tax_opinion") == opinion
    assert asked.documents.filter(kind="tax_opinion").count() == 1


def test_products_that_were_not_asked_for_stay_as_they_were_sent(in_review, holder):
    asked = ask(in_review, holder, "address")
    product = asked.company.products.get()
    for refused in (products.save_product, products.delete_product):
        with pytest.raises(TransitionNotAllowed, match="did not ask"):
            refused(asked, product)


def test_pages_lead_through_what_was_asked_for_alone(asked):
    client, reference = signed_in(asked.created_by), asked.reference
    page = client.get(url("application_detail", reference))
    assert [step.key for step in page.context["sections"]] == ["products", "documents"]
    assert len(page.context["answer_forms"]) == page.context["unanswered"] == 2
    for name in ("company", "experience", "declarations"):
        shown = client.get(url(f"section_{name}", reference))
        assert shown.url == url("application_detail", reference)
        sent = client.post(url(f"section_{name}", reference), {"motivation": "x"})
        refused = (302, "") if name != "experience" else (409, "x")  # the text, to copy
        assert sent.status_code == refused[0]
        assert refused[1] in sent.content.decode()
    listed = client.get(url("section_products", reference))
    assert listed.context["next_url"] == url("section_documents", reference)
    papers = client.get(url("section_documents", reference))
    assert papers.context["next_url"] == url("application_detail", reference)
    assert [slot["kind"] for slot in papers.context["slots"] if slot["is_open"]] == ["address"]
    assert [row.target for row in papers.context["corrections_here"]] == ["address"]


def test_upload_of_a_document_that_was_not_asked_for_is_refused_in_words(asked):
    client = signed_in(asked.created_by)
    data = {"tax_opinion-file": factories.upload(), "tax_opinion-issued_on": "2026-01-01"}
    page = client.get(url("section_documents", asked.reference))
    forms = {slot["kind"]: slot["form"] for slot in page.context["slots"]}
    data["tax_opinion-key"] = forms["tax_opinion"]["key"].value()
    data["tax_opinion-issued_on"] = timezone.localdate().isoformat()
    address = url("document_upload", asked.reference, "tax_opinion")
    answer = client.post(address, data, follow=True)
    assert "did not ask" in " ".join(str(message) for message in answer.context["messages"])
    assert asked.documents.filter(kind="tax_opinion").count() == 1
    remove = asked.documents.current().get(kind="tax_opinion").public_id
    client.post(url("document_remove", asked.reference, remove))
    assert asked.documents.current().filter(kind="tax_opinion").exists()


def test_product_pages_are_closed_when_products_were_not_asked_for(in_review, holder):
    asked = ask(in_review, holder, "address")
    client, product = signed_in(asked.created_by), asked.company.products.get()
    for address in (
        url("product_add", asked.reference),
        url("product_edit", asked.reference, product.pk),
        url("product_delete", asked.reference, product.pk),
    ):
        assert client.post(address).url == url("application_detail", asked.reference)
    assert asked.company.products.get() == product


# --- Answering -------------------------------------------------------------------------------


def test_answer_is_kept_with_its_person_and_may_be_changed(asked):
    client, item = signed_in(asked.created_by), asked.corrections.first()
    address, field = url("correction_answer", asked.reference, item.pk), f"correction-{item.pk}"
    for text in ("Cambié el precio.", "Cambié el precio y el MOQ."):
        answer = client.post(address, {f"{field}-answer": text})
        assert answer.url == url("application_detail", asked.reference)
        item.refresh_from_db()
        assert (item.answer, item.answered_by) == (text, asked.created_by)
    page = client.get(url("application_detail", asked.reference))
    assert page.context["unanswered"] == 1
    assert "Cambié el precio y el MOQ." in page.content.decode()


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001, "a\u202eb"])
def test_answer_that_cannot_be_kept_shows_what_is_wrong_and_loses_nothing(asked, text):
    client, item = signed_in(asked.created_by), asked.corrections.first()
    address = url("correction_answer", asked.reference, item.pk)
    answer = client.post(address, {f"correction-{item.pk}-answer": text})
    assert answer.status_code == 422
    (form,) = [form for form in answer.context["answer_forms"] if form.is_bound]
    assert form.errors["answer"]
    assert form["answer"].value() == text
    item.refresh_from_db()
    assert not item.is_answered


def test_point_of_another_application_does_not_exist(asked):
    other = factories.application("changes_requested")
    client = signed_in(asked.created_by)
    for reference in (asked.reference, other.reference):
        item = other.corrections.get()
        address = url("correction_answer", reference, item.pk)
        assert client.post(address, {f"correction-{item.pk}-answer": "x"}).status_code == 404


def test_answer_after_sending_back_is_refused(asked):
    item = asked.corrections.first()
    answer_all(asked)
    applications.submit_application(asked, actor=asked.created_by)
    with pytest.raises(TransitionNotAllowed, match="already"):
        corrections.answer_correction(item, answer="Tarde.", actor=asked.created_by)
    item.refresh_from_db()
    assert item.answer == "Corregido."
    address = url("correction_answer", asked.reference, item.pk)
    assert signed_in(asked.created_by).post(address).status_code == 404


def test_answer_to_what_was_asked_before_is_not_that_to_what_is_asked_now(asked, holder):
    """A page of the first round, sent in the second one."""
    stale = asked.corrections.first()
    answer_all(asked)
    applications.submit_application(asked, actor=asked.created_by)
    ask(review.claim_application(asked, actor=holder), holder, "products")
    with pytest.raises(TransitionNotAllowed, match="already"):
        corrections.answer_correction(stale, answer="Tarde.", actor=asked.created_by)


# --- Sending back ----------------------------------------------------------------------------


def test_sending_back_waits_for_every_answer(asked):
    first = asked.corrections.first()
    corrections.answer_correction(first, answer="Listo.", actor=asked.created_by)
    client = signed_in(asked.created_by)
    answer = client.post(url("application_submit", asked.reference), follow=True)
    assert "Answer each point" in " ".join(str(m) for m in answer.context["messages"])
    asked.refresh_from_db()
    assert (asked.status, asked.submissions.count()) == ("changes_requested", 1)
    assert "application_submit" not in answer.content.decode()
    assert f'action="{url("application_submit", asked.reference)}"' not in answer.content.decode()


def test_sending_back_resolves_keeps_a_version_and_tells_the_coordinator(asked, holder):
    product = asked.company.products.get()
    product.name_es = "Aguacate Hass orgánico"
    products.save_product(asked, product)
    upload(asked, "address")
    answer_all(asked)
    Email.objects.all().delete()
    sent = applications.submit_application(asked, actor=asked.created_by)
    assert (sent.status, sent.assigned_to) == ("submitted", holder)
    assert not sent.corrections.open().exists()
    assert {row.target for row in sent.corrections.exclude(resolved_at=None)} == {
        "products", "address",
    }  # fmt: skip
    assert [row.number for row in sent.submissions.all()] == [1, 2]
    assert sent.submissions.last().sent_by == sent.created_by
    assert [mail.to for mail in Email.objects.order_by("pk")] == [
        [sent.created_by.email],
        [holder.email],
    ]
    shown = last_changes(sent)
    assert [(change.part, change.label) for change in shown.changes] == [
        ("Product: Aguacate Hass orgánico", shown.changes[0].label),
        (shown.changes[1].part, str(CorrectionTarget.ADDRESS.label)),
    ]
    assert ("orgánico", True) in shown.changes[0].after
    assert [row.target for row in shown.answers] == ["products", "address"]


def test_sending_back_what_is_missing_by_now_is_refused(asked):
    answer_all(asked)
    documents.remove_document(asked.documents.current().get(kind="address"))
    with pytest.raises(TransitionNotAllowed, match="missing"):
        applications.submit_application(asked, actor=asked.created_by)
    assert asked.corrections.open().count() == 2


def test_second_round_shows_its_own_changes_and_answers(asked, holder):
    answer_all(asked)
    sent = applications.submit_application(asked, actor=asked.created_by)
    again = ask(review.claim_application(sent, actor=holder), holder, "experience")
    assert [row.target for row in again.corrections.open()] == ["experience"]
    with pytest.raises(TransitionNotAllowed):
        upload(again, "address")  # of the first round
    again.motivation = "Vender en Shanghái."
    applications.save_section(again, ["motivation"])
    answer_all(again)
    applications.submit_application(again, actor=again.created_by)
    shown = last_changes(again)
    assert (shown.before.number, shown.after.number) == (2, 3)
    assert [row.target for row in shown.answers] == ["experience"]
    assert len(shown.changes) == 1
    page = signed_in(holder).get(reverse("admin:exporters_application_change", args=[again.pk]))
    assert "<ins>Shanghái.</ins>" in page.content.decode()
    assert "<del>China.</del>" in page.content.decode()


def test_what_was_sent_once_has_nothing_to_compare(in_review):
    assert in_review.submissions.count() == 1
    assert last_changes(in_review) is None


# --- The page on which changes are requested -------------------------------------------------


def request_form(**rows) -> dict:
    return {
        f"request_changes-{target}_{field}": value
        for target, values in rows.items()
        for field, value in zip(("reason", "message"), values, strict=True)
    }


def test_page_asks_for_each_section_and_document(in_review, holder):
    client = signed_in(holder)
    page = client.get(desk_move(in_review, "request_changes"))
    content = page.content.decode()
    for target in CorrectionTarget.values:
        assert f'name="request_changes-{target}_reason"' in content
        assert f'name="request_changes-{target}_message"' in content
    data = request_form(products=("product", "Falta el MOQ."), address=("expired", "Venció."))
    answer = client.post(desk_move(in_review, "request_changes"), data)
    assert answer.status_code == 302
    found = in_review.corrections.values_list("target", "reason_code", "message")
    assert list(found) == [
        ("products", "product", "Falta el MOQ."),
        ("address", "expired", "Venció."),
    ]


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ({}, "__all__"),
        ({"products": ("", "Falta el MOQ.")}, "products_reason"),
        ({"products": ("because", "Falta el MOQ.")}, "products_reason"),
        ({"products": ("other", "")}, "products_message"),
        ({"products": ("product", "x" * 2001)}, "products_message"),
        ({"products": ("product", "a\u202eb")}, "products_message"),
    ],
)
def test_request_that_is_incomplete_shows_the_page_again(in_review, holder, rows, field):
    data = request_form(**rows) | request_form(address=("expired", "Venció.")) if rows else {}
    answer = signed_in(holder).post(desk_move(in_review, "request_changes"), data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    if rows:
        assert "Venció." in answer.content.decode()
    assert not Correction.objects.exists()


# --- Proposed texts --------------------------------------------------------------------------


def option(content: str, value: str) -> str:
    return re.search(rf'<option value="{value}"[^>]*>', content).group()


def test_each_reason_carries_its_text_for_the_script(in_review, holder):
    client = signed_in(holder)
    for name in ("request_changes", "reject"):
        content = client.get(desk_move(in_review, name)).content.decode()
        assert "data-reason-select" in content
        assert "data-reason-text" in content
        assert "js/reasons.js" in content
        code = {"request_changes": "illegible", "reject": "identity"}[name]
        assert "data-text=" in option(content, code)
        assert "data-text=" not in option(content, "other")


def test_reason_without_a_text_comes_back_with_the_proposal_to_be_confirmed(in_review, holder):
    client = signed_in(holder)
    for name, data, field in (
        ("request_changes", request_form(address=("expired", "")), "address_message"),
        ("reject", {"reject-reason_code": "identity", "reject-reason_text": ""}, "reason_text"),
    ):
        answer = client.post(desk_move(in_review, name), data)
        assert answer.status_code == 422
        proposed = answer.context["form"][field].value()
        assert proposed
        answer = client.post(
            desk_move(in_review, name), data | {f"{name}-{field}": f"{proposed} Gracias."}
        )
        assert answer.status_code == 302
        in_review.refresh_from_db()
        assert in_review.transitions.last().reason_text == f"{proposed} Gracias."
        if name == "request_changes":
            answer_all(in_review)
            sent = applications.submit_application(in_review, actor=in_review.created_by)
            review.claim_application(sent, actor=holder)


def test_other_reason_proposes_nothing(in_review, holder):
    data = {"reject-reason_code": "other", "reject-reason_text": ""}
    answer = signed_in(holder).post(desk_move(in_review, "reject"), data)
    assert answer.status_code == 422
    assert answer.context["form"]["reason_text"].value() == ""


# --- What the company reads of it ------------------------------------------------------------


def test_company_reads_no_name_of_staff_and_no_reason_among_staff(asked, holder):
    boss = factories.manager(full_name="Mónica Gerente")
    answer_all(asked)
    sent = applications.submit_application(asked, actor=asked.created_by)
    claimed = review.claim_application(sent, actor=boss)
    factories.move(claimed, "approve", actor=boss, override_reason="Lo vi en persona.")
    page = signed_in(asked.created_by).get(url("application_detail", asked.reference))
    content = page.content.decode()
    for words in ("Catalina", "Mónica", holder.email, boss.email, "Lo vi en persona."):
        assert words not in content
    assert "Cambie products." in content
