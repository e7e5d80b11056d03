"""A claim on the desk: its page, its steps by their buttons, and who may take them."""

import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from memberships.enums import ClaimStatus as C
from memberships.models import SubsidyClaim
from memberships.services import claims
from memberships.workflow import CLAIM
from tests import factories
from tests.money import REASON, Desk, paper

MOVES = ("verify", "approve", "return", "reject")
FROM = {"verify": C.REQUESTED, "approve": C.VERIFIED, "return": C.REQUESTED, "reject": C.VERIFIED}
LIST = "admin:memberships_subsidyclaim_changelist"
YOU_VERIFIED = "You verified this claim. Someone else has to approve it."
BEING_PAID = "This claim is being paid, or was paid in part."


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def desk(db, english) -> Desk:
    return Desk()


@pytest.fixture
def boss(desk) -> Client:
    return signed_in(desk.boss)


def page(claim) -> str:
    return reverse("admin:memberships_subsidyclaim_change", args=[claim.pk])


def button(claim, name: str) -> str:
    return reverse("admin:memberships_subsidyclaim_move", args=[claim.pk, name])


def answers(name: str, claim, **changes) -> dict:
    values = {
        "verify": {"seen": claim.idempotency_key},
        "approve": {"seen": claim.idempotency_key, "amount": claim.amount},
        "return": REASON,
        "reject": REASON,
    }[name]
    return {f"{name}-{key}": value for key, value in (values | changes).items()}


def offered_moves(answer) -> set[str]:
    return {move.transition.name for move in answer.context["legal_moves"]}


def missing_moves(answer) -> dict[str, list[str]]:
    return {
        why: [str(label) for label in labels] for why, labels in answer.context["missing_moves"]
    }


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


# --- The steps by their buttons ------------------------------------------------------------------


@pytest.mark.parametrize("name", MOVES)
def test_step_is_taken_by_its_button(desk, boss, name):
    claim = desk.claim(FROM[name])
    assert name in offered_moves(boss.get(page(claim)))
    assert boss.get(button(claim, name)).status_code == 200
    answer = boss.post(button(claim, name), answers(name, claim), follow=True)
    assert answer.redirect_chain == [(page(claim), 302)]
    claim.refresh_from_db()
    assert claim.status == CLAIM[name].target
    assert claim.transitions.last().actor == desk.boss
    assert claim.approved_amount == (claim.amount if name == "approve" else 0)


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("status", C)
def test_step_is_offered_and_taken_from_its_statuses_alone(db, english, name, status):
    if status in CLAIM[name].sources:
        return
    desk = Desk()
    claim, client = desk.claim(status), signed_in(factories.manager())
    assert name not in offered_moves(client.get(page(claim)))
    answer = client.post(button(claim, name), answers(name, claim), follow=True)
    assert len(said(answer)) == 1
    claim.refresh_from_db()
    assert claim.status == status


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("role", ["finance", "auditor", "coordinator"])
def test_step_needs_its_permission(desk, name, role):
    if role == "coordinator" and name != "approve":
        return
    claim = desk.claim(FROM[name])
    client = signed_in(getattr(factories, role)())
    answer = client.get(page(claim))
    assert answer.status_code == 200
    assert name not in offered_moves(answer)
    assert not missing_moves(answer)
    for method in (client.get, client.post):
        assert method(button(claim, name), answers(name, claim)).status_code == 403
    claim.refresh_from_db()
    assert claim.status == FROM[name]


def test_step_that_is_not_of_the_desk_does_not_exist(desk, boss):
    claim = desk.claim()
    for name in ("resubmit", "settle", "void", "close", "nonsense"):
        assert boss.post(button(claim, name)).status_code == 404


# --- Four eyes -----------------------------------------------------------------------------------


def test_who_verified_a_claim_is_told_why_there_is_no_button_to_approve_it(desk, boss):
    claim = desk.decide("verify", desk.claim(), actor=desk.boss)
    answer = boss.get(page(claim))
    assert offered_moves(answer) == {"return", "reject"}
    assert missing_moves(answer) == {YOU_VERIFIED: ["Approve"]}
    assert YOU_VERIFIED in answer.content.decode()
    forged = boss.post(button(claim, "approve"), answers("approve", claim))
    assert forged.status_code == 422
    assert forged.context["form"].non_field_errors() == [YOU_VERIFIED]
    claim.refresh_from_db()
    assert claim.status == C.VERIFIED


