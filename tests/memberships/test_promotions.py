import datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core.append_only import AppendOnlyError
from core.workflow import TransitionNotAllowed
from memberships.enums import PromotionStatus as S
from memberships.services.prices import price_on
from memberships.services.promotions import OVERLAP, add_note, end_past_promotions, move_promotion
from memberships.workflow import PROMOTION
from tests import factories
from tests.races import at_once, failures, race

DAY = datetime.date


@pytest.mark.parametrize("name", ["negotiate", "confirm", "reject", "end"])
@pytest.mark.parametrize("status", list(S))
def test_promotion_moves_only_as_the_table_says(db, name, status):
    promotion = factories.promotion(status)
    boss = factories.manager()
    if status in PROMOTION[name].sources:
        moved = move_promotion(promotion, name, actor=boss)
        promotion.refresh_from_db()
        assert promotion.status == moved.status == PROMOTION[name].target
        log = promotion.transitions.get()
        assert (log.transition, log.from_status, log.actor) == (name, status, boss)
    else:
        with pytest.raises(TransitionNotAllowed):
            move_promotion(promotion, name, actor=boss)
        assert not promotion.transitions.exists()


@pytest.mark.parametrize("role", ["coordinator", "finance", "auditor", "exporter"])
def test_promotion_is_decided_by_managers_only(db, role):
    with pytest.raises(TransitionNotAllowed):
        move_promotion(factories.promotion(S.PROPOSED), "confirm", actor=getattr(factories, role)())


@pytest.mark.parametrize("status", [S.PROPOSED, S.NEGOTIATING, S.ENDED])
def test_only_confirmed_promotions_count(db, status):
    factories.promotion(status)
    assert price_on(DAY(2018, 1, 15)).promotion is None


def test_confirmed_promotion_counts_on_its_first_and_last_day(db):
    promotion = factories.promotion()
    days = [DAY(2017, 10, 31), DAY(2017, 11, 1), DAY(2018, 3, 31), DAY(2018, 4, 1)]
    assert [price_on(day).promotion for day in days] == [None, promotion, promotion, None]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (DAY(2018, 3, 31), DAY(2018, 6, 30)),  # one day in common
        (DAY(2017, 1, 1), DAY(2017, 11, 1)),
        (DAY(2017, 12, 1), DAY(2017, 12, 31)),
        (DAY(2017, 1, 1), DAY(2019, 1, 1)),
    ],
)
def test_confirmed_promotions_of_a_plan_never_overlap(db, first, last):
    factories.promotion()
    other = factories.promotion(S.NEGOTIATING, starts_on=first, ends_on=last)
    with pytest.raises(TransitionNotAllowed) as refusal:
        move_promotion(other, "confirm", actor=factories.manager())
    assert str(refusal.value) == str(OVERLAP)
    other.refresh_from_db()
    assert other.status == S.NEGOTIATING
    assert not other.transitions.exists()


def test_confirmed_promotion_may_follow_the_other_the_next_day(db):
    factories.promotion()
    other = factories.promotion(S.NEGOTIATING, starts_on=DAY(2018, 4, 1), ends_on=DAY(2018, 6, 30))
    assert move_promotion(other, "confirm", actor=factories.manager()).status == S.CONFIRMED


def test_promotions_of_different_plans_may_overlap(db):
    factories.promotion()
    plan = factories.Plan.objects.create(code="other", name="Other")
    other = factories.promotion(S.NEGOTIATING, plan=plan)
    assert move_promotion(other, "confirm", actor=factories.manager()).status == S.CONFIRMED


def test_ended_promotion_keeps_what_was_promised_until_today(db):
    promotion = factories.promotion()
    with time_machine.travel("2018-01-15 18:00Z"):
        move_promotion(promotion, "end", actor=factories.manager())
    promotion.refresh_from_db()
    assert promotion.ends_on == DAY(2018, 1, 15)


def test_promotion_that_is_ended_late_keeps_its_last_day(db):
    promotion = factories.promotion()
    with time_machine.travel("2018-12-01 18:00Z"):
        move_promotion(promotion, "end", actor=factories.manager())
    promotion.refresh_from_db()
    assert promotion.ends_on == DAY(2018, 3, 31)


