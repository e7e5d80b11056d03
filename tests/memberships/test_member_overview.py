"""What comes next in a membership, and what its company is shown: every status of it."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from memberships.company_timeline import CLAIM_STEPS, MEMBERSHIP_STEPS
from memberships.enums import ClaimReason
from memberships.enums import ClaimStatus as C
from memberships.enums import MembershipStatus as M
from memberships.models import Membership
from memberships.next_step import Step
from memberships.overview import cards, overview, shares
from memberships.pricing import Breakdown
from memberships.services import claims, life, offers
from memberships.workflow import CLAIM, MEMBERSHIP
from tests import factories
from tests.money import REASON, Desk

DAY = datetime.timedelta(days=1)


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


def on(day: datetime.date):
    """At noon of that day."""
    noon = datetime.datetime.combine(day, datetime.time(12), timezone.get_current_timezone())
    return time_machine.travel(noon, tick=False)


def seen(desk, membership=None):
    return overview(Membership.objects.get(pk=(membership or desk.membership).pk))


# With the support still to be asked for; the last day to act.
STEPS = {
    M.OFFERED: (Step.ACCEPT, "reply_by"),
    M.ACCEPTED: (Step.PAY, "pay_by"),
    M.REPORTED: (Step.CHECK_PROOF, None),
    M.PAID: (Step.CLAIM, "claim_by"),
    M.ACTIVE: (Step.CLAIM, "claim_by"),
    M.RENEWAL_OFFERED: (Step.CLAIM, "claim_by"),
    M.RENEWED: (Step.CLAIM, "claim_by"),
    M.LAPSED: (Step.CLAIM, "claim_by"),
    M.DECLINED: (Step.ENDED, None),
    M.EXPIRED: (Step.ENDED, None),
    M.CANCELLED: (Step.ENDED, None),
}


@pytest.mark.parametrize("status", M)
def test_each_status_has_its_next_step_and_its_day(desk, status):
    membership = desk.bring(status)
    code, day = STEPS[status]
    step = seen(desk).step
    assert (step.code, step.until) == (code, day and getattr(membership, day))


# Once the support is paid: what remains is the year itself.
REST = {
    M.PAID: Step.ACTIVATE,
    M.ACTIVE: Step.RUNNING,
    M.RENEWAL_OFFERED: Step.RENEW,
    M.RENEWED: Step.ENDED,
    M.LAPSED: Step.ENDED,
}


@pytest.mark.parametrize("status", REST)
def test_each_status_with_its_support_paid_has_its_next_step(desk, status):
    desk.bring(status)
    desk.claim(C.PAID)
    assert seen(desk).step.code == REST[status]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (C.REQUESTED, Step.CHECK_CLAIM), (C.VERIFIED, Step.CHECK_CLAIM),
        (C.APPROVED, Step.PAYOUT), (C.RETURNED, Step.CORRECT), (C.REJECTED, Step.ACTIVATE),
        (C.PAID, Step.ACTIVATE),
    ],
)  # fmt: skip
def test_each_status_of_a_claim_has_its_next_step(desk, status, code):
    desk.claim(status)
    assert seen(desk).step.code == code


def test_offer_past_its_day_is_no_longer_offered(desk):
    with on(desk.membership.reply_by + DAY):
        view = seen(desk)
    assert view.step.code == Step.MISSED
    assert view.came_to_nothing
    assert not view.step.is_due


def test_payment_past_its_day_may_still_be_reported_and_is_late(desk):
    membership = desk.bring(M.ACCEPTED)
    with on(membership.pay_by):
        assert not seen(desk).step.is_late
    with on(membership.pay_by + DAY):
        view = seen(desk)
    assert view.step.is_late
    assert view.may_report


def test_membership_without_anything_to_pay_asks_for_the_confirmation(db):
    today = timezone.localdate()
    factories.promotion(percentage=Decimal(100), starts_on=today, ends_on=today)
    desk = Desk()
    desk.bring(M.ACCEPTED)
    view = seen(desk)
    assert view.step.code == Step.SHOW
    assert view.may_report


def test_claim_may_be_made_until_its_last_day_and_not_after(desk):
    membership = desk.bring(M.PAID)
    with on(membership.claim_by):
        assert seen(desk).may_claim
    with on(membership.claim_by + DAY):
        assert seen(desk).step.code == Step.ACTIVATE


def test_returned_claim_may_be_corrected_after_the_deadline(desk):
    desk.claim(C.RETURNED)
    with on(desk.membership.claim_by + DAY):
        view = seen(desk)
    assert view.step.code == Step.CORRECT
    assert view.step.until is None
    assert (view.claims[0].reason.label, view.claims[0].reason.text) == (
        str(ClaimReason.DOCUMENT.label),
        REASON["reason_text"],
    )


def test_rest_of_a_claim_that_was_cut_may_be_asked_for(desk):
    claim = desk.decide("approve", desk.claim(C.VERIFIED), amount=Decimal("1000.00"))
    desk.settle(desk.send(claim))
    view = seen(desk)
    assert view.step.code == Step.CLAIM
    assert (view.support.set_aside, view.support.paid) == (Decimal("500.00"), Decimal("1000.00"))
    assert view.open_claim is None


def test_renewal_is_decided_until_its_day_and_then_forgotten(desk):
    desk.bring(M.RENEWAL_OFFERED)
    desk.claim(C.PAID)
    renewal = desk.membership.renewals.get()
    view = seen(desk)
    assert (view.step.code, view.step.until, view.renewal) == (
        Step.RENEW, renewal.reply_by, renewal,
    )  # fmt: skip
    with on(renewal.reply_by + DAY):
        assert seen(desk).step.code == Step.RUNNING
    life.accept_offer(renewal, actor=desk.owner)
    assert seen(desk).step.code == Step.RENEWING
    life.cancel_membership(renewal, actor=desk.boss, reason="No pagó")
    view = seen(desk)
    assert (view.step.code, view.renewal) == (Step.RUNNING, None)


def test_history_has_every_year_and_leads_from_a_lost_offer_to_the_newer(desk):
    desk.bring(M.EXPIRED)
    newer = offers.offer_again(desk.membership, actor=desk.boss)
    view = seen(desk)
    assert [row.pk for row in view.years] == [newer.pk, desk.membership.pk]
    assert view.newer == newer
    assert seen(desk, newer).newer is None


def test_proof_that_came_back_says_why_until_another_is_sent(desk):
    desk.bring(M.REPORTED)
    desk.step("return_proof")
    assert seen(desk).returned.text == REASON["reason_text"]
    desk.step("report")
    view = seen(desk)
    assert view.returned is None
    assert len(view.proofs) == 2


# --- Money -----------------------------------------------------------------------------------


def whole(view) -> bool:
    s = view.support
    return s.promised == s.set_aside + s.granted + s.paid + s.gone_back


@pytest.mark.parametrize("status", M)
def test_support_is_accounted_for_to_the_cent_in_each_status(desk, status):
    desk.bring(status)
    view = seen(desk)
    assert whole(view)
    assert (view.cost_so_far is None) == (desk.membership.paid_on is None)


def test_support_is_accounted_for_after_a_part_payment_a_recovery_and_a_release(desk):
    claim = desk.decide("approve", desk.claim(C.VERIFIED), amount=Decimal("1000.10"))
    desk.settle(desk.send(claim), amount=Decimal("400.05"))
    desk.recover(claim, "100.01")
    view = seen(desk)
    assert whole(view)
    assert view.support.kept == Decimal("300.04")
    assert view.cost_so_far == Decimal("2699.96")
    assert [entry.reason for entry in view.recoveries] == ["Otro apoyo por lo mismo"]
    desk.step("cancel")
    view = seen(desk)
    assert whole(view)
    assert view.support.gone_back == Decimal("1099.95")
    desk.membership.refresh_from_db()
    assert desk.membership.paid_out == view.support.kept


@pytest.mark.parametrize(
    ("promotion", "support"), [("0", "0"), ("1500", "1500"), ("999.99", "0.01"), ("0", "3000")]
)
def test_shares_of_the_bar_are_the_whole_fee_without_gaps(promotion, support):
    fee, promotion, support = Decimal("3000.00"), Decimal(promotion), Decimal(support)
    found = shares(Breakdown(fee, promotion, support, fee - promotion - support, support))
    assert sum(share.amount for share in found) == fee
    assert sum(share.width for share in found) == 100
    assert [share.start for share in found] == [0, found[0].width, found[0].width + found[1].width]


def test_shares_of_nothing_are_nothing():
    none = Decimal("0.00")
    assert {share.width for share in shares(Breakdown(none, none, none, none, none))} == {0}


# --- What happened ---------------------------------------------------------------------------


def test_every_step_of_the_workflows_has_words_for_the_company():
    assert set(MEMBERSHIP_STEPS) == set(MEMBERSHIP.by_name)
    assert set(CLAIM_STEPS) == set(CLAIM.by_name)


def test_timeline_names_the_team_alone_and_keeps_the_words_of_the_desk(desk, english):
    desk.bring(M.REPORTED)
    desk.membership = desk.step("return_proof")
    desk.membership = desk.step("report")
    desk.membership = desk.step("confirm_payment")
    claim = desk.claim(C.PAID)
    desk.recover(claim, "10.00")
    desk.step("cancel", reason="Interno: revisar con jurídico")
    events = seen(desk).events
    people = {event["who"] for event in events}
    assert people == {str(desk.owner), "Programme"}
    texts = " ".join(event["text"] for event in events)
    assert "Interno" not in texts
    assert REASON["reason_text"] in texts
    titles = [event["title"] for event in events]
    assert "The treasury paid you US$1,500.00" in titles
    assert "You paid US$10.00 of support back" in titles
    assert titles[-1] == "We made you an offer"
    assert [e["when"] for e in events] == sorted((e["when"] for e in events), reverse=True)


# --- Cards -----------------------------------------------------------------------------------


def chosen(desk) -> list[tuple]:
    found = cards(Membership.objects.filter(company=desk.company)).get(desk.company.pk, [])
    return [(card.membership.pk, card.step.code) for card in found]


def test_card_shows_the_year_that_counts(desk):
    first = desk.bring(M.RENEWED)
    second = first.renewals.get()
    desk.claim(C.PAID)
    assert chosen(desk) == [(second.pk, Step.RUNNING)]


def test_cards_show_the_running_year_beside_what_is_due_in_another(desk):
    first = desk.bring(M.RENEWED)
    second = first.renewals.get()
    assert chosen(desk) == [(second.pk, Step.RUNNING), (first.pk, Step.CLAIM)]


def test_cards_show_each_year_in_which_something_is_due(desk):
    first = desk.bring(M.RENEWAL_OFFERED)
    renewal = first.renewals.get()
    assert chosen(desk) == [(renewal.pk, Step.ACCEPT), (first.pk, Step.CLAIM)]
    desk.claim(C.PAID)
    assert chosen(desk) == [(renewal.pk, Step.ACCEPT)]


def test_card_of_a_lost_offer_is_its_last(desk):
    desk.bring(M.DECLINED)
    assert chosen(desk) == [(desk.membership.pk, Step.ENDED)]


def test_company_without_an_offer_has_no_card(db):
    company = factories.company()
    assert cards(Membership.objects.filter(company=company)) == {}


def test_unclaimed_support_is_gone_from_the_page_with_its_day(desk):
    membership = desk.bring(M.ACTIVE)
    with on(membership.claim_by + DAY):
        claims.release_unclaimed(timezone.localdate())
        view = seen(desk)
    assert view.step.code == Step.RUNNING
    assert view.support.gone_back == membership.subsidy
