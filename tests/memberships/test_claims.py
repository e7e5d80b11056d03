"""Every move of a claim for support: rows, log, mail, refusals, four eyes, deadlines."""

import datetime
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from post_office.models import Email

from core.workflow import TransitionNotAllowed
from memberships import audit
from memberships.enums import ClaimStatus as C
from memberships.enums import LineResult
from memberships.enums import MembershipStatus as M
from memberships.models import ClaimDocument, ClaimTransition, FundEntry, SubsidyClaim
from memberships.services import claims, decisions
from memberships.workflow import CLAIM
from tests import factories
from tests.money import Desk, papers

# name → from, whether the team is told, and the entries of the fund that follow.
HEARS = {
    "resubmit": (C.RETURNED, False, []),
    "verify": (C.REQUESTED, False, []),
    "approve": (C.VERIFIED, True, ["commit"]),
    "settle": (C.APPROVED, True, ["disburse"]),
    "return": (C.APPROVED, True, ["revert"]),
    "reject": (C.APPROVED, True, ["revert", "release"]),
    "void": (C.APPROVED, False, ["revert", "release"]),
    "close": (C.APPROVED, False, ["revert", "release"]),
}
MOVES = [name for name in HEARS if name not in ("void", "close")]
ACTORS = {"resubmit": "owner", "approve": "boss", "settle": "treasurer"}


@pytest.fixture
def desk(db) -> Desk:
    desk = Desk()
    factories.exporter(desk.company, role="editor")
    return desk


def team(desk) -> list[str]:
    return sorted(desk.company.team.values_list("user__email", flat=True))


def test_table_of_this_test_has_every_move():
    assert set(HEARS) == set(CLAIM.by_name)


@pytest.mark.parametrize("name", MOVES)
def test_move_changes_the_row_logs_it_and_tells_the_team(desk, name):
    status, told, kinds = HEARS[name]
    claim = desk.claim(status)
    Email.objects.all().delete()
    entries = desk.fund.entries.count()
    moved = desk.decide(name, claim)
    assert moved.status == CLAIM[name].target
    log = moved.transitions.last()
    assert (log.transition, log.from_status, log.to_status) == (name, status, moved.status)
    assert log.actor == getattr(desk, ACTORS.get(name, "clerk"))
    told_to = sorted(address for mail in Email.objects.all() for address in mail.to)
    assert told_to == (team(desk) if told else [])
    rows = desk.fund.entries.order_by("pk")[entries:]
    assert [(row.kind, row.amount, row.actor) for row in rows] == [
        (kind, Decimal("1500.00"), log.actor) for kind in kinds
    ]
    desk.fund.refresh_from_db()
    assert not audit.differences(desk.fund)


@pytest.mark.parametrize("status", C)
def test_moves_that_the_table_does_not_have_from_a_status_are_refused(db, status):
    desk = Desk()
    claim = desk.claim(status)
    Email.objects.all().delete()
    before = SubsidyClaim.objects.filter(pk=claim.pk).values().get()
    steps, entries = ClaimTransition.objects.count(), FundEntry.objects.count()
    for name in MOVES:
        if status not in CLAIM[name].sources:
            with pytest.raises(TransitionNotAllowed):
                desk.decide(name, claim)
    assert SubsidyClaim.objects.filter(pk=claim.pk).values().get() == before
    assert (ClaimTransition.objects.count(), FundEntry.objects.count()) == (steps, entries)
    assert not Email.objects.exists()


@pytest.mark.parametrize("name", ["verify", "approve", "return", "reject"])
def test_move_of_the_desk_needs_its_permission(desk, name):
    claim = desk.claim(HEARS[name][0])
    strangers = [desk.owner, desk.treasurer, factories.auditor()]
    strangers += [desk.clerk] if name == "approve" else []
    for stranger in strangers:
        with pytest.raises(TransitionNotAllowed):
            desk.decide(name, claim, actor=stranger)


@pytest.mark.parametrize("name", ["verify", "approve", "return", "reject"])
def test_nobody_decides_for_a_company_they_act_for(desk, name):
    claim = desk.claim(HEARS[name][0])
    actor = getattr(desk, ACTORS.get(name, "clerk"))
    desk.company.team.create(user=actor, role="editor")
    with pytest.raises(TransitionNotAllowed):
        desk.decide(name, claim)
    claim.refresh_from_db()
    assert claim.status == HEARS[name][0]


def test_who_verified_a_claim_does_not_approve_it(desk):
    claim = desk.decide("verify", desk.claim(), actor=desk.boss)
    with pytest.raises(TransitionNotAllowed):
        desk.decide("approve", claim)
    assert desk.decide("approve", claim, actor=factories.manager()).status == C.APPROVED


@pytest.mark.parametrize("name", ["return", "reject"])
def test_reason_is_given_in_words(desk, name):
    claim = desk.claim()
    for bad in ({"reason_code": ""}, {"reason_code": "nonsense"}, {"reason_text": " "}):
        with pytest.raises(TransitionNotAllowed):
            desk.decide(name, claim, **bad)


WHAT_FOLLOWS = {
    "approve": "memberships.notifications.claim_approved",
    "return": "memberships.notifications.claim_returned",
    "reject": "memberships.notifications.claim_rejected",
    "settle": "memberships.notifications.support_paid",
    "resubmit": "memberships.services.claims._store",
}