@pytest.mark.parametrize(
    ("day", "name", "refused"),
    [("2017-10-31", "call_off", "end"), ("2017-11-01", "end", "call_off")],
)
def test_promotion_is_called_off_before_its_first_day_and_ended_after(db, day, name, refused):
    promotion = factories.promotion()
    boss = factories.manager()
    with time_machine.travel(f"{day} 18:00Z"):
        with pytest.raises(TransitionNotAllowed):
            move_promotion(promotion, refused, actor=boss)
        moved = move_promotion(promotion, name, actor=boss)
    assert moved.status == PROMOTION[name].target
    assert promotion.transitions.get().transition == name


def test_past_promotions_are_ended_by_the_calendar(db):
    promotion = factories.promotion()
    assert end_past_promotions(DAY(2018, 3, 31)) == 0
    assert end_past_promotions(DAY(2018, 4, 1)) == 1
    assert end_past_promotions(DAY(2018, 4, 1)) == 0
    promotion.refresh_from_db()
    assert promotion.status == S.ENDED
    assert promotion.ends_on == DAY(2018, 3, 31)
    log = promotion.transitions.get()
    assert (log.transition, log.actor) == ("expire", None)


def test_history_of_a_promotion_keeps_what_was_changed(db):
    promotion = factories.promotion(S.PROPOSED)
    promotion.name_en = "Half price"
    promotion.save()
    assert [row.name_en for row in promotion.history.all()] == ["Half price", None]


def test_price_page_says_what_runs_what_ended_and_what_is_negotiated(client, db):
    with time_machine.travel("2018-08-24 18:00Z"):
        factories.promotion(S.ENDED)
        factories.promotion(S.NEGOTIATING, starts_on=DAY(2018, 10, 1), ends_on=DAY(2018, 12, 31))
        news = client.get(reverse("memberships:price")).context["promotions"]
    assert news["running"] is None
    assert news["ended"].ends_on == DAY(2018, 3, 31)
    assert news["negotiating"].starts_on == DAY(2018, 10, 1)


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="only PostgreSQL has exclusion constraints"
)
def test_confirmed_promotions_of_a_plan_do_not_overlap_even_past_the_service(db):
    factories.promotion()
    with (
        pytest.raises(IntegrityError, match="confirmed_promotions_of_a_plan_do_not_overlap"),
        transaction.atomic(),
    ):
        factories.promotion()


@race
def test_two_overlapping_promotions_confirmed_at_once_leave_one():
    boss = factories.manager()
    rows = [factories.promotion(S.NEGOTIATING) for _ in range(5)]
    results = at_once(*[lambda row=row: move_promotion(row, "confirm", actor=boss) for row in rows])
    assert {str(error) for error in failures(results)} == {str(OVERLAP)}
    assert len(failures(results)) == 4


# --- Notes of the negotiation ------------------------------------------------------------------


def test_note_says_what_was_said_when_and_by_whom(db):
    promotion, boss = factories.promotion(S.NEGOTIATING), factories.manager()
    note = add_note(promotion, "Piden 40 %.", DAY(2018, 8, 20), boss)
    assert (note.promotion, note.text, note.on, note.author) == (
        promotion, "Piden 40 %.", DAY(2018, 8, 20), boss,
    )  # fmt: skip
    note.text = "Piden 60 %."
    with pytest.raises(AppendOnlyError):
        note.save()


@pytest.mark.parametrize("text", ["", "  \n"])
def test_note_without_words_is_refused(db, text):
    with pytest.raises(TransitionNotAllowed):
        add_note(factories.promotion(), text, DAY(2018, 8, 20), factories.manager())


def test_note_of_a_day_to_come_is_refused(db):
    promotion, boss = factories.promotion(S.NEGOTIATING), factories.manager()
    with time_machine.travel("2018-08-24 18:00Z"):
        add_note(promotion, "Hoy", DAY(2018, 8, 24), boss)
        with pytest.raises(TransitionNotAllowed):
            add_note(promotion, "Mañana", DAY(2018, 8, 25), boss)


@pytest.mark.parametrize("role", ["coordinator", "finance", "auditor", "exporter"])
def test_note_is_written_by_managers_only(db, role):
    with pytest.raises(TransitionNotAllowed):
        add_note(factories.promotion(), "x", DAY(2018, 8, 20), getattr(factories, role)())
