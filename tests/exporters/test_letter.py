"""The summary and the approval letter on paper, and the public check of a letter's code."""

import pypdfium2
import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from exporters.enums import ApplicationStatus
from exporters.letter_code import ALPHABET, LENGTH, clean_letter_code, grouped, new_letter_code
from exporters.models import Application
from exporters.views.verify import PUBLIC_STATUS, TRIES
from tests import factories


@pytest.fixture
def approved(db) -> Application:
    return factories.application("approved")


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def team_of(application) -> Client:
    return signed_in(application.created_by)


def address(name, application, **query) -> str:
    return reverse(f"exporters:{name}", args=[application.reference], query=query or None)


def words(answer) -> str:
    """The text of a PDF without its spaces, since lines break anywhere."""
    assert answer.headers["Content-Type"] == "application/pdf"
    with pypdfium2.PdfDocument(answer.content) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    return "".join(text.split())


def holds(text: str, *parts) -> bool:
    return all("".join(str(part).split()) in text for part in parts)


# --- The code ------------------------------------------------------------------------------


def test_code_can_be_typed_and_is_never_the_same():
    codes = {new_letter_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {LENGTH}
    assert set("".join(codes)) == set(ALPHABET)
    assert not set("01OI") & set(ALPHABET)


@given(st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH), st.booleans(), st.sampled_from(" -·_"))
def test_code_is_understood_however_it_is_typed(code, lower, separator):
    typed = separator.join(grouped(code).split("-"))
    assert clean_letter_code(f" {typed.lower() if lower else typed}\n") == code


@given(st.text())
def test_cleaned_code_is_harmless(text):
    code = clean_letter_code(text)
    assert len(code) <= 20
    assert code == "" or (code.isascii() and code.isalnum() and code == code.upper())


def test_approval_gives_a_code_that_stays(approved):
    code = approved.letter_code
    assert len(code) == LENGTH
    boss = factories.manager()
    suspended = factories.move(approved, "suspend", actor=boss)
    again = factories.move(suspended, "reinstate", actor=boss)
    assert suspended.letter_code == again.letter_code == code
    assert factories.application("approved").letter_code != code


@pytest.mark.parametrize("status", ["draft", "in_review", "rejected"])
def test_only_an_approval_gives_a_code(db, status):
    assert factories.application(status).letter_code is None


# --- The letter ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", "en", "zh-hans"])
def test_letter_says_who_was_approved_and_how_to_check_it(approved, language, settings):
    company = approved.company
    type(company).objects.filter(pk=company.pk).update(
        language=language, legal_name="Cuero & Piel <León>, S.A."
    )
    client = team_of(approved)
    code = grouped(approved.letter_code)
    with translation.override(language):
        link = "https://portal.example" + reverse("exporters:verify_code", args=[code])
    page = client.get(address("approval_letter", approved))
    paper = page.context["paper"]
    assert paper.language == language
    assert paper.link == link
    assert f'lang="{language}"' in page.content.decode()
    pdf = client.get(address("approval_letter", approved, format="pdf"))
    assert holds(
        words(pdf), "Cuero & Piel <León>, S.A.", approved.reference, code, link,
        settings.AGENCY_NAME, settings.PROGRAMME_NAME,
    )  # fmt: skip
    assert f"{approved.reference}-letter.pdf" in pdf.headers["Content-Disposition"]
    assert pdf.headers["Cache-Control"] == "private, no-store"


def test_letter_is_not_signed_by_a_named_official(approved):
    pdf = words(team_of(approved).get(address("approval_letter", approved, format="pdf")))
    assert not holds(pdf, approved.decided_by)


def test_letter_is_dated_in_mexico(approved):
    with time_machine.travel("2018-08-25 03:00Z", tick=False):
        Application.objects.update(decided_at=timezone.now())
        page = team_of(approved).get(address("approval_letter", approved))
    assert "24 de agosto de 2018" in page.context["paper"].subtitle


@pytest.mark.parametrize("status", sorted(set(ApplicationStatus.values) - {"approved", "expired"}))
def test_letter_exists_only_while_the_approval_is_in_force(db, status):
    application = factories.application(status)
    assert team_of(application).get(address("approval_letter", application)).status_code == 404


def test_application_page_leads_to_the_papers(approved):
    client = team_of(approved)
    page = client.get(address("application_detail", approved)).content.decode()
    assert address("approval_letter", approved) in page
    assert address("application_summary", approved) in page
    draft = factories.application()
    page = team_of(draft).get(address("application_detail", draft)).content.decode()
    assert address("application_summary", draft) not in page


def test_staff_read_the_papers_and_other_companies_do_not(approved):
    other = signed_in(factories.exporter(factories.company()))
    desk = signed_in(factories.auditor())
    for name in ("approval_letter", "application_summary"):
        assert other.get(address(name, approved)).status_code == 404
        assert desk.get(address(name, approved)).status_code == 200
        assert desk.get(address(name, approved, format="pdf")).status_code == 200


# --- The summary ---------------------------------------------------------------------------


def test_summary_has_everything_that_was_sent(db):
    application = factories.application("submitted")
    company = application.company
    product = company.products.get()
    documents = list(application.documents.current())
    client = team_of(application)
    pdf = words(client.get(address("application_summary", application, format="pdf")))
    parts = [
        application.reference, company.rfc, company.legal_name, company.contact_email,
        application.motivation, application.capacity, product.name, product.hs_code,
        product.description, *(document.sha256[:16] for document in documents),
        *(document.original_name for document in documents),
    ]  # fmt: skip
    assert holds(pdf, *parts)
    page = "".join(client.get(address("application_summary", application)).content.decode().split())
    assert holds(page, *parts)