@pytest.mark.parametrize("name", WHAT_FOLLOWS)
def test_move_leaves_nothing_when_what_follows_from_it_fails(desk, name, monkeypatch):
    claim = desk.claim(HEARS[name][0])
    line = desk.send(claim) if name == "settle" else None
    before = SubsidyClaim.objects.filter(pk=claim.pk).values().get()
    counts = ClaimTransition.objects.count(), FundEntry.objects.count()

    def fail(*args, **kwargs):
        raise RuntimeError(name)

    monkeypatch.setattr(WHAT_FOLLOWS[name], fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        desk.settle(line) if line else desk.decide(name, claim)
    assert SubsidyClaim.objects.filter(pk=claim.pk).values().get() == before
    assert (ClaimTransition.objects.count(), FundEntry.objects.count()) == counts
    if line:
        line.refresh_from_db()
        assert line.result == LineResult.SENT
    desk.fund.refresh_from_db()
    assert not audit.differences(desk.fund)


# --- Asking ------------------------------------------------------------------------------------


def test_claim_is_asked_for_with_its_documents(desk):
    claim = desk.claim()
    assert claim.reference.startswith("AP-")
    assert (claim.amount, claim.requested_by) == (Decimal("1500.00"), desk.owner)
    assert sorted(claim.documents.values_list("kind", flat=True)) == ["invoice", "payment"]


def test_claim_that_is_sent_twice_is_stored_once(desk):
    desk.bring(M.PAID)
    key = uuid.uuid4()
    assert desk.ask(key=key) == desk.ask(key=key)
    assert (SubsidyClaim.objects.count(), ClaimDocument.objects.count()) == (1, 2)
    with pytest.raises(TransitionNotAllowed):  # another form
        desk.ask()


def test_fund_that_asks_for_no_documents_gets_a_claim_without(db):
    desk = Desk(required_documents=[])
    desk.bring(M.PAID)
    key = uuid.uuid4()
    assert desk.ask(uploads={}, key=key) == desk.ask(uploads={}, key=key)


@pytest.mark.parametrize(
    "values",
    [
        {"amount": "1500.01"},
        {"amount": "-1.00"},
        {"declares_no_double_funding": False},
        {"uploads": {"invoice": papers()["invoice"]}},
    ],
)
def test_claim_is_refused_with_its_reason(desk, values):
    desk.bring(M.PAID)
    with pytest.raises(TransitionNotAllowed):
        desk.ask(**values)
    assert not SubsidyClaim.objects.exists()
    assert not ClaimDocument.objects.exists()


@pytest.mark.parametrize("status", [status for status in M if status not in claims.CLAIMABLE])
def test_support_is_asked_for_once_the_fee_is_paid(db, status):
    desk = Desk()
    desk.bring(status)
    with pytest.raises(TransitionNotAllowed):
        desk.ask("100.00")


def at_noon(day: datetime.date):
    return time_machine.travel(datetime.datetime.combine(day, datetime.time(18), datetime.UTC))


def test_support_is_asked_for_until_the_deadline_day(desk):
    desk.bring(M.PAID)
    last = desk.membership.claim_by
    assert last == desk.membership.paid_on + datetime.timedelta(days=90)
    with at_noon(last + datetime.timedelta(days=1)), pytest.raises(TransitionNotAllowed):
        desk.ask()
    with at_noon(last):
        assert desk.ask().status == C.REQUESTED


def test_claim_that_was_asked_for_in_time_is_corrected_later(desk):
    claim = desk.claim(C.RETURNED)
    after = desk.membership.claim_by + datetime.timedelta(days=5)
    assert claims.release_unclaimed(after) == 0
    key = uuid.uuid4()
    with at_noon(after):
        assert desk.decide("resubmit", claim, key=key).status == C.REQUESTED
        assert desk.decide("resubmit", claim, key=key).status == C.REQUESTED  # the same click


def test_support_that_nobody_asked_for_goes_back_to_the_fund(desk):
    desk.bring(M.PAID)
    last = desk.membership.claim_by
    assert claims.release_unclaimed(last) == 0
    assert claims.release_unclaimed(last + datetime.timedelta(days=1)) == 1
    assert claims.release_unclaimed(last + datetime.timedelta(days=1)) == 0
    desk.fund.refresh_from_db()
    assert (desk.fund.reserved, desk.fund.available) == (0, Decimal("10000.00"))


def test_part_of_what_was_asked_is_approved_and_the_rest_asked_again(desk):
    claim = desk.claim(C.VERIFIED)
    with pytest.raises(TransitionNotAllowed):
        desk.decide("approve", claim, amount=Decimal("1500.01"))
    claim = desk.decide("approve", claim, amount=Decimal("900.10"))
    desk.decide("settle", claim)
    desk.membership.refresh_from_db()
    assert (desk.membership.reserved, desk.membership.paid_out) == (
        Decimal("599.90"), Decimal("900.10"),
    )  # fmt: skip
    assert desk.ask().amount == Decimal("599.90")


def test_open_claims_are_those_that_wait_for_the_agency(desk):
    claim = desk.claim()
    assert list(decisions.open_claims()) == [claim]
    desk.decide("return", claim)
    assert not decisions.open_claims().exists()


def test_deadline_is_unknown_before_the_payment(desk):
    assert desk.membership.claim_by is None
    assert timezone.localdate() < desk.bring(M.PAID).claim_by
