"""Two people, or the calendar and a person, at the same moment; and the same with the locks off."""

import datetime
import threading
import time
import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone
from post_office.models import Email

from core.workflow import TransitionNotAllowed, Workflow
from memberships import audit, ledger
from memberships.enums import ClaimStatus as C
from memberships.enums import EntryKind, LineResult
from memberships.enums import MembershipStatus as M
from memberships.models import Membership, PaymentBatch, PaymentLine, SubsidyClaim
from memberships.services import claims, life, payments, reminders
from memberships.services.payments import Settlement
from tests import factories
from tests.money import Desk, rate
from tests.races import at_once, failures, race


@pytest.fixture
def locks_off(monkeypatch):
    """No row is locked, and both callers have looked before either of them writes."""

    def switch(target=(Workflow, "_check")):
        everyone_has_looked = threading.Barrier(2, timeout=20)
        owner, name = target
        real = getattr(owner, name)

        def wait(*args, **kwargs):
            everyone_has_looked.wait()
            return real(*args, **kwargs)

        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows.all())
        monkeypatch.setattr(owner, name, staticmethod(wait) if owner is Workflow else wait)

    return switch


def agrees(desk) -> bool:
    desk.fund.refresh_from_db()
    return not audit.differences(desk.fund)


# --- Accept and expire ---------------------------------------------------------------------------


def accept_and_expire(desk) -> list:
    late = desk.membership.reply_by + datetime.timedelta(days=1)
    return at_once(
        lambda: life.accept_offer(desk.membership, actor=desk.owner),
        lambda: life.expire_offers(late),
    )


@race
def test_offer_is_accepted_or_expires_but_not_both():
    desk = Desk()
    accepted, expired = accept_and_expire(desk)
    desk.membership.refresh_from_db()
    if desk.membership.status == M.ACCEPTED:
        assert (expired, desk.membership.reserved) == (0, 1500)
    else:
        assert isinstance(accepted, TransitionNotAllowed)
        assert (desk.membership.status, desk.membership.reserved) == (M.EXPIRED, 0)
    assert desk.membership.transitions.count() == 1
    assert agrees(desk)


@race
def test_control_without_locks_the_offer_is_accepted_and_expires(locks_off):
    desk = Desk()
    locks_off()
    assert not failures(accept_and_expire(desk))
    assert desk.membership.transitions.count() == 2


# --- Paying ----------------------------------------------------------------------------------------


def settle_twice(desk, line) -> list:
    answer = Settlement(str(line.claim), LineResult.PAID, timezone.localdate())
    pay = lambda: payments.settle_line(line, answer, actor=desk.treasurer)  # noqa: E731
    return at_once(pay, pay)


@race
def test_payment_that_is_settled_twice_at_once_is_paid_once():
    desk = Desk()
    line = desk.send(desk.claim(C.APPROVED))
    Email.objects.all().delete()
    results = settle_twice(desk, line)
    assert [type(error) for error in failures(results)] == [TransitionNotAllowed]
    assert desk.fund.entries.filter(kind=EntryKind.DISBURSE).count() == 1
    assert Email.objects.count() == 1
    assert agrees(desk)
    assert desk.fund.paid == Decimal("1500.00")


@race
def test_control_without_locks_only_the_ledger_stops_the_second_payment(locks_off):
    desk = Desk()
    line = desk.send(desk.claim(C.APPROVED))
    locks_off()
    results = settle_twice(desk, line)
    assert [type(error) for error in failures(results)] == [ledger.FundExhausted]
    assert agrees(desk)


@race
def test_payment_and_recovery_at_once_never_recover_more_than_was_paid():
    desk = Desk()
    claim = desk.claim(C.APPROVED)
    desk.settle(desk.send(claim), amount=Decimal("500.00"))
    line = desk.send(claim)
    results = at_once(
        lambda: desk.settle(line),
        *[lambda: desk.recover(claim, "1000.00") for _ in range(3)],
    )
    claim.refresh_from_db()
    assert claim.status == C.PAID
    assert {type(error) for error in failures(results)} == {TransitionNotAllowed}
    recovered = desk.fund.entries.filter(kind=EntryKind.RECOVER).count()
    assert recovered <= 1
    assert agrees(desk)
    assert desk.fund.paid == 1500 - 1000 * recovered


def recover_twice(desk) -> tuple[SubsidyClaim, list]:
    """From a claim of 400, beside another of 1,100 on the same membership."""
    first = desk.decide("approve", desk.claim(C.VERIFIED), amount=Decimal("400.00"))
    desk.decide("settle", first)
    desk.membership.refresh_from_db()
    desk.claim(C.PAID)
    first.refresh_from_db()
    return first, [lambda: desk.recover(first, "400.00")] * 2


@race
def test_what_was_paid_is_recovered_once():
    desk = Desk()
    claim, calls = recover_twice(desk)
    assert [type(error) for error in failures(at_once(*calls))] == [TransitionNotAllowed]
    assert payments.recoverable(claim) == 0
    assert agrees(desk)


@race
def test_control_without_locks_more_is_recovered_than_was_paid(locks_off):
    desk = Desk()
    claim, calls = recover_twice(desk)
    locks_off((ledger, "recover"))
    assert not failures(at_once(*calls))
    assert payments.recoverable(claim) == Decimal("-400.00")


