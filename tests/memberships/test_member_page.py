"""The exporter's page of a membership: each step by HTTP, each refusal, each role."""

import contextlib
import datetime
import html
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.uploads import StorageUnavailable
from exporters.enums import TeamRole
from memberships.enums import ClaimStatus as C
from memberships.enums import MembershipStatus as M
from memberships.models import ClaimDocument, Membership, PaymentProof, SubsidyClaim
from memberships.services import claims, life, offers
from tests import factories
from tests.money import Desk

DAY = datetime.timedelta(days=1)
STEPS = ("offer_accept", "offer_decline", "payment_report", "support_claim")


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


@pytest.fixture
def client(desk) -> Client:
    return signed_in(desk.owner)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(desk, name: str = "membership", membership=None) -> str:
    return reverse(f"memberships:{name}", args=[(membership or desk.membership).pk])


def page_of(client, desk, membership=None):
    return client.get(url(desk, membership=membership))


def pdf(name="comprobante.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\n")


def proof(**values) -> dict:
    today = timezone.localdate().isoformat()
    data = {"file": pdf(), "paid_on": today, "key": str(uuid.uuid4())} | values
    return {f"proof-{name}": value for name, value in data.items() if value is not None}


def claim(**values) -> dict:
    data = {
        "amount": "1500.00",
        "declares_no_double_funding": "on",
        "invoice": pdf("factura.pdf"),
        "payment": pdf("transferencia.pdf"),
        "key": str(uuid.uuid4()),
    } | values
    return {f"claim-{name}": value for name, value in data.items() if value is not None}


def status_of(desk) -> str:
    return Membership.objects.get(pk=desk.membership.pk).status


