"""The exporter's pages: each section on its own, sending, files, the team."""

import contextlib
import datetime
import html
import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from core.uploads import StorageUnavailable
from exporters.models import Application, Company, Document
from exporters.services import team
from exporters.services.documents import check_document
from tests import factories

COMPANY = {
    "legal_name": "Botas Vaqueras Utopía de León, S.A. de C.V.",
    "trade_name": "Botas Utopía",
    "state": "11",
    "municipality": "León",
    "sector": "industry",
    "employees": "85",
    "annual_sales_mxn": "74000000",
    "contact_name": "Octavio Quiroga",
    "contact_email": "contacto@botas.example",
    "phone": "477 555 0191",
    "website": "botas.example",
    "language": "es",
    "about_es": "Hacemos botas.",
}
PRODUCT = {
    "category": "",
    "hs_code": "6403.91",
    "name_es": "Bota vaquera de piel",
    "fob_min_usd": "38.50",
    "fob_max_usd": "52",
    "unit": "pair",
    "moq": "60",
    "lead_time_days": "30",
    "port": "Manzanillo",
}
DECLARATIONS = ("declares_truth", "accepts_rules", "accepts_sharing", "declares_no_other_support")


def url(name: str, *args) -> str:
    return reverse(f"exporters:{name}", args=args)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def draft(db) -> Application:
    return factories.application(complete=False)


@pytest.fixture
def owner(draft):
    return signed_in(factories.owner_of(draft.company))


def beside(page, field: str) -> bool:
    """Whether the page shows an error at this field, tied to it for screen readers."""
    content = page.content.decode()
    errors = page.context["form"].errors[field]
    return html.escape(errors[0]) in content and "aria-invalid" in content


# --- Applying ------------------------------------------------------------------------------


def test_apply_welcomes_whoever_has_no_account(client, db):
    page = client.get(url("apply"))
    assert page.status_code == 200
    assert reverse("account_signup") in page.content.decode()
    assert client.post(url("apply")).url == reverse("account_signup")


def test_apply_registers_the_company_and_starts_its_application(db):
    person = factories.person(full_name="Octavio Quiroga")
    client = signed_in(person)
    form = client.get(url("apply")).context["form"]
    assert form["contact_email"].value() == person.email
    data = COMPANY | {"rfc": "bvu-870512-au2", "key": str(uuid.uuid4())}
    answer = client.post(url("apply"), data)
    application = Application.objects.get()
    assert answer.url == url("section_experience", application.reference)
    company = application.company
    assert (company.rfc, company.size, company.website) == (
        "BVU870512AU2", "small", "https://botas.example",
    )  # fmt: skip
    assert factories.owner_of(company) == person


def test_apply_twice_with_one_key_makes_one_application(db):
    client = signed_in(factories.person())
    data = COMPANY | {"rfc": "BVU870512AU2", "key": str(uuid.uuid4())}
    answers = [client.post(url("apply"), data) for _ in range(3)]
    assert len({answer.url for answer in answers}) == 1
    assert Application.objects.count() == Company.objects.count() == 1


def test_apply_with_a_key_of_another_company_does_not_open_it(db):
    other = factories.company()
    client = signed_in(factories.person())
    data = COMPANY | {"rfc": "BVU870512AU2", "key": str(other.idempotency_key)}
    assert client.post(url("apply"), data).status_code == 422
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rfc", "XAXX010101000"),
        ("rfc", "ABC010229AB1"),
        ("rfc", ""),
        ("rfc", "TAKEN"),
        ("legal_name", ""),
        ("legal_name", "Botas\u202eUtopía"),
        ("phone", "123"),
        ("contact_email", "nobody"),
        ("website", "javascript:alert(1)"),
        ("employees", "-1"),
        ("employees", "9" * 12),
        ("annual_sales_mxn", "NaN"),
        ("annual_sales_mxn", "-0.01"),
        ("annual_sales_mxn", "1e30"),
        ("state", "99"),
        ("sector", "mining"),
        ("language", "fr"),
        ("about_es", "a" * 2001),
    ],
)
def test_apply_shows_what_is_wrong_beside_the_field_and_keeps_the_rest(db, field, value):
    if value == "TAKEN":
        value = factories.company().rfc
    data = COMPANY | {"rfc": "BVU870512AU2", "key": str(uuid.uuid4())} | {field: value}
    page = signed_in(factories.person()).post(url("apply"), data)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert beside(page, field)
    kept = "contact_name"
    assert page.context["form"][kept].value() == data[kept]
    assert not Application.objects.exists()


