"""The treasury's answer: what its preview shows, and entering it once, whole or not at all."""

import csv
import datetime
import io
import logging
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.core import signing
from django.utils import timezone
from post_office.models import Email

from core.workflow import TransitionNotAllowed
from memberships import audit
from memberships.admin.answer import SALT
from memberships.enums import ClaimStatus as C
from memberships.enums import LineResult
from memberships.models import PaymentLine
from memberships.services.answers import enter_answer, enter_answers, settlement_of
from memberships.treasury_file import Answer
from tests import factories
from tests.memberships.treasury import (
    answer_file,
    approved_claims,
    messages,
    of_batch,
    row_of,
    signed_in,
    today,
)
from tests.money import Desk, rate
from tests.races import at_once, failures, race

PART = "18987.60"  # US$1,000.00 at the rate of the tests


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


@pytest.fixture
def line(desk) -> PaymentLine:
    return desk.send(desk.claim(C.APPROVED))


@pytest.fixture
def finance(desk):
    return signed_in(desk.treasurer)


@pytest.fixture
def three(desk):
    """A batch of three payments."""
    rate()
    return desk.batch(approved_claims(desk, 3))


def preview(client, batch, *rows, **options):
    return client.post(of_batch("answer", batch), {"file": answer_file(*rows, **options)})


def kinds(page) -> list[str]:
    return [outcome.kind for outcome in page.context["outcomes"]]


def said(page) -> str:
    return " ".join(text for outcome in page.context["outcomes"] for text in outcome.said)


def confirm(client, batch, page):
    signed = page.context["confirm"].initial["signed"]
    return client.post(of_batch("confirm", batch), {"signed": signed}, follow=True)


def results(batch) -> list[str]:
    return list(batch.lines.values_list("result", flat=True))


# --- The preview -------------------------------------------------------------------------------


def test_preview_shows_what_each_row_does_and_stores_nothing(three, finance):
    first, second, third = three.lines.all()
    page = preview(
        finance, three, row_of(first), row_of(second, pesos=PART), row_of(third, "no pagado")
    )
    assert kinds(page) == ["full", "part", "failed"]
    amounts = [outcome.amount for outcome in page.context["outcomes"]]
    assert amounts == [Decimal("1500.00"), Decimal("1000.00"), None]
    assert page.context["paid_mxn"] == Decimal("47469.00")
    assert page.context["paid_usd"] == Decimal("2500.00")
    assert set(results(three)) == {LineResult.SENT}


def test_confirmed_answer_is_entered_whole(three, desk, finance, caplog):
    first, second, third = three.lines.all()
    Email.objects.all().delete()
    page = preview(
        finance, three, row_of(first), row_of(second, pesos=PART), row_of(third, "no pagado")
    )
    with caplog.at_level(logging.INFO):
        assert messages(confirm(finance, three, page))[0][0] == "success"
    assert results(three) == ["paid", "paid", "failed"]
    three.refresh_from_db()
    assert three.reconciled_at
    second.refresh_from_db()
    assert (second.amount, second.amount_mxn) == (Decimal("1000.00"), Decimal(PART))
    assert (second.treasury_reference, second.settled_by) == ("TES-77", desk.treasurer)
    desk.fund.refresh_from_db()
    assert desk.fund.paid == Decimal("2500.00")
    assert not audit.differences(desk.fund)
    assert Email.objects.count() == 2
    assert [row.lines for row in caplog.records if row.message == "treasury_answer"] == [3]


def test_second_confirmation_says_that_it_was_entered(three, desk, finance):
    page = preview(finance, three, *map(row_of, three.lines.all()))
    confirm(finance, three, page)
    again = confirm(finance, three, page)
    assert messages(again)[0][0] == "info"
    desk.fund.refresh_from_db()
    assert desk.fund.paid == Decimal("4500.00")


def test_two_previews_of_one_answer_are_entered_once(three, desk, finance, english):
    rows = [row_of(line) for line in three.lines.all()]
    first, second = (preview(finance, three, *rows) for _ in range(2))
    confirm(finance, three, first)
    [(level, text)] = messages(confirm(finance, three, second))
    assert level == "error"
    assert "has been settled already" in text
    assert str(three.lines.first().claim) in text
    desk.fund.refresh_from_db()
    assert desk.fund.paid == Decimal("4500.00")


