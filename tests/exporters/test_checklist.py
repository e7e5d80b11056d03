"""The checklist: what the portal finds, what a coordinator verifies, when approving is offered."""

import datetime
import logging

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.workflow import TransitionNotAllowed
from exporters.checklist import checklist, open_checks
from exporters.models import Application, MarketAccessRule, Product, Verification
from exporters.services import review
from exporters.services.checks import CheckAnswer, record_checks
from tests import factories

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def holder(db):
    return factories.coordinator()


@pytest.fixture
def in_review(holder) -> Application:
    factories.fund()
    return factories.application("in_review", reviewer=holder)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(application) -> str:
    return reverse("admin:exporters_application_change", args=[application.pk])


def checks_of(application) -> str:
    return reverse("admin:exporters_application_checks", args=[application.pk])


def check(application, kind: str):
    fresh = Application.objects.select_related("company").get(pk=application.pk)
    with translation.override("en"):
        return next(check for check in checklist(fresh) if check.kind == kind)


def change(row, **values):
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def answers(application, outcome="passed", note="") -> list[CheckAnswer]:
    return [CheckAnswer(c.key, c.facts, outcome, note) for c in checklist(application)]


def form(application, **outcomes) -> dict:
    """What the page sends: all in order, but for the kinds that are named."""
    data = {}
    for c in checklist(application):
        outcome = outcomes.get(c.kind, "passed")
        data |= {f"{c.key}-outcome": outcome, f"{c.key}-facts": c.facts, f"{c.key}-note": ""}
    return data


# --- What the portal finds -------------------------------------------------------------------


def test_checklist_has_a_question_for_each_product(in_review):
    factories.product(in_review.company)
    kinds = [check.kind for check in checklist(in_review)]
    assert kinds == ["rfc", "tax_opinion", "size", "documents", "market_access", "market_access"]
    assert len({check.key for check in checklist(in_review)}) == 6


def test_file_in_order_is_said_to_be(in_review):
    assert {c.kind: c.tone for c in checklist(in_review)} == dict.fromkeys(
        ["rfc", "tax_opinion", "size", "documents", "market_access"], "good"
    )


def test_rfc_whose_digit_fails_is_to_be_compared(in_review):
    rfc = in_review.company.rfc
    change(in_review.company, rfc=rfc[:-1] + ("A" if rfc[-1] != "A" else "0"))
    assert check(in_review, "rfc").tone == "waiting"


@pytest.mark.parametrize(
    ("flaw", "tone"),
    [
        ({"replaced_at": datetime.datetime(2018, 1, 1, tzinfo=datetime.UTC)}, "bad"),
        ({"issued_on": None}, "waiting"),
        ({"issued_on": datetime.date(2016, 1, 1)}, "bad"),
    ],
)
def test_tax_opinion_that_does_not_serve_is_told(in_review, flaw, tone):
    in_review.documents.filter(kind="tax_opinion").update(**flaw)
    assert check(in_review, "tax_opinion").tone == tone


@pytest.mark.parametrize("facts", [{"size": ""}, {"size": "large"}])
def test_size_outside_the_programme_is_told(in_review, facts):
    change(in_review.company, **facts)
    assert check(in_review, "size").tone == "bad"


def test_document_that_does_not_open_is_named(in_review):
    in_review.documents.filter(kind="address").update(check_status="unreadable")
    found = check(in_review, "documents")
    assert found.tone == "bad"
    assert "address" in found.hint


@pytest.mark.parametrize(
    ("hs_code", "tone"), [("0804.40", "good"), ("0804.50", "bad"), ("6403.91", "waiting")]
)
def test_market_is_looked_up_by_product(in_review, hs_code, tone):
    product = in_review.company.products.get()
    change(product, hs_code=hs_code)
    found = check(in_review, "market_access")
    assert (found.tone, found.product) == (tone, product)
    assert hs_code in str(found.title)


# --- Verifying -------------------------------------------------------------------------------


def test_answers_are_kept_with_who_and_what(in_review, holder):
    record_checks(in_review, answers(in_review), actor=holder)
    rows = list(Verification.objects.all())
    assert len(rows) == 5
    assert {(row.outcome, row.verified_by) for row in rows} == {("passed", holder)}
    assert rows[-1].subject == in_review.company.products.get().name
    assert not open_checks(checklist(in_review))