def test_apply_takes_who_has_a_company_to_its_application(draft, owner):
    assert owner.get(url("apply")).url == url("application_detail", draft.reference)


def test_apply_offers_a_second_company_to_who_asks_for_one(draft, owner):
    assert owner.get(url("apply"), {"new": ""}).status_code == 200


@pytest.mark.parametrize("status", ["rejected", "withdrawn"])
def test_ended_application_may_be_followed_by_another(db, status):
    ended = factories.application(status)
    client = signed_in(ended.created_by)
    answer = client.post(url("application_start", ended.company.slug))
    again = Application.objects.live().get()
    assert answer.url == url("application_detail", again.reference)


# --- Sections ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["company", "experience", "products", "documents", "declarations"])
def test_section_is_shown_with_its_progress(draft, owner, name):
    page = owner.get(url(f"section_{name}", draft.reference))
    assert page.status_code == 200
    assert [s.key for s in page.context["sections"] if s.state == "current"] == [name]


def test_company_section_saves_alone(draft, owner):
    rfc = draft.company.rfc
    answer = owner.post(url("section_company", draft.reference), COMPANY | {"rfc": rfc})
    assert answer.url == url("section_experience", draft.reference)
    company = Company.objects.get()
    assert (company.municipality, company.size, str(company.phone)) == (
        "León", "small", "+524775550191",
    )  # fmt: skip


def test_company_section_saves_with_what_is_there(draft, owner):
    """Only RFC and legal name are needed to save; the rest to send."""
    data = {"rfc": draft.company.rfc, "legal_name": "Botas", "language": "es"}
    assert owner.post(url("section_company", draft.reference), data).status_code == 302
    company = Company.objects.get()
    assert (company.legal_name, company.state, company.employees, company.size) == (
        "Botas", "", None, "",
    )  # fmt: skip


def test_experience_section_saves_alone_and_half_filled(draft, owner):
    answer = owner.post(url("section_experience", draft.reference), {"capacity": "20 t"})
    assert answer.url == url("section_products", draft.reference)
    draft.refresh_from_db()
    assert (draft.capacity, draft.motivation) == ("20 t", "")


def test_experience_section_keeps_what_was_typed_when_something_is_wrong(draft, owner):
    data = factories.EXPERIENCE | {"first_export_year": "2100", "motivation": "Llegar a China"}
    page = owner.post(url("section_experience", draft.reference), data)
    assert page.status_code == 422
    assert beside(page, "first_export_year")
    assert "Llegar a China" in page.content.decode()
    assert page.context["form"]["first_export_year"].value() == "2100"
    draft.refresh_from_db()
    assert draft.motivation == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_export_year", "1899"),
        ("first_export_year", "²"),
        ("export_level", "maybe"),
        ("capacity", "x" * 201),
        ("motivation", "x" * 2001),
        ("motivation", "a\x00b"),
    ],
)
def test_experience_section_refuses(draft, owner, field, value):
    page = owner.post(url("section_experience", draft.reference), {field: value})
    assert page.status_code == 422
    assert beside(page, field)


def test_section_stays_when_asked_to(draft, owner):
    here = url("section_experience", draft.reference)
    assert owner.post(here, {"capacity": "20 t", "stay": "1"}).url == here


def test_declarations_section_saves_each_of_them(draft, owner):
    answer = owner.post(url("section_declarations", draft.reference), {"declares_truth": "on"})
    assert answer.url == url("application_detail", draft.reference)
    draft.refresh_from_db()
    assert [getattr(draft, name) for name in DECLARATIONS] == [True, False, False, False]


def test_declaration_may_be_taken_back(draft, owner):
    here = url("section_declarations", draft.reference)
    owner.post(here, dict.fromkeys(DECLARATIONS, "on"))
    owner.post(here, {})
    draft.refresh_from_db()
    assert not draft.declared