def messages_of(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


# --- The whole way ---------------------------------------------------------------------------


def test_company_goes_from_the_offer_to_its_claim_and_its_correction(desk, client, english):
    page = page_of(client, desk).content.decode()
    assert "You first pay the platform US$3,000.00" in page
    assert "pays US$1,500.00 back to you" in page
    page = client.post(url(desk, "offer_accept"), follow=True).content.decode()
    assert "Next: pay US$3,000.00 to Alibaba.com and send us the proof" in page
    page = client.post(url(desk, "payment_report"), proof(), follow=True).content.decode()
    assert "We check your proof of payment" in page
    desk.membership = desk.step("confirm_payment")
    assert "Next: ask for your support" in page_of(client, desk).content.decode()
    page = client.post(url(desk, "support_claim"), claim(), follow=True).content.decode()
    assert "We check your claim" in page
    asked = SubsidyClaim.objects.get()
    desk.decide("return", asked)
    page = page_of(client, desk).content.decode()
    assert "Next: correct your claim" in page
    assert "El comprobante está cortado." in page
    again = claim(amount="1400.00", invoice=None, payment=None)
    client.post(url(desk, "support_claim"), again)
    asked.refresh_from_db()
    assert (asked.status, asked.amount, asked.documents.count()) == (C.REQUESTED, 1400, 2)
    for step in ("verify", "approve", "settle"):
        asked = desk.decide(step, asked)
    page = page_of(client, desk).content.decode()
    assert "18.9876" in page
    assert "MX$26,582.64" in page
    desk.step("activate")
    page = page_of(client, desk).content.decode()
    assert "https://aguacates.example" in page


@pytest.mark.parametrize("status", M)
@pytest.mark.parametrize("language", ["/en", "", "/zh-hans"])
def test_page_opens_in_each_status_and_language(desk, client, status, language):
    desk.bring(status)
    answer = client.get(f"{language}{url(desk)}")
    assert answer.status_code == 200
    assert "US$3,000.00" in answer.content.decode()


@pytest.mark.parametrize("status", C)
def test_page_opens_in_each_status_of_a_claim(desk, client, status):
    reference = desk.claim(status).reference
    assert reference in page_of(client, desk).content.decode()


def test_bar_has_its_numbers_beside_it(desk, client):
    page = page_of(client, desk).content.decode()
    assert '<rect class="share-support" x="0' in page
    assert "width: " not in page
    assert "US$1,500.00" in page


# --- Who may ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", TeamRole)
def test_everyone_of_the_team_sees_and_acts(desk, role):
    colleague = signed_in(factories.exporter(desk.company, role))
    assert page_of(colleague, desk).status_code == 200
    colleague.post(url(desk, "offer_accept"))
    assert status_of(desk) == M.ACCEPTED


@pytest.mark.parametrize("role", ["exporter", "coordinator", "finance", "manager", "superuser"])
def test_membership_of_another_company_does_not_exist(desk, role):
    stranger = getattr(factories, role)()
    if role == "exporter":
        factories.application(company=factories.company(owner=stranger))
    client = signed_in(stranger)
    assert page_of(client, desk).status_code == 404
    for name in STEPS:
        assert client.post(url(desk, name)).status_code == 404
    assert status_of(desk) == M.OFFERED


def test_who_left_the_team_sees_nothing_any_more(desk):
    colleague = factories.exporter(desk.company)
    client = signed_in(colleague)
    assert page_of(client, desk).status_code == 200
    desk.company.team.filter(user=colleague).delete()
    assert page_of(client, desk).status_code == 404


def test_stranger_is_asked_to_log_in(desk):
    for name in ("membership", *STEPS):
        assert reverse("account_login") in Client().get(url(desk, name)).url


def test_steps_are_taken_by_post_alone(desk, client):
    for name in STEPS:
        client.get(url(desk, name))
    assert status_of(desk) == M.OFFERED
    assert client.post(url(desk)).status_code == 405


# --- Accepting and declining -----------------------------------------------------------------


def test_second_click_on_accept_finds_it_accepted(desk, client):
    assert client.post(url(desk, "offer_accept")).url == url(desk)
    answer = client.post(url(desk, "offer_accept"), follow=True)
    assert answer.status_code == 200
    assert not [m for m in answer.context["messages"] if m.level_tag == "error"]
    assert desk.membership.transitions.count() == 1


def test_offer_past_its_day_is_refused_in_words_and_has_no_button(desk, client, english):
    noon = datetime.datetime.combine(
        desk.membership.reply_by + DAY, datetime.time(12), timezone.get_current_timezone()
    )
    with time_machine.travel(noon, tick=False):
        client = signed_in(desk.owner)
        assert url(desk, "offer_accept") not in page_of(client, desk).content.decode()
        answer = client.post(url(desk, "offer_accept"), follow=True)
        assert messages_of(answer) == ["This offer has expired. Write to us for a new one."]
    assert status_of(desk) == M.OFFERED


def test_declining_asks_first_and_gives_the_support_back(desk, client):
    asked = client.get(url(desk, "offer_decline"))
    assert "US$1,500.00" in asked.content.decode()
    assert status_of(desk) == M.OFFERED
    client.post(url(desk, "offer_decline"))
    answer = client.post(url(desk, "offer_decline"), follow=True)
    assert not [m for m in answer.context["messages"] if m.level_tag == "error"]
    assert status_of(desk) == M.DECLINED
    desk.fund.refresh_from_db()
    assert desk.fund.reserved == 0


@pytest.mark.parametrize("status", [s for s in M if s != M.OFFERED])
def test_only_an_offer_is_accepted_or_declined(desk, client, status):
    desk.bring(status)
    for name in ("offer_accept", "offer_decline"):
        assert client.post(url(desk, name)).url == url(desk)
    assert status_of(desk) == status
    assert client.get(url(desk, "offer_decline")).status_code == 302


# --- Payment ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("file", None), ("file", SimpleUploadedFile("x.pdf", b"")),
        ("file", SimpleUploadedFile("x.exe", b"MZ")), ("file", SimpleUploadedFile("x.pdf", b"MZ")),
        ("paid_on", None), ("paid_on", "1999-01-01"), ("paid_on", "2999-01-01"),
        ("paid_on", "31/31/2018"), ("paid_on", "x" * 5000), ("key", "1"), ("key", None),
    ],
)  # fmt: skip
def test_proof_is_refused_beside_its_field(desk, client, field, value):
    desk.bring(M.ACCEPTED)
    answer = client.post(url(desk, "payment_report"), proof(**{field: value}))
    assert answer.status_code == 422
    assert field in answer.context["proof_form"].errors
    assert not PaymentProof.objects.exists()


def test_refused_proof_keeps_the_day_and_asks_for_the_file_again(desk, client, english):
    desk.bring(M.ACCEPTED)
    answer = client.post(url(desk, "payment_report"), proof(paid_on="2999-01-01"))
    page = answer.content.decode()
    assert 'value="2999-01-01"' in page
    assert "comprobante.pdf was in order and is not kept yet. Choose it again." in page


def test_proof_is_sent_once_for_a_key_and_may_be_replaced(desk, client):
    desk.bring(M.ACCEPTED)
    first = proof()
    for _ in range(2):
        first["proof-file"] = pdf()
        assert client.post(url(desk, "payment_report"), first).url == url(desk)
    assert PaymentProof.objects.count() == 1
    client.post(url(desk, "payment_report"), proof(file=pdf("otro.pdf")))
    assert [row.original_name for row in PaymentProof.objects.order_by("pk")] == [
        "comprobante.pdf", "otro.pdf",
    ]  # fmt: skip
    assert status_of(desk) == M.REPORTED


