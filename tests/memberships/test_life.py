"""Every move of a membership: what it does, who hears of it, and when it is refused."""

import datetime
import uuid

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from post_office.models import Email

from core.workflow import TransitionNotAllowed
from memberships import audit
from memberships.enums import GIVEN_BACK_STATUSES, RUNNING_STATUSES
from memberships.enums import MembershipStatus as M
from memberships.models import Membership, MembershipTransition, PaymentProof
from memberships.services import life, offers
from memberships.workflow import MANAGE, MEMBERSHIP
from tests import factories
from tests.money import Desk, paper

DAY = datetime.date
# name → from, and whether the team is told of it.
HEARS = {
    "accept": (M.OFFERED, False),
    "decline": (M.OFFERED, False),
    "report": (M.ACCEPTED, False),
    "confirm_payment": (M.REPORTED, True),
    "return_proof": (M.REPORTED, True),
    "activate": (M.PAID, True),
    "cancel": (M.ACCEPTED, False),
    "expire": (M.OFFERED, True),
    "offer_renewal": (M.ACTIVE, True),
    "renew": (M.RENEWAL_OFFERED, True),
    "lapse": (M.ACTIVE, False),
}
BY_CALENDAR = {"expire", "offer_renewal", "lapse"}
BY_COMPANY = {"accept", "decline", "report"}


@pytest.fixture
def desk(db) -> Desk:
    desk = Desk()
    factories.exporter(desk.company, role="editor")
    factories.exporter(desk.company, is_active=False)  # left; hears nothing
    return desk


def team(desk) -> list[str]:
    people = desk.company.team.filter(user__is_active=True)
    return sorted(people.values_list("user__email", flat=True))


def actor_of(desk, name):
    if name in BY_CALENDAR:
        return None
    if name in BY_COMPANY:
        return desk.owner
    return desk.boss if name == "cancel" else desk.clerk


def test_table_of_this_test_has_every_move():
    assert set(HEARS) == set(MEMBERSHIP.by_name)


@pytest.mark.parametrize("name", [name for name in HEARS if name != "renew"])
def test_move_changes_the_row_logs_it_and_tells_the_team(desk, name):
    status, told = HEARS[name]
    desk.bring(status)
    Email.objects.all().delete()
    desk.step(name)
    stored = Membership.objects.get(pk=desk.membership.pk)
    assert stored.status == MEMBERSHIP[name].target
    log = stored.transitions.last()
    assert (log.transition, log.from_status, log.to_status) == (name, status, stored.status)
    assert log.actor == actor_of(desk, name)
    told_to = sorted(address for mail in Email.objects.all() for address in mail.to)
    assert told_to == (team(desk) if told else [])
    assert not audit.differences(stored.fund)
    desk.fund.refresh_from_db()
    given_back = stored.status in GIVEN_BACK_STATUSES
    assert (desk.fund.reserved, stored.reserved) == ((0, 0) if given_back else (1500, 1500))


def test_activation_of_the_renewal_renews_the_year_before(desk):
    desk.bring(M.RENEWED)
    old = desk.membership
    new = old.renewals.get()
    assert (old.status, new.status) == (M.RENEWED, M.ACTIVE)
    assert new.starts_on == old.ends_on + datetime.timedelta(days=1)
    assert new.subsidy == 0  # the same fund supports a company once


CALLS = {
    "accept": lambda d: life.accept_offer(d.membership, actor=d.owner),
    "decline": lambda d: life.decline_offer(d.membership, actor=d.owner),
    "report": lambda d: d.step("report"),
    "confirm_payment": lambda d: d.step("confirm_payment"),
    "return_proof": lambda d: d.step("return_proof"),
    "activate": lambda d: d.step(
        "activate",
        starts_on=(d.membership.renews or d.membership).ends_on or timezone.localdate(),
    ),
    "cancel": lambda d: d.step("cancel"),
    "offer_renewal": lambda d: life.offer_renewal(d.membership),
}


@pytest.mark.parametrize("status", M)
def test_moves_that_the_table_does_not_have_from_a_status_are_refused(db, status):
    desk = Desk()
    before = desk.bring(status)
    Email.objects.all().delete()
    row = Membership.objects.filter(pk=before.pk).values().get()
    steps, entries = before.transitions.count(), desk.fund.entries.count()
    calls = [call for name, call in CALLS.items() if status not in MEMBERSHIP[name].sources]
    for call in calls:
        with pytest.raises(TransitionNotAllowed):
            call(desk)
    far = timezone.localdate() + datetime.timedelta(days=3650)
    Membership.objects.exclude(pk=before.pk).update(reply_by=DAY(2999, 1, 1))
    if status not in MEMBERSHIP["expire"].sources:
        life.expire_offers(far)
    if status not in MEMBERSHIP["lapse"].sources:
        Membership.objects.exclude(pk=before.pk).filter(status__in=RUNNING_STATUSES).update(
            ends_on=DAY(2999, 1, 1)
        )
        life.lapse_memberships(far)
    assert Membership.objects.filter(pk=before.pk).values().get() == row
    assert before.transitions.count() == steps
    assert desk.fund.entries.count() == entries
    assert not Email.objects.exists()