def test_section_never_touches_what_is_not_in_its_form(draft, owner):
    """No mass assignment: neither status nor people nor size come from a form."""
    forged = {
        "status": "approved", "decided_by": "1", "company": "1", "reference": "X",
        "size": "micro", "slug": "x", "capacity": "20 t",
    }  # fmt: skip
    for name in ("experience", "declarations"):
        owner.post(url(f"section_{name}", draft.reference), forged)
    owner.post(
        url("section_company", draft.reference), COMPANY | forged | {"rfc": draft.company.rfc}
    )
    fresh = Application.objects.get()
    assert (fresh.status, fresh.reference, fresh.decided_by) == ("draft", draft.reference, None)
    assert fresh.company.size == "small"
    assert fresh.company.slug == draft.company.slug


@pytest.mark.parametrize("name", ["company", "experience", "products", "documents", "declarations"])
def test_section_of_a_sent_application_leads_to_its_page(db, name):
    sent = factories.application("submitted")
    client = signed_in(sent.created_by)
    here = url(f"section_{name}", sent.reference)
    assert client.get(here).url == url("application_detail", sent.reference)
    assert client.post(here).url == url("application_detail", sent.reference)
    client.post(here, {"capacity": "other"})
    sent.refresh_from_db()
    assert sent.capacity == factories.EXPERIENCE["capacity"]


def test_section_saved_while_a_colleague_sends_is_refused_in_words(draft, owner, monkeypatch):
    factories.fill(draft)
    refused = url("section_experience", draft.reference)
    real = Application.is_editable.fget
    seen = []

    def editable_at_first(self):  # the colleague sends between the page and the lock
        seen.append(self)
        if len(seen) == 1:
            Application.objects.update(status="submitted", submitted_at=timezone.now())
            return True
        return real(self)

    monkeypatch.setattr(Application, "is_editable", property(editable_at_first))
    page = owner.post(refused, {"capacity": "too late"})
    assert page.status_code == 409
    assert [str(message) for message in page.context["messages"]]
    assert "too late" in page.content.decode()  # to copy
    assert Application.objects.get().capacity == factories.EXPERIENCE["capacity"]


# --- Products ------------------------------------------------------------------------------


def product_data(**changes) -> dict:
    return (
        PRODUCT | {"category": factories.category("boots").pk, "key": str(uuid.uuid4())} | changes
    )


def test_product_is_added(draft, owner):
    assert owner.get(url("product_add", draft.reference)).status_code == 200
    answer = owner.post(url("product_add", draft.reference), product_data())
    assert answer.url == url("section_products", draft.reference)
    product = draft.company.products.get()
    assert (product.name_es, product.status) == ("Bota vaquera de piel", "draft")


def test_product_sent_twice_is_added_once(draft, owner):
    data = product_data()
    for _ in range(2):
        assert owner.post(url("product_add", draft.reference), data).status_code == 302
    assert draft.company.products.count() == 1


def test_product_is_changed(draft, owner):
    product = factories.product(draft.company)
    here = url("product_edit", draft.reference, product.pk)
    assert owner.get(here).status_code == 200
    owner.post(here, product_data(name_es="Otro nombre", key=str(product.idempotency_key)))
    product.refresh_from_db()
    assert product.name_es == "Otro nombre"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_es", ""),
        ("name_es", "x" * 129),
        ("hs_code", "640391"),
        ("hs_code", "6403.9१"),
        ("category", "999999"),
        ("fob_min_usd", "0"),
        ("fob_min_usd", "Infinity"),
        ("moq", "0"),
        ("lead_time_days", "731"),
        ("unit", "barrel"),
    ],
)
def test_product_shows_what_is_wrong_beside_the_field(draft, owner, field, value):
    page = owner.post(
        url("product_add", draft.reference), product_data(**{field: value, "port": "Progreso"})
    )
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert beside(page, field)
    assert "Progreso" in page.content.decode()
    assert not draft.company.products.exists()