def test_retry_after_the_confirmation_finds_the_first_proof(desk, client, english):
    desk.bring(M.ACCEPTED)
    sent = proof()
    client.post(url(desk, "payment_report"), sent)
    desk.step("confirm_payment")
    sent["proof-file"] = pdf()
    answer = client.post(url(desk, "payment_report"), sent, follow=True)
    assert messages_of(answer)[-1] == "Received. A coordinator confirms it."
    assert PaymentProof.objects.count() == 1


@pytest.mark.parametrize("status", [s for s in M if s not in (M.ACCEPTED, M.REPORTED)])
def test_proof_at_another_step_is_refused_on_the_page(desk, client, status):
    desk.bring(status)
    before = PaymentProof.objects.count()
    answer = client.post(url(desk, "payment_report"), proof(), follow=True)
    assert answer.redirect_chain == [(url(desk), 302)]
    assert [m.level_tag for m in answer.context["messages"]] == ["error"]
    assert client.post(url(desk, "payment_report"), {}).url == url(desk)
    assert PaymentProof.objects.count() == before


@contextlib.contextmanager
def full_disk(*args, **kwargs):
    raise StorageUnavailable
    yield


@pytest.mark.parametrize(
    ("status", "name", "data", "service"),
    [
        (M.ACCEPTED, "payment_report", proof, life),
        (M.PAID, "support_claim", claim, claims),
    ],
)
def test_full_disk_is_said_and_leaves_nothing(
    desk, client, monkeypatch, status, name, data, service
):
    desk.bring(status)
    before = PaymentProof.objects.count()
    monkeypatch.setattr(service, "stored", full_disk)
    answer = client.post(url(desk, name), data())
    assert answer.status_code == 503
    assert (PaymentProof.objects.count(), SubsidyClaim.objects.count()) == (before, 0)
    assert status_of(desk) == status


# --- Claim -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "0"), ("amount", "-1"), ("amount", "1500.01"), ("amount", "NaN"),
        ("amount", "1e3000"), ("amount", "1.001"), ("amount", ""),
        ("invoice", None), ("payment", SimpleUploadedFile("x.pdf", b"<html>")),
        ("declares_no_double_funding", None), ("key", "1"),
    ],
)  # fmt: skip
def test_claim_is_refused_beside_its_field(desk, client, field, value):
    desk.bring(M.PAID)
    answer = client.post(url(desk, "support_claim"), claim(**{field: value}))
    assert answer.status_code == 422
    assert field in answer.context["claim_form"].errors
    assert not SubsidyClaim.objects.exists()


def test_refused_claim_keeps_what_was_typed_and_names_the_files(desk, client, english):
    desk.bring(M.PAID)
    answer = client.post(
        url(desk, "support_claim"), claim(amount="1234.56", declares_no_double_funding=None)
    )
    page = html.unescape(answer.content.decode())
    assert 'value="1234.56"' in page
    for name in ("factura.pdf", "transferencia.pdf"):
        assert f"{name} was in order and is not kept yet" in page


def test_claim_asks_for_the_documents_of_its_fund(db):
    desk = Desk(required_documents=["bank"])
    client = signed_in(desk.owner)
    desk.bring(M.PAID)
    form = page_of(client, desk).context["claim_form"]
    assert [kind.value for kind in form.kinds] == ["bank"]
    client.post(url(desk, "support_claim"), claim(bank=pdf()))
    assert [row.kind for row in ClaimDocument.objects.all()] == ["bank"]


def test_claim_is_made_once_for_a_key(desk, client):
    desk.bring(M.PAID)
    sent = claim()
    for _ in range(2):
        sent |= {"claim-invoice": pdf(), "claim-payment": pdf()}
        assert client.post(url(desk, "support_claim"), sent).url == url(desk)
    assert SubsidyClaim.objects.count() == 1
    assert ClaimDocument.objects.count() == 2


def test_second_claim_with_another_key_is_refused_in_words(desk, client):
    desk.claim()
    answer = client.post(url(desk, "support_claim"), claim(), follow=True)
    assert [m.level_tag for m in answer.context["messages"]] == ["error"]
    assert SubsidyClaim.objects.count() == 1


def test_returned_claim_is_sent_again_once_and_keeps_its_documents(desk, client):
    asked = desk.claim(C.RETURNED)
    form = page_of(client, desk).context["claim_form"]
    assert not form.fields["invoice"].required
    sent = claim(invoice=None)
    for _ in range(2):
        sent["claim-payment"] = pdf("mejor.pdf")
        client.post(url(desk, "support_claim"), sent)
    asked.refresh_from_db()
    assert asked.status == C.REQUESTED
    assert asked.documents.filter(kind="payment").count() == 2
    assert asked.documents.filter(kind="invoice").count() == 1
    page = page_of(client, desk).content.decode()
    assert "mejor.pdf" in page