def test_summary_takes_hostile_texts_as_text(db):
    application = factories.application("submitted")
    hostile = "<script>alert(1)</script> &amp; <b>" + "\n" * 200
    Application.objects.update(motivation=hostile, export_markets="<para>")
    client = team_of(application)
    page = client.get(address("application_summary", application)).content.decode()
    assert "<script>alert" not in page
    pdf = words(client.get(address("application_summary", application, format="pdf")))
    assert holds(pdf, "<script>alert(1)</script> &amp; <b>", "<para>")


@pytest.mark.parametrize("language", ["en", "es", "zh-hans"])
def test_summary_speaks_the_language_of_the_page(approved, language):
    with translation.override(language):
        page = team_of(approved).get(address("application_summary", approved))
    assert page.context["paper"].language == language


@pytest.mark.parametrize("rows", [1, 3])
def test_papers_take_the_same_queries_for_one_row_and_for_three(
    approved, rows, django_assert_num_queries
):
    for _ in range(rows - 1):
        factories.product(approved.company)
        approved.company.team.create(user=factories.person(), role="editor")
    client = team_of(approved)
    for name, count in (("application_summary", 8), ("approval_letter", 5)):
        for query in ({}, {"format": "pdf"}):
            with django_assert_num_queries(count - bool(query)):
                client.get(address(name, approved, **query))


def test_reading_a_paper_is_a_security_event(approved, caplog):
    caplog.set_level("INFO", "security")
    client = team_of(approved)
    client.get(address("application_summary", approved))
    client.get(address("approval_letter", approved))
    assert [r.message for r in caplog.records][1:] == ["summary_read", "letter_read"]  # log-in
    assert approved.company.name not in caplog.text


# --- The public check ----------------------------------------------------------------------


def check(code, client=None):
    return (client or Client()).get(reverse("exporters:verify_code", args=[code]))


@pytest.mark.parametrize("status", PUBLIC_STATUS)
def test_anyone_with_the_code_sees_name_status_and_date_and_no_more(db, status):
    application = factories.application(status)
    company = application.company
    page = check(application.letter_code)
    assert page.status_code == 200
    content = page.content.decode()
    assert company.legal_name in content
    assert str(page.context["label"]) in content
    secrets = (
        company.rfc, company.contact_email, company.contact_name, company.municipality,
        application.reference, application.created_by.email, application.decided_by.email,
        "Vuelva a escanear",
    )  # fmt: skip
    assert not [secret for secret in secrets if secret in content]


def test_words_of_the_public_check_follow_the_status(approved):
    boss = factories.manager()
    seen = [check(approved.letter_code).context["tone"]]
    for step in ("suspend", "reinstate", "suspend", "revoke"):
        approved = factories.move(approved, step, actor=boss)
        seen.append(check(approved.letter_code).context["tone"])
    assert seen == ["good", "waiting", "good", "waiting", "bad"]


def test_code_may_be_typed_in_any_form(approved):
    code = approved.letter_code
    for typed in (code.lower(), grouped(code), grouped(code).replace("-", " "), f" {code} "):
        assert check(typed).status_code == 200
        answer = Client().get(reverse("exporters:verify"), {"code": typed})
        assert answer.url == reverse("exporters:verify_code", args=[grouped(code)])


@pytest.mark.parametrize("code", ["AAAABBBBCCCC", "x", "%00", "-", "'; drop", "A" * 500, "☃"])
def test_unknown_code_is_said_to_be_unknown(approved, code):
    page = check(code)
    assert page.status_code in (404, 400)  # 400: what no page of the portal sends
    if page.status_code == 404:
        assert page.context["problem"] == "unknown"
        assert approved.company.legal_name not in page.content.decode()


@pytest.mark.parametrize("code", ["", "---", "x" * 61, "\u202e"])
def test_form_refuses_what_is_no_code(db, code):
    page = Client().get(reverse("exporters:verify"), {"code": code})
    assert page.status_code == 422
    assert page.context["form"].errors["code"]


@pytest.mark.parametrize("known", [True, False])
def test_known_and_unknown_codes_ask_the_database_the_same(approved, known):
    with CaptureQueriesContext(connection) as queries:
        check(approved.letter_code if known else "AAAABBBBCCCC")
    asked = [q["sql"] for q in queries.captured_queries if "django_cache" not in q["sql"]]
    assert sum("FROM" in sql for sql in asked) == 1, asked


def test_pages_of_the_check_stay_out_of_search_engines_and_caches(approved):
    pages = [Client().get(reverse("exporters:verify")), check(approved.letter_code), check("X")]
    for page in pages:
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert 'name="robots" content="noindex"' in page.content.decode()
        assert "no-store" in page.headers["Cache-Control"]


def test_trying_codes_is_limited_by_address(approved, caplog):
    caplog.set_level("INFO", "security")
    client = Client()
    with time_machine.travel("2018-08-24 12:00Z", tick=False):
        for number in range(TRIES):
            assert check(f"GUESS{number}", client).status_code == 404
        refused = check(approved.letter_code, client)
        assert refused.status_code == 429
        assert approved.company.legal_name not in refused.content.decode()
        elsewhere = client.get(
            reverse("exporters:verify_code", args=[approved.letter_code]),
            REMOTE_ADDR="203.0.113.7",
        )
        assert elsewhere.status_code == 200
    assert [r.message for r in caplog.records].count("letter_unknown") == TRIES


def test_two_applications_never_share_a_code(approved):
    other = factories.application("approved")
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=other.pk).update(letter_code=approved.letter_code)