def test_product_with_its_lowest_price_above_the_highest_is_refused_in_words(draft, owner):
    data = product_data(fob_min_usd="60", fob_max_usd="50")
    page = owner.post(url("product_add", draft.reference), data)
    assert page.status_code == 422
    assert page.context["form"].errors
    assert not draft.company.products.exists()


def test_product_is_deleted_by_post_only(draft, owner):
    product = factories.product(draft.company)
    here = url("product_delete", draft.reference, product.pk)
    assert owner.get(here).status_code == 200
    assert draft.company.products.exists()
    assert owner.post(here).url == url("section_products", draft.reference)
    assert not draft.company.products.exists()


def test_product_that_was_public_is_kept_with_a_message(draft, owner):
    product = factories.product(draft.company, status="hidden")
    answer = owner.post(url("product_delete", draft.reference, product.pk), follow=True)
    assert [str(message) for message in answer.context["messages"]]
    assert draft.company.products.exists()


# --- Documents -------------------------------------------------------------------------------


def upload(client, application, kind="tax_opinion", file=None, **changes):
    data = {
        f"{kind}-file": file or factories.upload(),
        f"{kind}-issued_on": timezone.localdate().isoformat(),
        f"{kind}-key": str(uuid.uuid4()),
    } | {f"{kind}-{name}": value for name, value in changes.items()}
    return client.post(url("document_upload", application.reference, kind), data)


def test_document_is_uploaded(draft, owner):
    answer = upload(owner, draft)
    assert answer.url == url("section_documents", draft.reference)
    document = draft.documents.get()
    assert (document.kind, document.uploaded_by) == ("tax_opinion", draft.created_by)
    page = owner.get(answer.url)
    assert document.original_name in page.content.decode()


def test_document_sent_twice_with_one_key_is_stored_once(draft, owner):
    key = str(uuid.uuid4())
    content = factories.pdf()
    for _ in range(2):
        file = SimpleUploadedFile("opinión.pdf", content)
        assert upload(owner, draft, file=file, key=key).status_code == 302
    assert draft.documents.count() == 1


def test_document_without_a_date_is_fine_where_none_is_needed(draft, owner):
    assert upload(owner, draft, "deed_or_id", issued_on="").status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"file": ("page.html", b"<html>")}, "file"),
        ({"file": ("a.pdf", b"<html>")}, "file"),
        ({"file": ("a.svg", b"<svg/>")}, "file"),
        ({"file": ("a.pdf", b"")}, "file"),
        ({"issued_on": ""}, "issued_on"),
        ({"issued_on": "2999-01-01"}, "issued_on"),
        ({"issued_on": "1999-12-31"}, "issued_on"),
        ({"issued_on": "0001-01-01"}, "issued_on"),
        ({"issued_on": "yesterday"}, "issued_on"),
    ],
)
def test_document_is_refused_beside_its_field(draft, owner, changes, field):
    if "file" in changes:
        name, content = changes["file"]
        changes = {"file": factories.upload(content, name)}
    page = upload(owner, draft, **changes)
    assert page.status_code == 422
    form = next(slot["form"] for slot in page.context["slots"] if slot["kind"] == "tax_opinion")
    assert list(form.errors) == [field]
    assert html.escape(form.errors[field][0]) in page.content.decode()
    assert not Document.objects.exists()


def test_document_with_a_full_disk_is_said_to_wait(draft, owner, monkeypatch):
    @contextlib.contextmanager
    def full(*args):
        raise StorageUnavailable
        yield

    monkeypatch.setattr("exporters.services.documents.stored", full)
    page = upload(owner, draft)
    assert page.status_code == 503
    assert not Document.objects.exists()


def test_document_of_an_unknown_kind_is_not_found(draft, owner):
    assert upload(owner, draft, "passport").status_code == 404


def test_document_is_removed_by_post_only(draft, owner):
    document = factories.document(draft)
    here = url("document_remove", draft.reference, document.public_id)
    owner.get(here)
    assert draft.documents.current().exists()
    owner.post(here)
    assert not draft.documents.current().exists()
    assert owner.post(here).status_code == 404


def test_document_is_handed_out_as_a_download_that_no_browser_runs(draft, owner):
    document = factories.document(draft, content=b"%PDF-1.4 secret")
    answer = owner.get(url("document", document.public_id))
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 secret"
    assert answer["Content-Disposition"] == 'attachment; filename="tax_opinion.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"