def test_import_that_is_repeated_has_nothing_to_enter(three, finance):
    first, second, _third = three.lines.all()
    rows = [row_of(first), row_of(second, "no pagado")]
    confirm(finance, three, preview(finance, three, *rows))
    page = preview(finance, three, *rows)
    assert kinds(page) == ["same", "same"]
    assert page.context["confirm"] is None


def test_longer_answer_enters_what_is_new_in_it(three, finance):
    lines = list(three.lines.all())
    confirm(finance, three, preview(finance, three, row_of(lines[0])))
    page = preview(finance, three, *map(row_of, lines))
    assert kinds(page) == ["same", "full", "full"]
    confirm(finance, three, page)
    assert set(results(three)) == {"paid"}


def test_row_without_a_result_stays_open(three, finance):
    first, second, _third = three.lines.all()
    page = preview(finance, three, row_of(first), row_of(second, "", day=""))
    assert kinds(page) == ["full", "open"]
    confirm(finance, three, page)
    assert results(three) == ["paid", "sent", "sent"]
    three.refresh_from_db()
    assert three.reconciled_at is None


def test_settled_otherwise_is_wrong(line, finance, desk, english):
    desk.settle(line)
    for row in (
        row_of(line, "no pagado"),
        row_of(line, pesos=PART),
        row_of(line, day="01/01/2018"),
    ):
        page = preview(finance, line.batch, row)
        assert kinds(page) == ["wrong"]
        assert "Settled already, and otherwise" in said(page)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"pesos": "28481.41"}, "More was paid than was sent"),
        ({"pesos": "99999999.00"}, "More was paid than was sent"),
        ({"pesos": "0"}, "A payment is above zero"),
        ({"pesos": ""}, "Write the pesos that were paid"),
        ({"pesos": "10000.00"}, "MX$9,999.82 (US$526.65) and MX$10,000.01 (US$526.66)"),
        ({"pesos": "1500"}, "no whole number of US cents"),
        ({"pesos": "28,481"}, "can be read in two ways"),
        ({"day": ""}, "lies between its batch and today"),
        ({"day": "01/01/2018"}, "lies between its batch and today"),
        ({"day": "01/01/2099"}, "lies between its batch and today"),
        ({"day": "31/02/2018"}, "is no day"),
        ({"result": "tal vez"}, "is no result"),
        ({"reference": "=1+1"}, "This is a formula"),
        ({"reference": "x" * 61}, "At most 60 characters"),
    ],
)
def test_row_that_cannot_be_is_wrong_and_stops_the_file(line, finance, english, values, words):
    page = preview(finance, line.batch, row_of(line, **values))
    assert kinds(page) == ["wrong"]
    assert words in said(page)
    assert page.context["confirm"] is None


def test_one_wrong_row_stops_all(three, finance):
    first, second, _third = three.lines.all()
    page = preview(finance, three, row_of(first), row_of(second, pesos="1"))
    assert kinds(page) == ["full", "wrong"]
    assert page.context["confirm"] is None


def test_unknown_claims_and_other_batches_are_wrong(desk, line, finance, english):
    other = desk.settle(line, LineResult.FAILED)
    line = desk.send(line.claim)
    foreign = ["", "AP-1999-00001", "pagado", today(), "1.00", ""]
    page = preview(finance, line.batch, row_of(other), foreign, ["", "", "pagado", "", "", "x"])
    assert kinds(page) == ["wrong"] * 3
    assert f"This row is of the batch {other.batch}." in said(page)
    assert said(page).count("This claim is not in this batch.") == 2


def test_claim_that_is_twice_in_a_file_is_wrong(three, finance, english):
    first, second, _third = three.lines.all()
    page = preview(finance, three, row_of(first), row_of(second), row_of(first, "no pagado"))
    assert kinds(page) == ["full", "full", "wrong"]
    assert "This claim is in line 2 already." in said(page)
    assert page.context["confirm"] is None


def test_file_with_ten_thousand_rows_is_refused_with_its_limit(line, finance):
    page = preview(finance, line.batch, *[row_of(line)] * 10_000)
    assert page.status_code == 422
    assert "500" in str(page.context["form"].errors["file"])


@pytest.mark.parametrize("name", ["respuesta.pdf", "respuesta", "respuesta.csv.exe"])
def test_file_of_another_kind_is_refused(line, finance, name):
    page = preview(finance, line.batch, row_of(line), name=name)
    assert page.status_code == 422