@pytest.mark.parametrize("name", MOVES)
def test_page_says_why_someone_of_the_company_decides_nothing(desk, boss, name):
    claim = desk.claim(FROM[name])
    factories.TeamMember.objects.create(company=desk.company, user=desk.boss, role="editor")
    answer = boss.get(page(claim))
    assert not offered_moves(answer)
    ((why, labels),) = missing_moves(answer).items()
    assert why.startswith("You are in this company's team.")
    assert str(CLAIM[name].label) in labels
    boss.post(button(claim, name), answers(name, claim))
    claim.refresh_from_db()
    assert claim.status == FROM[name]


def test_who_approved_the_application_may_decide_on_the_claim(desk):
    claim = desk.claim()
    signed_in(desk.reviewer).post(button(claim, "verify"), answers("verify", claim))
    claim.refresh_from_db()
    assert claim.verified_by == desk.reviewer


def test_claim_that_is_being_paid_is_not_taken_back(desk, boss):
    claim = desk.claim("approved")
    desk.send(claim)
    answer = boss.get(page(claim))
    assert not offered_moves(answer)
    assert missing_moves(answer) == {BEING_PAID: ["Return for correction", "Reject"]}
    forged = boss.post(button(claim, "return"), answers("return", claim))
    assert forged.status_code == 422
    assert forged.context["form"].non_field_errors() == [BEING_PAID]
    assert REASON["reason_text"] in forged.content.decode()


# --- As it was looked at ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["verify", "approve"])
def test_claim_that_was_sent_again_meanwhile_is_looked_at_once_more(desk, boss, name):
    claim = desk.claim(FROM[name])
    sent = answers(name, claim)
    desk.decide("resubmit", desk.decide("return", claim))
    if name == "approve":
        desk.decide("verify", claim)
    answer = boss.post(button(claim, name), sent, follow=True)
    assert "The company sent this claim again since you opened it." in (
        answer.content.decode() + str(said(answer))
    )
    claim.refresh_from_db()
    assert claim.status == FROM[name]
    boss.post(button(claim, name), answers(name, claim))
    claim.refresh_from_db()
    assert claim.status == CLAIM[name].target


@pytest.mark.parametrize("name", ["verify", "approve"])
@pytest.mark.parametrize("seen", ["", "x"])
def test_claim_is_not_decided_unseen(desk, boss, name, seen):
    claim = desk.claim(FROM[name])
    answer = boss.post(button(claim, name), answers(name, claim, seen=seen))
    assert answer.status_code == 422
    claim.refresh_from_db()
    assert claim.status == FROM[name]


# --- The amount and the reasons -----------------------------------------------------------------


def test_amount_to_grant_is_what_was_asked_unless_less_is_typed(desk, boss):
    claim = desk.claim("verified", "1200.00")
    assert boss.get(button(claim, "approve")).context["form"]["amount"].value() == claim.amount
    boss.post(button(claim, "approve"), answers("approve", claim, amount="1000.50"))
    claim.refresh_from_db()
    assert claim.approved_amount == Decimal("1000.50")


@pytest.mark.parametrize(
    "amount", ["", "0", "-1", "0.001", "1200.01", "1e20", "NaN", "Infinity", "x", "1" * 40]
)
def test_amount_that_cannot_be_granted_is_refused_beside_its_field(desk, boss, amount):
    claim = desk.claim("verified", "1200.00")
    answer = boss.post(button(claim, "approve"), answers("approve", claim, amount=amount))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["amount"]
    assert f'value="{amount}"' in answer.content.decode() or not amount
    claim.refresh_from_db()
    assert claim.status == C.VERIFIED


@pytest.mark.parametrize("name", ["return", "reject"])
@pytest.mark.parametrize(
    ("field", "value"), [("reason_code", ""), ("reason_code", "x"), ("reason_text", "a\x00b")]
)
def test_reason_is_asked_for_and_what_was_written_stays(desk, boss, name, field, value):
    claim = desk.claim()
    answer = boss.post(button(claim, name), answers(name, claim, **{field: value}))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    if field == "reason_code":
        assert REASON["reason_text"] in answer.content.decode()
    claim.refresh_from_db()
    assert claim.status == C.REQUESTED


def test_reason_without_a_text_comes_back_with_the_proposed_one(desk, boss):
    claim = desk.claim()
    answer = boss.post(button(claim, "reject"), {"reject-reason_code": "late"})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form["reason_text"].value() == form.texts["late"]


# --- The page and the list ------------------------------------------------------------------------


@pytest.mark.parametrize("status", C)
@pytest.mark.parametrize("role", ["boss", "treasurer", "auditor"])
def test_page_of_every_status(db, english, status, role):
    desk = Desk()
    claim = desk.claim(status)
    person = factories.auditor() if role == "auditor" else getattr(desk, role)
    html = signed_in(person).get(page(claim)).content.decode()
    assert claim.reference in html
    assert claim.get_status_display() in html


