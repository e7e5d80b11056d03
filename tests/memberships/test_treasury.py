"""Finance's pages: what is ready to pay, a batch and its file, recovery."""

import logging
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from memberships import audit
from memberships.enums import ClaimStatus as C
from memberships.enums import EntryKind, LineResult
from memberships.models import ExchangeRate, FundEntry, PaymentBatch, PaymentLine
from memberships.services import payments
from memberships.services.payments import RateChanged
from tests import factories
from tests.memberships.treasury import (
    READY,
    another,
    approved_claims,
    messages,
    of_batch,
    signed_in,
)
from tests.money import Desk, rate

LIST = reverse("admin:memberships_paymentbatch_changelist")


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


@pytest.fixture
def claim(desk):
    return desk.claim(C.APPROVED)


@pytest.fixture
def finance(desk):
    return signed_in(desk.treasurer)


def make(client, fund, claims, *, key=None, seen_rate="18.9876"):
    data = {"key": key or uuid.uuid4(), "claims": [claim.pk for claim in claims]}
    return client.post(f"{READY}?fund={fund.pk}", data | {"seen_rate": seen_rate})


def recovery(claim) -> str:
    return reverse("admin:memberships_subsidyclaim_recover", args=[claim.pk])


# --- Ready to pay ------------------------------------------------------------------------------


def test_approved_claims_are_ticked_with_both_amounts(desk, claim, finance):
    rate()
    page = finance.get(READY)
    [row] = page.context["for_me"]
    assert (row.claim, row.ticked) == (claim, True)
    assert (row.amount, row.amount_mxn) == (Decimal("1500.00"), Decimal("28481.40"))
    assert (page.context["ticked_usd"], page.context["ticked_mxn"]) == (row.amount, row.amount_mxn)
    assert not page.context["for_others"]


def test_batch_is_made_of_what_is_ticked(desk, claim, finance):
    rate()
    done = make(finance, desk.fund, [claim])
    batch = PaymentBatch.objects.get()
    assert done.url == reverse("admin:memberships_paymentbatch_change", args=[batch.pk])
    assert (batch.created_by, batch.lines.get().claim) == (desk.treasurer, claim)
    assert not finance.get(READY).context["funds"]


def test_second_click_finds_the_first_batch(desk, claim, finance):
    rate()
    key = uuid.uuid4()
    first, second = (make(finance, desk.fund, [claim], key=key) for _ in range(2))
    assert first.url == second.url
    assert PaymentLine.objects.count() == 1
    # Another form with the same claim is refused beside its list, and says which claim.
    third = make(finance, desk.fund, [claim])
    assert third.status_code == 422
    assert str(claim) in str(third.context["form"].non_field_errors())
    assert PaymentBatch.objects.count() == 1


def test_claim_in_which_one_had_a_hand_is_for_someone_else(desk, english):
    rate()
    boss = factories.superuser()
    first = desk.decide("approve", desk.claim(C.VERIFIED), actor=boss)
    second = another(desk).claim(C.APPROVED)
    page = signed_in(boss).get(READY)
    assert [row.claim for row in page.context["for_me"]] == [second]
    [row] = page.context["for_others"]
    assert (row.claim, row.hand) == (first, "You approved this claim.")
    refused = make(signed_in(boss), desk.fund, [first, second])
    assert refused.status_code == 422
    assert not PaymentBatch.objects.exists()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("verified_by", "You verified this claim."),
        ("approved_by", "You approved this claim."),
        ("decided_by", "You approved this company's application."),
        ("team", "You are in this company's team."),
    ],
)
def test_reason_why_someone_else_pays_is_said(desk, claim, english, field, words):
    person = factories.finance()
    application = claim.membership.application
    if field == "team":
        desk.company.team.create(user=person, role="editor")
    elif field == "decided_by":
        type(application).objects.filter(pk=application.pk).update(decided_by=person)
    else:
        type(claim).objects.filter(pk=claim.pk).update(**{field: person})
    [row] = signed_in(person).get(READY).context["for_others"]
    assert row.hand == words


def test_nothing_is_made_without_a_rate(desk, claim, finance):
    page = finance.get(READY)
    add = reverse("admin:memberships_exchangerate_add")
    assert page.context["rate"] is None
    assert add in page.content.decode()
    refused = make(finance, desk.fund, [claim])
    assert refused.status_code == 422
    assert add in refused.content.decode()
    assert not PaymentBatch.objects.exists()