def test_our_own_file_comes_back_with_its_columns_added(three, finance):
    sent = b"".join(finance.get(of_batch("export", three)).streaming_content)
    headers, *rows = csv.reader(io.StringIO(sent.decode("utf-8-sig")))
    answered = [[*row, "Pagado", f"{timezone.localdate()}", "TES-1"] for row in rows]
    headers = [*headers, "Resultado", "Fecha de pago", "Referencia"]
    assert kinds(preview(finance, three, *answered, headers=headers)) == ["full"] * 3


def test_who_had_a_hand_in_a_claim_does_not_enter_its_answer(desk, line, english):
    boss = factories.superuser()
    type(line.claim).objects.filter(pk=line.claim_id).update(verified_by=boss)
    client = signed_in(boss)
    page = preview(client, line.batch, row_of(line))
    assert kinds(page) == ["wrong"]
    assert "You verified this claim. Someone else has to pay it." in said(page)


def test_cancelled_meanwhile_is_said_and_entered(desk, line, finance, english):
    desk.step("cancel")
    page = preview(finance, line.batch, row_of(line, pesos=PART))
    assert "what was paid is to be recovered" in said(page)
    confirm(finance, line.batch, page)
    line.claim.refresh_from_db()
    assert (line.claim.status, line.claim.paid_amount) == (C.PAID, Decimal("1000.00"))
    desk.fund.refresh_from_db()
    assert not audit.differences(desk.fund)


# --- The confirmation --------------------------------------------------------------------------


def test_confirmation_is_of_this_person_this_batch_and_this_hour(desk, three, finance):
    page = preview(finance, three, *map(row_of, three.lines.all()))
    stranger = signed_in(factories.finance())
    assert messages(confirm(stranger, three, page))[0][0] == "error"
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=1, minutes=1)):
        signed = page.context["confirm"].initial["signed"]
        client = signed_in(desk.treasurer)
        late = client.post(of_batch("confirm", three), {"signed": signed}, follow=True)
        assert messages(late)[0][0] == "error"
    assert set(results(three)) == {"sent"}


@pytest.mark.parametrize("signed", ["", "x", "x" * 600_000, "other purpose"])
def test_confirmation_that_we_did_not_sign_is_refused(line, finance, signed):
    if signed == "other purpose":
        signed = signing.dumps({"rows": []})
    answer = finance.post(of_batch("confirm", line.batch), {"signed": signed}, follow=True)
    assert messages(answer)[0][0] == "error"
    line.refresh_from_db()
    assert line.result == "sent"


def test_signature_is_for_its_own_batch(desk, line, finance):
    content = {"batch": line.batch_id + 1, "by": desk.treasurer.pk, "key": "x", "rows": []}
    signed = signing.dumps(content, salt=SALT)
    answer = finance.post(of_batch("confirm", line.batch), {"signed": signed}, follow=True)
    assert messages(answer)[0][0] == "error"


def test_answer_is_entered_whole_or_not_at_all(three, desk, english):
    first, second, _third = three.lines.all()
    day = timezone.localdate()
    answers = [Answer(str(row.claim), "paid", day, row.sent_mxn) for row in (first, second)]
    desk.settle(second)
    with pytest.raises(TransitionNotAllowed, match=str(second.claim)):
        enter_answers(three, answers, actor=desk.treasurer, key=uuid.uuid4())
    assert results(three) == ["sent", "paid", "sent"]
    unknown = Answer("AP-0", "paid", day, Decimal(1))
    with pytest.raises(TransitionNotAllowed, match="AP-0"):
        enter_answers(three, [answers[0], unknown], actor=desk.treasurer, key=uuid.uuid4())
    with pytest.raises(TransitionNotAllowed):
        enter_answers(three, answers[:1], actor=desk.boss, key=uuid.uuid4())
    assert results(three) == ["sent", "paid", "sent"]


def test_refused_answer_may_be_tried_again_with_its_key(three, desk):
    first = three.lines.first()
    answer, key = Answer(str(first.claim), "paid", None, first.sent_mxn), uuid.uuid4()
    with pytest.raises(TransitionNotAllowed):
        enter_answers(three, [answer], actor=desk.treasurer, key=key)
    good = Answer(str(first.claim), "paid", timezone.localdate(), first.sent_mxn)
    assert len(enter_answers(three, [good], actor=desk.treasurer, key=key)) == 1
    assert enter_answers(three, [good], actor=desk.treasurer, key=key) == []