def test_same_answer_is_kept_once_and_another_one_is_added(in_review, holder):
    record_checks(in_review, answers(in_review), actor=holder)
    assert record_checks(in_review, answers(in_review), actor=holder) == []
    size = check(in_review, "size")
    answer = CheckAnswer(size.key, size.facts, "failed", "Son 300 empleados.")
    (row,) = record_checks(in_review, [answer], actor=holder)
    assert check(in_review, "size").answer == row
    assert check(in_review, "size").failed
    assert Verification.objects.filter(kind="size").count() == 2


@pytest.mark.parametrize("status", ["submitted", "changes_requested", "approved"])
def test_nothing_is_verified_outside_a_review(db, status):
    reviewer = factories.coordinator()
    application = factories.application(status, reviewer=reviewer)
    with pytest.raises(TransitionNotAllowed, match="Only the coordinator"):
        record_checks(application, answers(application), actor=reviewer)


def test_nobody_but_the_holder_verifies(in_review):
    for other in (factories.coordinator(), factories.manager(), factories.superuser()):
        with pytest.raises(TransitionNotAllowed, match="Only the coordinator"):
            record_checks(in_review, answers(in_review), actor=other)
    assert not Verification.objects.exists()


def test_holder_who_joined_the_team_verifies_no_more(in_review, holder):
    in_review.company.team.create(user=holder, role="editor")
    with pytest.raises(TransitionNotAllowed, match="team"):
        record_checks(in_review, answers(in_review), actor=holder)
    assert not Verification.objects.exists()


def test_holder_who_reviews_no_more_verifies_no_more(in_review, holder):
    holder.groups.clear()
    stripped = type(holder).objects.get(pk=holder.pk)
    with pytest.raises(TransitionNotAllowed):
        record_checks(in_review, answers(in_review), actor=stripped)


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("rfc", lambda row: change(row.company, legal_name="Otra, S.A.")),
        ("tax_opinion", lambda row: row.documents.filter(kind="tax_opinion").update(sha256="x")),
        ("size", lambda row: change(row.company, employees=47)),
        ("documents", lambda row: row.documents.filter(kind="address").update(sha256="x")),
        ("market_access", lambda row: change(row.company.products.get(), hs_code="0804.50")),
        ("market_access", lambda row: change(row.company, state="14")),
        (
            "market_access",
            lambda row: MarketAccessRule.objects.filter(hs_prefix="080440").update(access="closed"),
        ),
    ],
)
def test_verification_is_stale_when_what_was_verified_has_changed(in_review, holder, kind, changed):
    factories.verify(in_review, actor=holder)
    changed(in_review)
    found = check(in_review, kind)
    assert found.is_stale
    assert found.answer is None
    assert not found.passed
    assert kind in {c.kind for c in open_checks(checklist(fresh(in_review)))}
    page = signed_in(holder).get(page_of(in_review))
    assert page.context["open_checks"] >= 1


def fresh(application):
    return Application.objects.select_related("company").get(pk=application.pk)


def test_answer_about_what_has_changed_meanwhile_is_refused_whole(in_review, holder):
    stale = answers(in_review)
    change(in_review.company, employees=47)
    with pytest.raises(TransitionNotAllowed, match="changed"):
        record_checks(in_review, stale, actor=holder)
    assert not Verification.objects.exists()


def test_product_that_is_deleted_leaves_its_verification(in_review, holder):
    factories.verify(in_review, actor=holder)
    product = in_review.company.products.get()
    name = product.name
    Product.objects.get(pk=product.pk).delete()
    row = Verification.objects.get(kind="market_access")
    assert (row.product, row.subject) == (None, name)
    assert [c.kind for c in checklist(fresh(in_review))][-1] == "documents"


# --- On the page -----------------------------------------------------------------------------


def test_complete_checklist_offers_the_approval(in_review, holder):
    client = signed_in(holder)
    page = client.get(page_of(in_review))
    assert page.context["open_checks"] == 5
    assert "/move/approve/" not in page.content.decode()
    answer = client.post(checks_of(in_review), form(in_review))
    assert answer.url == f"{page_of(in_review)}#checks"
    page = client.get(page_of(in_review))
    assert page.context["open_checks"] == 0
    assert "/move/approve/" in page.content.decode()