def test_batch_is_not_made_at_another_rate_than_was_seen(desk, claim, finance):
    rate()
    refused = make(finance, desk.fund, [claim], seen_rate="19.0000")
    assert refused.status_code == 422
    assert refused.context["rate"].mxn == Decimal("18.9876")
    assert refused.context["for_me"][0].ticked
    assert not PaymentBatch.objects.exists()
    with pytest.raises(RateChanged):
        payments.create_batch(
            desk.fund, [claim], actor=desk.treasurer, key=uuid.uuid4(), seen_rate=Decimal(19)
        )


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"key": "x"},
        {"key": str(uuid.uuid4()), "claims": ["x"]},
        {"key": str(uuid.uuid4()), "claims": ["999999"]},
        {"key": str(uuid.uuid4()), "claims": ["9" * 30]},
        {"key": str(uuid.uuid4()), "claims": [], "seen_rate": "NaN"},
    ],
)
def test_form_that_makes_no_sense_is_refused(desk, claim, finance, data):
    rate()
    assert finance.post(f"{READY}?fund={desk.fund.pk}", data).status_code == 422
    assert not PaymentBatch.objects.exists()


@pytest.mark.parametrize("fund", ["x", "0", "9" * 30, "١", "-1"])
def test_fund_that_does_not_exist_is_not_found(finance, fund):
    assert finance.get(READY, {"fund": fund}).status_code == 404


def test_claims_of_another_fund_are_not_paid_from_this_one(desk, claim, finance):
    rate()
    refused = make(finance, factories.fund(), [claim])
    assert refused.status_code == 422
    assert not PaymentBatch.objects.exists()


def test_rest_of_a_part_is_ready_again(desk, claim, finance):
    desk.settle(desk.send(claim), amount=Decimal("1000.00"))
    [row] = finance.get(READY).context["for_me"]
    assert (row.amount, row.amount_mxn) == (Decimal("500.00"), Decimal("9493.80"))
    make(finance, desk.fund, [claim])
    assert PaymentLine.objects.filter(result=LineResult.SENT).get().sent_amount == 500
    assert not finance.get(READY).context["for_me"]


def test_payment_that_failed_is_ready_again_and_says_where(desk, claim, finance):
    line = desk.send(claim)
    desk.settle(line, LineResult.FAILED)
    page = finance.get(READY)
    assert page.context["for_me"][0].failed == [line]
    assert str(line.batch) in page.content.decode()


def test_cancelled_membership_is_not_ready(desk, claim, finance):
    line = desk.send(claim)
    desk.step("cancel")
    assert not finance.get(READY).context["for_me"]
    desk.settle(line, LineResult.FAILED)
    assert not finance.get(READY).context["for_me"]


def test_managers_see_what_is_ready_and_cannot_pay(desk, claim):
    rate()
    for person in (factories.manager(), factories.coordinator(), factories.auditor()):
        client = signed_in(person)
        page = client.get(READY)
        assert [row.claim for row in page.context["for_me"]] == [claim]
        assert 'name="claims"' not in page.content.decode()
        assert make(client, desk.fund, [claim]).status_code == 403


def test_menu_leads_to_payments_and_rates(finance):
    page = finance.get(LIST)
    menu = {item.url: item.active for part in page.context["desk_menu"] for item in part.items}
    assert menu[LIST]
    assert reverse("admin:memberships_exchangerate_changelist") in menu


@pytest.mark.parametrize("count", [1, 3])
def test_ready_page_takes_the_same_queries_for_more_claims(
    desk, finance, count, django_assert_num_queries
):
    rate()
    claims = approved_claims(desk, count)
    desk.settle(desk.send(claims[0]), LineResult.FAILED)
    finance.get(READY)  # the session and the counts of the rail are read
    with django_assert_num_queries(11):
        assert len(finance.get(READY).context["for_me"]) == count


# --- The list, a batch and its file ------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_more_batches(
    desk, finance, count, django_assert_num_queries
):
    for row in approved_claims(desk, count):
        desk.send(row)
    finance.get(LIST)
    with django_assert_num_queries(8):
        page = finance.get(LIST)
    assert page.context["cl"].result_count == count


def test_list_finds_a_batch_by_its_claim_and_by_its_state(desk, finance):
    first, second = (desk.send(row) for row in approved_claims(desk, 2))
    desk.settle(first)

    def found(**query):
        return list(finance.get(LIST, query).context["cl"].result_list)

    assert found(q=str(second.claim)) == [second.batch]
    assert found(q=str(first.batch)) == [first.batch]
    assert found(state="open") == [second.batch]
    assert found(state="reconciled") == [first.batch]
    assert len(found(state="x")) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_batch_page_takes_the_same_queries_for_more_payments(
    desk, finance, count, django_assert_num_queries
):
    rate()
    claims = approved_claims(desk, count)
    batch = desk.batch(claims)
    for line in batch.lines.all():
        desk.settle(line)
    address = of_batch("change", batch)
    finance.get(address)
    with django_assert_num_queries(8):
        page = finance.get(address)
    assert len(page.context["lines"]) == count
    assert all(line.may_recover and not line.may_settle for line in page.context["lines"])