def test_document_read_is_a_security_event(draft, owner, caplog):
    caplog.set_level("INFO", "security")
    answer = owner.get(url("document", factories.document(draft).public_id))
    assert b"".join(answer.streaming_content)
    (record,) = [record for record in caplog.records if record.name == "security"]
    assert record.message == "document_read"
    assert record.user_id == draft.created_by.pk


def test_document_is_not_at_any_public_address(draft, client, owner):
    document = factories.document(draft)
    for person in (client, owner):
        assert person.get(f"/media/{document.file.name}").status_code == 404
        outside = person.get(f"/media/../private/{document.file.name}")
        assert outside.status_code == 400


def test_document_page_is_a_picture_within_the_page(draft, owner):
    document = factories.document(draft, content=factories.pdf(), check_status="pending")
    check_document(document)
    answer = owner.get(url("document_page", document.public_id, 1))
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Disposition"].startswith("inline")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content).startswith(b"RIFF")
    assert owner.get(url("document_page", document.public_id, 2)).status_code == 404


def test_document_with_a_virus_is_handed_out_to_nobody(draft, owner):
    document = factories.document(draft, scan_status="infected")
    for client in (owner, signed_in(factories.coordinator())):
        assert client.get(url("document", document.public_id)).status_code == 404
        assert client.get(url("document_page", document.public_id, 1)).status_code == 404


# --- Sending ---------------------------------------------------------------------------------


def test_complete_application_is_sent(draft, owner):
    factories.fill(draft)
    answer = owner.post(url("application_submit", draft.reference), follow=True)
    assert answer.redirect_chain == [(url("application_detail", draft.reference), 302)]
    draft.refresh_from_db()
    assert draft.status == "submitted"


def test_incomplete_application_is_refused_with_the_list_of_what_is_missing(draft, owner):
    answer = owner.post(url("application_submit", draft.reference), follow=True)
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert [str(message) for message in answer.context["messages"]]
    assert len(answer.context["missing"]) == 11
    content = answer.content.decode()
    for item in answer.context["missing"]:
        assert html.escape(str(item.text)) in content
    assert not Email.objects.exists()


def test_application_sent_twice_is_sent_once(draft, owner):
    factories.fill(draft)
    for _ in range(2):
        owner.post(url("application_submit", draft.reference))
    assert draft.transitions.count() == 1


def test_nothing_is_sent_or_withdrawn_by_get(db):
    for status, name in (("draft", "submit"), ("submitted", "withdraw")):
        application = factories.application(status)
        signed_in(application.created_by).get(url(f"application_{name}", application.reference))
        application.refresh_from_db()
        assert application.status == status


def test_sent_application_is_withdrawn(db):
    sent = factories.application("submitted")
    client = signed_in(sent.created_by)
    assert client.get(url("application_withdraw", sent.reference)).status_code == 200
    client.post(url("application_withdraw", sent.reference))
    sent.refresh_from_db()
    assert sent.status == "withdrawn"


@pytest.mark.parametrize("status", factories.ApplicationStatus.values)
def test_application_page_exists_in_every_status(db, status):
    application = factories.application(status)
    page = signed_in(application.created_by).get(url("application_detail", application.reference))
    assert page.status_code == 200
    may = page.context["may_withdraw"]
    assert may == (status in {"submitted", "in_review", "changes_requested"})


def test_application_page_says_what_was_asked_for(db):
    application = factories.application("changes_requested")
    page = signed_in(application.created_by).get(url("application_detail", application.reference))
    assert factories.correction_draft().message in page.content.decode()


def test_application_page_names_no_member_of_staff(db):
    reviewer = factories.coordinator(full_name="Catalina Coordinadora")
    application = factories.application("approved", reviewer=reviewer)
    page = signed_in(application.created_by).get(url("application_detail", application.reference))
    assert "Catalina" not in page.content.decode()
    assert reviewer.email not in page.content.decode()


# --- Another company -------------------------------------------------------------------------