def test_part_of_the_checklist_may_be_saved(in_review, holder):
    data = form(in_review, size="", documents="")
    signed_in(holder).post(checks_of(in_review), data)
    assert set(Verification.objects.values_list("kind", flat=True)) == {
        "rfc", "tax_opinion", "market_access",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"size-outcome": "failed", "size-note": ""}, "note"),
        ({"size-outcome": "", "size-note": "?"}, "outcome"),
        ({"size-outcome": "perhaps"}, "outcome"),
        ({"size-note": "x" * 501}, "note"),
        ({"size-note": "a\u202eb"}, "note"),
    ],
)
def test_answer_that_is_incomplete_shows_the_page_again(in_review, holder, changes, field):
    data = form(in_review, rfc="failed") | {"rfc-note": "No coincide."} | changes
    answer = signed_in(holder).post(checks_of(in_review), data)
    assert answer.status_code == 422
    forms = {one.check.key: one for one in answer.context["checks_form"].forms}
    assert field in forms["size"].errors
    assert "No coincide." in answer.content.decode()
    assert not Verification.objects.exists()


def test_stale_page_is_refused_in_words(in_review, holder):
    data = form(in_review)
    change(in_review.company, employees=47)
    answer = signed_in(holder).post(checks_of(in_review), data, follow=True)
    assert "changed since" in " ".join(str(m) for m in answer.context["messages"])
    assert not Verification.objects.exists()


def test_page_of_a_colleague_shows_the_answers_without_the_form(in_review, holder):
    factories.verify(in_review, actor=holder)
    for role in (factories.coordinator, factories.auditor):
        client = signed_in(role())
        page = client.get(page_of(in_review))
        assert page.context["checks_form"] is None
        assert holder.email in page.content.decode()
        answer = client.post(checks_of(in_review), {"size-note": "?"}, follow=True)
        assert "Only the coordinator" in " ".join(str(m) for m in answer.context["messages"])
    assert Verification.objects.count() == 5


# --- Approving past an open check ------------------------------------------------------------


def test_approval_with_an_open_check_names_it(in_review, holder):
    factories.verify(in_review, actor=holder, size="failed")
    with pytest.raises(TransitionNotAllowed, match="Size"):
        review.approve_application(in_review, actor=holder)


def test_override_needs_the_permission_and_a_reason(in_review, holder):
    with pytest.raises(TransitionNotAllowed, match="Complete the checklist"):
        review.approve_application(in_review, actor=holder, override_reason="Lo vi en persona.")
    boss = factories.manager()
    held = review.assign_application(in_review, to=boss, actor=boss)
    for reason in ("", "  \n"):
        with pytest.raises(TransitionNotAllowed, match="Complete the checklist"):
            review.approve_application(held, actor=boss, override_reason=reason)
    in_review.refresh_from_db()
    assert in_review.status == "in_review"


def test_override_by_a_manager_is_logged(in_review, caplog):
    boss = factories.manager()
    held = review.assign_application(in_review, to=boss, actor=boss)
    client = signed_in(boss)
    content = client.get(page_of(held)).content.decode()
    assert 'name="approve-override_reason"' in content
    terms = client.get(page_of(held)).context["panels"][0].terms
    data = {"approve-confirmed_terms": terms, "approve-terms_seen": "on"}
    move = reverse("admin:exporters_application_move", args=[held.pk, "approve"])
    assert client.post(move, data).status_code == 422
    with caplog.at_level(logging.INFO):
        client.post(move, data | {"approve-override_reason": "Lo vi en persona."})
    held.refresh_from_db()
    assert held.status == "approved"
    step = held.transitions.last()
    assert (step.reason_code, step.reason_text) == ("override", "Lo vi en persona.")
    assert any("checks_overridden" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("flaw", [{"check_status": "unreadable"}, {"scan_status": "infected"}])
def test_override_never_passes_a_document_that_does_not_serve(in_review, flaw):
    boss = factories.manager()
    held = review.assign_application(in_review, to=boss, actor=boss)
    held.documents.filter(kind="address").update(**flaw)
    with pytest.raises(TransitionNotAllowed, match="does not serve"):
        review.approve_application(held, actor=boss, override_reason="Lo vi en persona.")