def test_claim_after_its_last_day_is_refused_in_words(desk, client, english):
    desk.bring(M.PAID)
    day = desk.membership.claim_by + DAY
    noon = datetime.datetime.combine(day, datetime.time(12), timezone.get_current_timezone())
    with time_machine.travel(noon, tick=False):
        client = signed_in(desk.owner)
        answer = client.post(url(desk, "support_claim"), claim(), follow=True)
    assert messages_of(answer) == ["The last day to ask for this support has passed."]
    assert not SubsidyClaim.objects.exists()


@pytest.mark.parametrize("status", [M.OFFERED, M.ACCEPTED, M.REPORTED, M.DECLINED, M.CANCELLED])
def test_claim_before_the_fee_is_paid_or_after_the_end_is_refused(desk, client, status):
    desk.bring(status)
    answer = client.post(url(desk, "support_claim"), claim(), follow=True)
    assert [m.level_tag for m in answer.context["messages"]] == ["error"]
    assert not SubsidyClaim.objects.exists()


def test_membership_without_support_has_no_claim(db):
    application = factories.application("approved")
    membership = application.memberships.get()
    client = signed_in(factories.owner_of(application.company))
    address = reverse("memberships:support_claim", args=[membership.pk])
    assert client.post(address, claim()).status_code == 404


def test_renewal_is_reached_from_the_year_before(desk, client):
    desk.bring(M.RENEWAL_OFFERED)
    desk.claim(C.PAID)
    renewal = desk.membership.renewals.get()
    assert url(desk, membership=renewal) in page_of(client, desk).content.decode()
    client.post(url(desk, "offer_accept", renewal))
    renewal.refresh_from_db()
    assert renewal.status == M.ACCEPTED
    assert url(desk) in page_of(client, desk, renewal).content.decode()


# --- Files -----------------------------------------------------------------------------------


def addresses(desk) -> list[str]:
    desk.claim()
    return [
        reverse("memberships:payment_proof", args=[PaymentProof.objects.get().public_id]),
        *[
            reverse("memberships:claim_document", args=[row.public_id])
            for row in ClaimDocument.objects.all()
        ],
    ]


@pytest.mark.parametrize("role", ["coordinator", "finance", "manager", "auditor", "superuser"])
def test_files_go_to_the_team_and_to_staff_who_see_claims(desk, role):
    for address in addresses(desk):
        for person in (desk.owner, getattr(factories, role)()):
            answer = signed_in(person).get(address)
            assert b"".join(answer.streaming_content).startswith(b"%PDF")
            assert answer["Content-Disposition"].startswith("attachment")
            assert "sandbox" in answer["Content-Security-Policy"]
            assert "no-store" in answer["Cache-Control"]


def test_files_do_not_exist_for_others(desk):
    strangers = [factories.exporter(factories.company()), factories.person(is_staff=True)]
    for address in addresses(desk):
        assert reverse("account_login") in Client().get(address).url
        for person in strangers:
            assert signed_in(person).get(address).status_code == 404
        assert signed_in(desk.owner).post(address).status_code == 405
    unknown = reverse("memberships:payment_proof", args=[uuid.uuid4()])
    assert signed_in(desk.owner).get(unknown).status_code == 404


# --- Queries ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_page_takes_the_same_queries_for_one_row_and_for_three(
    desk, client, rows, django_assert_num_queries
):
    for _ in range(rows - 1):  # offers that came to nothing
        life.decline_offer(desk.membership, actor=desk.owner)
        desk.membership = offers.offer_again(desk.membership, actor=desk.boss)
    desk.bring(M.ACCEPTED)
    for _ in range(rows):
        desk.step("report")
    desk.step("confirm_payment")
    desk.membership.refresh_from_db()
    amounts = [Decimal(1500)] if rows == 1 else [Decimal(300), Decimal(300), Decimal(900)]
    for amount in amounts:
        asked = desk.decide("approve", desk.decide("verify", desk.ask()), amount=amount)
        for _ in range(rows):
            desk.settle(desk.send(asked), amount=amount / rows)
        desk.membership.refresh_from_db()
    page_of(client, desk)
    with django_assert_num_queries(11):
        page = page_of(client, desk)
    assert len(page.context["view"].claims) == len(amounts)
    assert len(page.context["view"].proofs) == rows
    assert len(page.context["view"].years) == rows