def test_pesos_of_a_full_payment_are_what_was_sent(line):
    """Also at a rate below one, where several amounts in dollars come to the same pesos."""
    line.batch.mxn_per_usd = Decimal("0.0300")
    answer = Answer(str(line.claim), "paid", timezone.localdate(), line.sent_mxn)
    assert settlement_of(line, answer).amount == line.sent_amount


# --- One payment by hand -----------------------------------------------------------------------


def by_hand(client, line, **values):
    data = {
        "result": "paid",
        "paid_on": f"{timezone.localdate():%Y-%m-%d}",
        "amount_mxn": str(line.sent_mxn),
        "reference": "TES-9",
    }
    return client.post(of_batch("settle", line.batch, line.pk), data | values, follow=True)


def test_payment_is_settled_by_hand_once(line, desk, finance):
    page = finance.get(of_batch("settle", line.batch, line.pk))
    assert page.context["form"]["amount_mxn"].value() == line.sent_mxn
    assert messages(by_hand(finance, line, amount_mxn=PART))[0][0] == "success"
    line.refresh_from_db()
    assert (line.result, line.amount, line.amount_mxn) == ("paid", 1000, Decimal(PART))
    assert messages(by_hand(finance, line))[0][0] == "info"
    desk.fund.refresh_from_db()
    assert desk.fund.paid == Decimal("1000.00")


def test_payment_that_failed_is_entered_by_hand(line, finance):
    by_hand(finance, line, result="failed", paid_on="", amount_mxn="")
    line.refresh_from_db()
    assert (line.result, line.paid_on, line.treasury_reference) == ("failed", None, "TES-9")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"result": ""}, "result"),
        ({"result": "sent"}, "result"),
        ({"paid_on": ""}, "paid_on"),
        ({"paid_on": "31/02/2018"}, "paid_on"),
        ({"paid_on": "2099-01-01"}, "__all__"),
        ({"amount_mxn": ""}, "amount_mxn"),
        ({"amount_mxn": "0"}, "amount_mxn"),
        ({"amount_mxn": "NaN"}, "amount_mxn"),
        ({"amount_mxn": "1.001"}, "amount_mxn"),
        ({"amount_mxn": "28481.41"}, "__all__"),
        ({"amount_mxn": "10000.00"}, "__all__"),
        ({"reference": "x" * 61}, "reference"),
        ({"reference": "a\u202eb"}, "reference"),
    ],
)
def test_answer_by_hand_is_refused_beside_its_field(line, finance, values, field):
    page = by_hand(finance, line, **values)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    line.refresh_from_db()
    assert line.result == "sent"


def test_payment_of_another_batch_is_not_found(desk, line, finance):
    desk.settle(line, LineResult.FAILED)
    again = desk.send(line.claim)
    assert finance.get(of_batch("settle", line.batch, again.pk)).status_code == 404


def test_answers_are_for_those_who_pay(desk, line):
    for person in (desk.boss, desk.clerk, factories.auditor()):
        client = signed_in(person)
        assert client.get(of_batch("answer", line.batch)).status_code == 403
        assert client.get(of_batch("settle", line.batch, line.pk)).status_code == 403
        assert client.post(of_batch("confirm", line.batch)).status_code == 403


# --- At once -----------------------------------------------------------------------------------


@race
def test_answer_that_is_confirmed_twice_at_once_is_entered_once():
    desk = Desk()
    rate()
    batch = desk.batch(approved_claims(desk, 2))
    day, key = timezone.localdate(), uuid.uuid4()
    answers = [Answer(str(row.claim), "paid", day, row.sent_mxn) for row in batch.lines.all()]

    def enter():
        return enter_answers(batch, answers, actor=desk.treasurer, key=key)

    found = at_once(*[enter] * 4)
    assert not failures(found)
    assert sorted(len(lines) for lines in found) == [0, 0, 0, 2]
    desk.fund.refresh_from_db()
    assert desk.fund.paid == Decimal("3000.00")


@race
def test_file_and_hand_at_once_settle_a_payment_once():
    desk = Desk()
    line = desk.send(desk.claim(C.APPROVED))
    answer = Answer(str(line.claim), "paid", timezone.localdate(), line.sent_mxn)
    found = at_once(
        lambda: enter_answers(line.batch, [answer], actor=desk.treasurer, key=uuid.uuid4()),
        lambda: enter_answer(line, answer, actor=desk.treasurer),
    )
    assert [type(error) for error in failures(found)] == [TransitionNotAllowed]
    desk.fund.refresh_from_db()
    assert desk.fund.paid == Decimal("1500.00")