@pytest.mark.parametrize("name", [t.name for t in MEMBERSHIP.transitions if t.permission])
def test_move_of_the_desk_needs_its_permission(desk, name):
    assert MEMBERSHIP[name].permission == MANAGE
    desk.bring(HEARS[name][0])
    for stranger in (desk.owner, factories.finance(), factories.auditor()):
        with pytest.raises(TransitionNotAllowed):
            desk.step(name, actor=stranger)


@pytest.mark.parametrize("name", ["confirm_payment", "activate"])
def test_nobody_handles_the_membership_of_a_company_they_act_for(desk, name):
    desk.bring(HEARS[name][0])
    desk.company.team.create(user=desk.clerk, role="editor")
    with pytest.raises(TransitionNotAllowed, match="team|equipo"):
        desk.step(name)


@pytest.mark.parametrize(("code", "text"), [("", "x"), ("document", "  "), ("nonsense", "x")])
def test_proof_is_returned_with_a_reason(desk, code, text):
    desk.bring(M.REPORTED)
    with pytest.raises(TransitionNotAllowed):
        desk.step("return_proof", reason_code=code, reason_text=text)


WHAT_FOLLOWS = {
    "decline": "memberships.ledger.release",
    "confirm_payment": "memberships.notifications.payment_confirmed",
    "return_proof": "memberships.notifications.proof_returned",
    "activate": "memberships.notifications.membership_active",
    "cancel": "memberships.ledger.release",
    "expire": "memberships.notifications.offer_expired",
    "offer_renewal": "memberships.notifications.membership_offered",
    "report": "memberships.services.life.PaymentProof.objects.create",
}


@pytest.mark.parametrize("name", WHAT_FOLLOWS)
def test_move_leaves_nothing_when_what_follows_from_it_fails(desk, name, monkeypatch):
    desk.bring(HEARS[name][0])
    row = Membership.objects.filter(pk=desk.membership.pk).values().get()
    steps = MembershipTransition.objects.count()

    def fail(*args, **kwargs):
        raise RuntimeError(name)

    monkeypatch.setattr(WHAT_FOLLOWS[name], fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        desk.step(name)
    assert Membership.objects.filter(pk=desk.membership.pk).values().get() == row
    assert MembershipTransition.objects.count() == steps
    assert not audit.differences(desk.membership.fund)


# --- Offer, payment ---------------------------------------------------------------------------


def test_offer_is_accepted_on_its_last_day_and_not_after(desk):
    noon = datetime.time(18)  # UTC
    last = desk.membership.reply_by
    late = datetime.datetime.combine(last + datetime.timedelta(days=1), noon, datetime.UTC)
    with time_machine.travel(late), pytest.raises(TransitionNotAllowed, match="expir|venc"):
        life.accept_offer(desk.membership, actor=desk.owner)
    life.expire_offers(last)
    with time_machine.travel(datetime.datetime.combine(last, noon, datetime.UTC)):
        accepted = life.accept_offer(desk.membership, actor=desk.owner)
    assert accepted.status == M.ACCEPTED
    assert accepted.pay_by == last + datetime.timedelta(days=30)
    assert accepted.accepted_by == desk.owner


def test_proof_that_is_sent_twice_is_stored_once(desk):
    desk.bring(M.ACCEPTED)
    key = uuid.uuid4()
    first = life.report_payment(
        desk.membership, paper(), paid_on=timezone.localdate(), actor=desk.owner, key=key
    )
    again = life.report_payment(
        desk.membership, paper(), paid_on=timezone.localdate(), actor=desk.owner, key=key
    )
    assert first == again
    assert desk.membership.transitions.filter(transition="report").count() == 1


@pytest.mark.parametrize("days", [-1, 1])
def test_payment_is_of_a_day_between_the_offer_and_today(desk, days):
    desk.bring(M.ACCEPTED)
    day = timezone.localdate() + datetime.timedelta(days=days)
    with pytest.raises(TransitionNotAllowed):
        desk.step("report", paid_on=day)
    assert not PaymentProof.objects.exists()


def test_payment_is_of_the_day_that_the_last_proof_says(desk):
    today = timezone.localdate()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3)):
        desk.bring(M.REPORTED)
        desk.step("report", paid_on=today)
        assert desk.step("confirm_payment").paid_on == today


def test_returned_proof_leaves_time_for_another(desk):
    desk.bring(M.REPORTED)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=29)):
        returned = desk.step("return_proof")
        assert returned.pay_by == timezone.localdate() + datetime.timedelta(days=10)


def test_company_gets_a_new_offer_after_one_that_expired(desk):
    desk.bring(M.EXPIRED)
    with pytest.raises(TransitionNotAllowed):
        offers.offer_again(desk.membership, actor=desk.owner)
    new = offers.offer_again(desk.membership, actor=desk.clerk)
    assert (new.status, new.subsidy, new.reserved) == (M.OFFERED, 1500, 1500)
    for row in (desk.membership, new):
        with pytest.raises(TransitionNotAllowed):
            offers.offer_again(row, actor=desk.clerk)


def test_renewal_that_expired_is_offered_again(desk):
    desk.bring(M.RENEWAL_OFFERED)
    renewal = desk.membership.renewals.get()
    desk.step("decline", renewal)
    renewal.refresh_from_db()
    again = offers.offer_again(renewal, actor=desk.clerk)
    assert again.renews == desk.membership