def test_batch_page_sums_what_was_sent_paid_and_is_open(desk, finance):
    rate()
    first, second, third = approved_claims(desk, 3)
    batch = desk.batch([first, second, third])
    lines = {line.claim_id: line for line in batch.lines.all()}
    desk.settle(lines[first.pk], amount=Decimal("1000.00"))
    desk.settle(lines[second.pk], LineResult.FAILED)
    page = finance.get(of_batch("change", batch))
    sums = [(row["count"], row["usd"], row["mxn"]) for row in page.context["totals"]]
    assert sums == [
        (3, Decimal("4500.00"), Decimal("85444.20")),
        (1, Decimal("1000.00"), Decimal("18987.60")),
        (1, Decimal("1500.00"), Decimal("28481.40")),
        (1, Decimal("1500.00"), Decimal("28481.40")),
    ]
    assert [line.may_settle for line in page.context["lines"]] == [False, False, True]


def test_batch_page_tells_that_the_table_has_another_rate_by_now(desk, claim, finance):
    batch = desk.send(claim).batch
    ExchangeRate.objects.update(mxn=Decimal("19.5000"))
    text = finance.get(of_batch("change", batch)).content.decode()
    assert "18.9876" in text
    assert "19.5000" in text


@pytest.mark.parametrize("pk", ["x", "0", "99999999"])
def test_batch_that_does_not_exist_is_not_found(finance, pk):
    assert finance.get(f"{LIST}{pk}/change/").status_code == 404


def test_file_for_the_treasury_to_the_byte(desk, claim, finance, caplog):
    line = desk.send(claim)
    batch, company = line.batch, desk.company
    type(company).objects.filter(pk=company.pk).update(legal_name="=Ñandú, S.A. de C.V.")
    with caplog.at_level(logging.INFO):
        answer = finance.get(of_batch("export", batch))
    assert answer["Content-Disposition"] == f'attachment; filename="{batch}.csv"'
    day = f"{batch.rate.day:%Y-%m-%d}"
    assert b"".join(answer.streaming_content).decode("utf-8") == (
        "\ufeffLote,Renglón,Apoyo,RFC,Razón social,Estado,Monto MXN,Monto USD,Tipo de cambio,"
        "Fecha del tipo de cambio,Concepto\r\n"
        f'{batch},1,{claim},{company.rfc},"\'=Ñandú, S.A. de C.V.",Michoacán,28481.40,1500.00,'
        f"18.9876,{day},Apoyo {claim} a la membresía {claim.membership.plan.name_es}\r\n"
    )
    [event] = [row for row in caplog.records if row.message == "payment_batch_exported"]
    assert (event.user_id, event.batch, event.lines) == (desk.treasurer.pk, batch.pk, 1)


def test_file_is_for_those_who_pay(desk, claim, finance):
    batch = desk.send(claim).batch
    assert finance.post(of_batch("export", batch)).status_code == 405
    for person in (desk.boss, desk.clerk, factories.auditor()):
        assert signed_in(person).get(of_batch("export", batch)).status_code == 403


# --- Recovery ----------------------------------------------------------------------------------


def recover(client, claim, amount="600.00", **values):
    data = {"amount": amount, "reason": "Otro apoyo", "confirmed": "on", "key": uuid.uuid4()}
    return client.post(recovery(claim), data | values, follow=True)


def test_recovery_is_entered_once_for_two_clicks(desk, finance, caplog):
    claim = desk.claim(C.PAID)
    key = uuid.uuid4()
    with caplog.at_level(logging.INFO):
        assert messages(recover(finance, claim, "1000.00", key=key))[0][0] == "success"
    # By now less is left than the second click asks for.
    page = recover(finance, claim, "1000.00", key=key)
    assert messages(page)[0][0] == "info"
    assert [row.reason for row in page.context["entries"]] == ["Otro apoyo"]
    assert page.context["recoverable"] == Decimal("500.00")
    assert [row.message for row in caplog.records].count("support_recovered") == 1
    desk.fund.refresh_from_db()
    assert (desk.fund.paid, desk.fund.available) == (500, Decimal("9500.00"))
    assert not audit.differences(desk.fund)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": "1500.01"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"confirmed": ""}, "confirmed"),
        ({"key": "x"}, "key"),
    ],
)
def test_recovery_is_refused_beside_its_field(desk, finance, values, field):
    claim = desk.claim(C.PAID)
    page = recover(finance, claim, **values)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not FundEntry.objects.filter(kind=EntryKind.RECOVER).exists()


def test_recovery_is_for_someone_without_a_hand_in_the_claim(desk, english):
    claim = desk.claim(C.PAID)
    boss = factories.superuser()
    type(claim).objects.filter(pk=claim.pk).update(verified_by=boss)
    client = signed_in(boss)
    assert client.get(recovery(claim)).context["form"] is None
    assert recover(client, claim).status_code == 422
    assert not FundEntry.objects.filter(kind=EntryKind.RECOVER).exists()


def test_nothing_is_recovered_of_what_was_not_paid(claim, finance):
    page = finance.get(recovery(claim))
    assert page.status_code == 200
    assert page.context["form"] is None
    assert recover(finance, claim).status_code == 422


def test_recovery_is_for_those_who_pay(desk, claim):
    for person in (desk.boss, desk.clerk, factories.auditor()):
        assert signed_in(person).get(recovery(claim)).status_code == 403