def test_page_sets_the_documents_against_the_rules(desk, boss):
    desk.fund.required_documents = ["invoice", "payment", "bank"]
    desk.fund.legal_basis = "Regla 7"
    desk.fund.save()
    desk.bring("paid")
    uploads = {kind: paper(f"{kind}.pdf") for kind in ("invoice", "payment", "bank")}
    claim = desk.ask(uploads=uploads)
    claim = desk.decide("return", claim)
    claims.send_again(
        claim, {"bank": paper("otro.pdf")}, amount=claim.amount, actor=desk.owner, key=uuid.uuid4()
    )
    claim.documents.filter(kind="payment").delete()
    answer = boss.get(page(claim))
    found = [
        (str(row.kind), row.required, row.current and row.current.original_name, len(row.earlier))
        for row in answer.context["papers"]
    ]
    assert found == [
        ("invoice", True, "invoice.pdf", 0),
        ("payment", True, None, 0),
        ("bank", True, "otro.pdf", 1),
    ]
    html = answer.content.decode()
    assert "Regla 7" in html
    assert "in time" in html
    for document in claim.documents.all():
        assert reverse("memberships:claim_document", args=[document.public_id]) in html


def test_page_shows_all_support_of_the_same_company(desk, boss):
    claim = desk.claim("paid")
    desk.recover(claim, "500.00")
    html = boss.get(page(claim)).content.decode()
    assert "US$500.00 recovered" in html
    assert "Otro apoyo por lo mismo" in html
    desk.step("activate")
    desk.membership.refresh_from_db()
    desk.step("offer_renewal")
    renewal = desk.membership.renewals.get()
    answer = boss.get(page(claim))
    assert [row.pk for row in answer.context["support"]] == [renewal.pk, desk.membership.pk]
    assert answer.context["other_support"] == 0  # the fund supports a company once
    type(renewal).objects.filter(pk=renewal.pk).update(
        fund=factories.fund(),
        subsidy=1500,
        entitled_subsidy=1500,
        company_share=1500,
        reserved=1500,
    )
    assert "keep US$1,500.00 of support" in boss.get(page(claim)).content.decode()


def test_other_companies_support_is_not_shown(desk, boss):
    claim = desk.claim()
    Desk().claim()
    assert boss.get(page(claim)).context["support"] == [claim.membership]


def test_payments_are_shown_with_their_batch(desk, boss):
    claim = desk.claim("paid")
    line = claim.payments.get()
    html = boss.get(page(claim)).content.decode()
    assert line.batch.reference in html
    assert "MX$28,481.40" in html


@pytest.mark.parametrize("more", [0, 2])
def test_page_takes_the_same_queries_whatever_happened(desk, boss, more, django_assert_num_queries):
    claim = desk.claim()
    for _ in range(more):
        desk.decide("resubmit", desk.decide("return", claim))
    boss.get(page(claim))
    with django_assert_num_queries(PAGE_QUERIES):
        boss.get(page(claim))


def listed(client, **filters) -> list[SubsidyClaim]:
    """The rows of the list, each of which leads to its page."""
    answer = client.get(reverse(LIST), filters)
    rows = list(answer.context["cl"].result_list)
    assert all(f'href="{page(row)}' in answer.content.decode() for row in rows)
    return rows


def test_list_is_searched_by_reference_rfc_and_name(desk, boss):
    claim = desk.claim()
    other = Desk(company=factories.company(legal_name="Nopales Ejemplo")).claim("verified")
    for text, found in [
        (claim.reference.lower(), [claim]),
        (claim.reference[:-1], []),
        (desk.company.rfc, [claim]),
        ("nopales", [other]),
    ]:
        assert listed(boss, q=text) == found, text
    assert listed(boss, status__exact="verified") == [other]
    assert len(listed(boss, membership__fund__id__exact=desk.fund.pk)) == 2
    assert listed(boss, membership__fund__id__exact=factories.fund("0").pk) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_row_and_for_three(
    desk, boss, rows, django_assert_num_queries
):
    desk.claim()
    for _ in range(rows - 1):
        Desk().claim()
    boss.get(reverse(LIST))
    with django_assert_num_queries(LIST_QUERIES):
        assert len(listed(boss)) == rows


# Session, user, permissions; the counts of the review and two of the money; the row, for each of
# three steps whether one acts for the company, for two whether it is being paid; documents,
# memberships of the company and their claims, payments, entries, steps.
PAGE_QUERIES = 18
# Session, user, permissions; the same counts; the rows with their number, the funds of the filter.
LIST_QUERIES = 8