def test_objects_of_another_company_do_not_exist(draft):
    stranger = signed_in(factories.exporter(factories.company()))
    document = factories.document(draft)
    product = factories.product(draft.company)
    reference, slug = draft.reference, draft.company.slug
    member = draft.company.team.get()
    invitation = team.invite_colleague(
        draft.company, email="a@mail.example", role="editor", actor=member.user
    )
    for address in (
        *(url(f"section_{name}", reference) for name in (
            "company", "experience", "products", "documents", "declarations")),
        url("application_detail", reference),
        url("application_submit", reference),
        url("application_withdraw", reference),
        url("product_add", reference),
        url("product_edit", reference, product.pk),
        url("product_delete", reference, product.pk),
        url("document_upload", reference, "address"),
        url("document_remove", reference, document.public_id),
        url("application_start", slug),
        url("company", slug),
        url("team", slug),
        url("member_role", slug, member.pk),
        url("member_remove", slug, member.pk),
        url("invitation_revoke", slug, invitation.pk),
    ):  # fmt: skip
        assert stranger.post(address).status_code == 404, address
    for address in (url("document", document.public_id), url("company", slug)):
        assert stranger.get(address).status_code == 404, address


def test_product_of_another_company_is_not_reached_through_ones_own_application(draft, owner):
    other = factories.product(factories.company())
    for name in ("product_edit", "product_delete"):
        assert owner.post(url(name, draft.reference, other.pk)).status_code == 404


def test_member_of_another_company_is_not_reached_through_ones_own_team(draft, owner):
    other = factories.company().team.get()
    for name in ("member_role", "member_remove"):
        assert owner.post(url(name, draft.company.slug, other.pk)).status_code == 404


def test_person_who_left_the_team_sees_nothing_any_more(draft, owner):
    factories.exporter(draft.company)
    team.remove_member(draft.company.team.get(user=draft.created_by), actor=draft.created_by)
    assert owner.get(url("application_detail", draft.reference)).status_code == 404


# --- Company and team ------------------------------------------------------------------------


def test_contact_data_are_corrected_at_any_time(db):
    sent = factories.application("submitted")
    client = signed_in(sent.created_by)
    here = url("company", sent.company.slug)
    assert client.get(here).status_code == 200
    data = {"contact_name": "Nueva", "language": "en", "legal_name": "X", "rfc": "X"}
    assert client.post(here, data).url == here
    company = Company.objects.get()
    assert (company.contact_name, company.language) == ("Nueva", "en")
    assert company.legal_name == sent.company.legal_name
    assert client.post(here, {"language": "fr"}).status_code == 422


def test_owner_invites_a_colleague(draft, owner):
    here = url("team", draft.company.slug)
    assert owner.get(here).status_code == 200
    assert owner.post(here, {"email": "ana@mail.example", "role": "editor"}).url == here
    assert Email.objects.get().to == ["ana@mail.example"]


@pytest.mark.parametrize(
    "data", [{"email": "nobody"}, {"role": "boss"}, {"email": ""}, {"email": "OWNER"}]
)
def test_invitation_is_refused_beside_its_field(draft, owner, data):
    if data.get("email") == "OWNER":
        data = {"email": draft.created_by.email}
    data = {"email": "ana@mail.example", "role": "editor"} | data
    page = owner.post(url("team", draft.company.slug), data)
    assert page.status_code == 422
    assert page.context["form"].errors
    assert not Email.objects.exists()


def test_invitations_are_limited_in_an_hour(draft, owner):
    here = url("team", draft.company.slug)
    codes = [
        owner.post(here, {"email": f"a{n}@mail.example", "role": "editor"}).status_code
        for n in range(21)
    ]
    assert codes == [302] * 20 + [429]


def test_editor_changes_nothing_in_the_team(draft):
    editor = signed_in(factories.exporter(draft.company, role="editor"))
    slug, member = draft.company.slug, draft.company.team.first()
    assert editor.get(url("team", slug)).status_code == 200
    for address in (
        url("team", slug),
        url("member_role", slug, member.pk),
        url("member_remove", slug, member.pk),
    ):
        data = {"email": "a@mail.example", "role": "editor"}
        assert editor.post(address, data).status_code == 404
    assert draft.company.team.count() == 2
    assert not draft.company.invitations.exists()