def batch_twice(desk, claim) -> list:
    return at_once(*[lambda: desk.batch([claim])] * 2)


@race
def test_claim_goes_into_one_of_two_batches():
    desk = Desk()
    claim = desk.claim(C.APPROVED)
    rate()
    results = batch_twice(desk, claim)
    assert [type(error) for error in failures(results)] == [TransitionNotAllowed]
    assert (PaymentBatch.objects.count(), PaymentLine.objects.count()) == (1, 1)


@race
def test_control_without_the_lock_only_the_constraint_stops_the_second_batch(
    locks_off, monkeypatch
):
    desk = Desk()
    claim = desk.claim(C.APPROVED)
    rate()
    numbers = iter([1, 2])  # the sequence's own row would make the second wait
    monkeypatch.setattr(payments, "next_number", lambda name: next(numbers))
    locks_off((payments, "require_four_eyes"))
    results = batch_twice(desk, claim)
    assert [type(error) for error in failures(results)] == [IntegrityError]


# --- Asking ----------------------------------------------------------------------------------------


@race
def test_claim_that_is_asked_for_twice_at_once_is_one_claim():
    desk = Desk()
    desk.bring(M.PAID)
    key = uuid.uuid4()
    results = at_once(*[lambda: desk.ask(key=key)] * 4)
    assert not failures(results)
    assert len({claim.pk for claim in results}) == 1
    assert SubsidyClaim.objects.get().documents.count() == 2


@race
def test_control_without_locks_only_the_constraint_stops_the_second_claim(locks_off):
    desk = Desk()
    desk.bring(M.PAID)
    key = uuid.uuid4()
    locks_off((claims, "next_number"))
    results = at_once(*[lambda: desk.ask(key=key)] * 2)
    assert [type(error) for error in failures(results)] == [IntegrityError]


@race
def test_correction_and_rejection_at_once_do_not_wait_for_each_other():
    desk = Desk()
    claim = desk.claim(C.RETURNED)
    results = at_once(
        lambda: desk.decide("resubmit", claim),
        lambda: desk.decide("reject", claim),
        lambda: desk.step("cancel"),
    )
    assert {type(error) for error in failures(results)} <= {TransitionNotAllowed}
    claim.refresh_from_db()
    assert claim.status == C.REJECTED
    assert agrees(desk)


# --- The calendar, twice -----------------------------------------------------------------------------


@race
def test_two_sweeps_at_once_offer_one_renewal():
    desk = Desk()
    desk.bring(M.ACTIVE)
    day = desk.membership.ends_on
    results = at_once(*[lambda: life.offer_renewals(day)] * 2)
    assert sorted(results) == [0, 1]
    assert Membership.objects.count() == 2


@race
def test_two_sweeps_at_once_release_what_was_not_asked_for_once():
    desk = Desk()
    desk.bring(M.PAID)
    day = desk.membership.claim_by + datetime.timedelta(days=1)
    assert sorted(at_once(*[lambda: claims.release_unclaimed(day)] * 2)) == [0, 1]
    assert agrees(desk)


def remind_twice(desk) -> list:
    day = desk.membership.reply_by - datetime.timedelta(days=7)
    Email.objects.all().delete()
    return at_once(*[lambda: reminders.remind(day)] * 2)


@race
def test_two_sweeps_at_once_mail_nothing_twice():
    desk = Desk()
    assert sorted(remind_twice(desk)) == [0, 1]
    assert Email.objects.count() == 1


@race
def test_control_without_the_notice_two_sweeps_mail_twice(monkeypatch):
    desk = Desk()
    monkeypatch.setattr(reminders, "first_time", lambda key: True)
    assert remind_twice(desk) == [1, 1]
    assert Email.objects.count() == 2


@race
def test_audit_sees_no_difference_while_money_moves():
    desk = Desk("60000.00")
    files = [factories.application("in_review") for _ in range(6)]
    approvals = [
        lambda file=file: factories.move(file, "approve", actor=file.assigned_to) for file in files
    ]
    results = at_once(*approvals, *[lambda: audit.differences(desk.fund) for _ in range(4)])
    assert not failures(results)
    assert results[6:] == [[]] * 4


# --- Revoke and cancel ----------------------------------------------------------------------------


@race
def test_membership_cancelled_while_its_company_is_revoked_waits_and_is_refused(monkeypatch):
    desk = Desk()
    desk.bring(M.RENEWAL_OFFERED)
    suspended = factories.move(desk.membership.application, "suspend", actor=desk.boss)
    one_is_cancelled = threading.Event()

    def cancel_slowly(membership, **values):
        cancelled = life.cancel_membership(membership, **values)
        one_is_cancelled.set()
        time.sleep(0.5)  # the other has its chance to lock its membership, and to want the fund
        return cancelled

    def cancel():
        one_is_cancelled.wait(20)
        return desk.step("cancel")

    monkeypatch.setattr("memberships.receivers.cancel_membership", cancel_slowly)
    revoked, cancelled = at_once(
        lambda: factories.move(suspended, "revoke", actor=desk.boss), cancel
    )
    assert not failures([revoked])
    assert isinstance(cancelled, TransitionNotAllowed)
    assert not Membership.objects.exclude(status=M.CANCELLED).exists()
    assert agrees(desk)