def test_owner_changes_roles_and_removes(draft, owner):
    slug = draft.company.slug
    colleague = draft.company.team.get(user=factories.exporter(draft.company, role="editor"))
    owner.get(url("member_remove", slug, colleague.pk))
    owner.post(url("member_role", slug, colleague.pk), {"role": "owner"})
    colleague.refresh_from_db()
    assert colleague.is_owner
    owner.post(url("member_role", slug, colleague.pk), {"role": "boss"})
    colleague.refresh_from_db()
    assert colleague.is_owner
    owner.post(url("member_remove", slug, colleague.pk))
    assert draft.company.team.count() == 1


def test_last_owner_is_told_why_it_cannot_leave(draft, owner):
    member = draft.company.team.get()
    answer = owner.post(url("member_remove", draft.company.slug, member.pk), follow=True)
    assert [str(message) for message in answer.context["messages"]]
    assert draft.company.team.count() == 1


def test_colleague_joins_by_post_only(draft):
    invitation = team.invite_colleague(
        draft.company, email="ana@mail.example", role="editor", actor=draft.created_by
    )
    ana = signed_in(factories.person("ana@mail.example"))
    here = url("invitation", invitation.token)
    assert ana.get(here).status_code == 200
    assert draft.company.team.count() == 1
    assert ana.post(here).url == url("dashboard")
    assert draft.company.team.count() == 2
    assert ana.get(here).status_code == 404  # it is no longer open


def test_invitation_of_someone_else_is_refused_in_words(draft):
    invitation = team.invite_colleague(
        draft.company, email="ana@mail.example", role="editor", actor=draft.created_by
    )
    eve = signed_in(factories.person("eve@mail.example"))
    answer = eve.post(url("invitation", invitation.token), follow=True)
    assert "ana@mail.example" in answer.content.decode()
    assert draft.company.team.count() == 1


def test_invitation_is_revoked(draft, owner):
    invitation = team.invite_colleague(
        draft.company, email="ana@mail.example", role="editor", actor=draft.created_by
    )
    owner.post(url("invitation_revoke", draft.company.slug, invitation.pk))
    assert not draft.company.invitations.open().exists()


def test_dashboard_shows_ones_companies_and_invitations(draft, owner):
    other = factories.company()
    team.invite_colleague(
        other, email=draft.created_by.email, role="editor", actor=factories.owner_of(other)
    )
    page = owner.get(url("dashboard"))
    assert [company.pk for company, _panels in page.context["companies"]] == [draft.company.pk]
    assert [invitation.company for invitation in page.context["invitations"]] == [other]
    assert draft.reference in page.content.decode()


def test_dashboard_of_a_newcomer_leads_to_the_application(db):
    page = signed_in(factories.person()).get(url("dashboard"))
    assert url("apply") in page.content.decode()


# --- Queries ---------------------------------------------------------------------------------

QUERIES = {
    "dashboard": 7, "application_detail": 12, "section_company": 5, "section_experience": 5,
    "section_products": 6, "section_documents": 7, "section_declarations": 5,
}  # fmt: skip


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", QUERIES)
def test_page_takes_the_same_queries_for_one_row_and_for_three(
    db, name, rows, django_assert_num_queries
):
    draft = factories.application()
    owner = draft.created_by
    for _ in range(rows - 1):
        factories.product(draft.company)
        factories.company(owner=owner)
        factories.document(draft)  # replaces, so that versions add up
        draft.company.team.create(user=factories.person(), role="editor")
    client = signed_in(owner)
    address = url(name) if name == "dashboard" else url(name, draft.reference)
    with django_assert_num_queries(QUERIES[name]):
        assert client.get(address).status_code == 200


def test_days_of_a_document_are_counted_in_mexico(draft, owner):
    with time_machine.travel("2018-08-25 03:00Z", tick=False):  # still the 24th in Mexico
        client = signed_in(draft.created_by)
        assert upload(client, draft, issued_on="2018-08-25").status_code == 422
        assert upload(client, draft, issued_on=datetime.date(2018, 8, 24)).status_code == 302
