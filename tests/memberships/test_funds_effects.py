"""The effect of a change is shown before it is made; frozen prices stay as they are."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.workflow import TransitionNotAllowed
from memberships import effects, firms
from memberships.admin.promotion import effect_of_move
from memberships.enums import PromotionStatus as S
from memberships.models import FundEntry, Membership, Plan, PlanFee, SubsidyFund
from memberships.services.prices import price_on
from memberships.services.promotions import OVERLAP, preview_move
from tests import factories
from tests.money import Desk

DAY = datetime.date
FUND = {
    "name": "Fondo 2018", "fiscal_year": "2018", "starts_on": "2018-01-01",
    "ends_on": "2018-12-31", "share_percent": "100", "cap_per_company": "1500.00",
    "eligible_sizes": ["micro", "small", "medium"], "eligible_states": [], "reply_days": "30",
    "claim_days": "90", "required_documents": ["invoice", "payment"], "legal_basis": "DOF",
    "source_url": "", "change_reason": "Acuerdo 7 del comité",
}  # fmt: skip


@pytest.fixture(autouse=True)
def summer():
    with time_machine.travel("2018-08-24 18:00Z", tick=False):
        yield


@pytest.fixture
def fund(db):
    days = {"starts_on": DAY(2018, 1, 1), "ends_on": DAY(2018, 12, 31)}
    return factories.fund(name="Fondo 2018", **days)


@pytest.fixture
def desk(db) -> Client:
    client = Client()
    client.force_login(factories.manager())
    return client


def page(row) -> str:
    return reverse(f"admin:memberships_{row._meta.model_name}_change", args=[row.pk])


def move_page(promotion, name: str) -> str:
    return reverse("admin:memberships_promotionperiod_move", args=[promotion.pk, name])


def effect_of_fund(fund, **changes) -> effects.Effect:
    before = effects.rulebook()
    changed = SubsidyFund.objects.get(pk=fund.pk)
    for name, value in changes.items():
        setattr(changed, name, value)
    days = effects.days_of(changed.starts_on, changed.ends_on)
    return effects.effect(before, before.with_fund(changed), days)


# --- What it would do ----------------------------------------------------------------------------


def test_lower_cap_changes_who_waits_and_leaves_offers_alone(fund):
    factories.application("approved")
    for status in ("submitted", "in_review", "changes_requested"):
        factories.application(status)
    factories.application("draft")
    found = effect_of_fund(fund, cap_per_company=Decimal(1000))
    assert (found.open_offers, found.open_reserved) == (1, 1500)
    waiting = found.applications
    assert (waiting.count, waiting.changed, waiting.is_capped) == (3, 3, False)
    assert (waiting.support_before, waiting.support_after) == (4500, 3000)
    assert (waiting.share_before, waiting.share_after) == (4500, 6000)
    assert found.anyone.after.breakdown.company_share == 2000
    assert found.day == DAY(2018, 8, 24)
    assert [example.after.breakdown.subsidy for example in waiting.examples] == [1000] * 3
    (cover,) = found.covers
    assert (cover.fund, cover.needed, cover.available, cover.short) == (fund, 3000, 8500, 0)


def test_effect_says_what_the_fund_does_not_cover(db):
    fund = factories.fund("1000.00")
    for _ in range(2):
        factories.application("submitted")
    (cover,) = effect_of_fund(fund, cap_per_company=Decimal(900)).covers
    assert (cover.needed, cover.available, cover.short) == (1800, 1000, 800)


def test_rules_of_states_and_sizes_change_whom_they_are_about(fund):
    factories.application("submitted")  # small, of state 16
    other = factories.company(state="31", employees=4, annual_sales_mxn=Decimal(1_300_000))
    factories.application("submitted", company=other)
    by_state = effect_of_fund(fund, eligible_states=["31"]).applications
    by_size = effect_of_fund(fund, eligible_sizes=["small"]).applications
    assert [example.firm.name for example in by_size.examples] == [other.trade_name]
    assert (by_state.changed, by_size.changed) == (1, 1)
    assert (by_state.support_before, by_state.support_after) == (1500, 0)


def test_effect_is_priced_on_the_first_day_on_which_a_price_changes(fund):
    factories.application("submitted")
    found = effect_of_fund(fund, starts_on=DAY(2018, 1, 1), ends_on=DAY(2018, 9, 30))
    assert found.day == DAY(2018, 10, 1)
    assert (found.applications.support_before, found.applications.support_after) == (1500, 0)


def test_change_without_effect_says_so(fund):
    factories.application("submitted")
    found = effect_of_fund(fund, cap_per_company=Decimal(1500))
    assert (found.applications.changed, found.renewals.changed) == (0, 0)
    assert (found.applications.support_before, found.day) == (0, DAY(2018, 8, 24))


def test_last_day_of_time_is_no_end(fund):
    assert effect_of_fund(fund, ends_on=DAY.max).applications.changed == 0
    assert effects.days_of(DAY(2018, 1, 1), DAY.max) == [DAY(2018, 1, 1)]


def test_renewals_are_priced_on_the_day_of_their_offer(db):
    desk = Desk(ends_on=DAY(2019, 12, 31), starts_on=DAY(2018, 1, 1))
    desk.bring("active")
    ends_on = desk.membership.ends_on
    factories.fund(starts_on=DAY(2019, 1, 1), ends_on=DAY(2020, 12, 31), name="Siguiente")
    next_fund = SubsidyFund.objects.get(name="Siguiente")
    with time_machine.travel(ends_on - datetime.timedelta(days=100), tick=False):
        found = effect_of_fund(next_fund, cap_per_company=Decimal(700)).renewals
        assert (found.count, found.changed) == (1, 1)
        assert (found.support_before, found.support_after) == (1500, 700)
        offered = ends_on - datetime.timedelta(days=60)
        assert found.examples[0].after.day == offered
    with time_machine.travel(ends_on - datetime.timedelta(days=121), tick=False):
        assert effect_of_fund(next_fund, cap_per_company=Decimal(700)).renewals.count == 0


@pytest.mark.parametrize("earned_by", ["acceptance", "submission"])
def test_prices_of_the_effect_are_those_of_the_offers(fund, earned_by):
    """What many firms are priced by at once is what each of them would be offered."""
    promotion = factories.promotion(
        earned_by=earned_by, starts_on=DAY(2018, 8, 1), ends_on=DAY(2018, 8, 24)
    )
    factories.fund("500.00", eligible_states=["31"], cap_per_company=Decimal(200))
    rows = [factories.application("submitted")]
    other = factories.company(state="31", employees=4, annual_sales_mxn=Decimal(1_300_000))
    rows.append(factories.application("in_review", company=other))
    with time_machine.travel("2018-08-26 18:00Z", tick=False):
        rows.append(factories.application("submitted"))
        today = timezone.localdate()
        pricer = effects.Pricer(effects.rulebook())
        found, _more = firms.waiting_firms()
        assert [firm.application for firm in found] == [row.pk for row in rows]
        for firm, row in zip(found, rows, strict=True):
            assert pricer.on(today, firm) == price_on(today, row.company, application=row)
        assert pricer.on(today) == price_on(today)
        by_hand = {pricer.on(today, firm).promotion for firm in found}
    assert by_hand == ({None} if earned_by == "acceptance" else {None, promotion})


def test_firms_are_priced_up_to_a_limit_and_the_page_says_so(fund, monkeypatch):
    monkeypatch.setattr(firms, "MOST", 2)
    for _ in range(3):
        factories.application("submitted")
    found = effect_of_fund(fund, cap_per_company=Decimal(1000)).applications
    assert (found.count, found.is_capped) == (2, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_effect_takes_the_same_queries_for_one_firm_and_for_three(
    fund, rows, django_assert_num_queries
):
    for _ in range(rows):
        factories.application("submitted")
        desk = Desk()
        desk.bring("active")
    with django_assert_num_queries(3):
        before = effects.rulebook()
    with django_assert_num_queries(5):
        effects.effect(before, before.with_fees([]), [DAY(2019, 1, 1)])


# --- The form of a fund --------------------------------------------------------------------------


def test_fund_is_changed_only_after_its_effect_was_seen(desk, fund):
    factories.application("submitted")
    data = FUND | {"cap_per_company": "1000"}
    answer = desk.post(page(fund), data)
    assert answer.status_code == 422
    effect = answer.context["effect"]
    assert effect.applications.changed == 1
    assert f'value="{effect.digest}"' in answer.content.decode()
    fund.refresh_from_db()
    assert fund.cap_per_company == 1500
    assert fund.history.count() == 1
    assert desk.post(page(fund), data | {"effect_seen": effect.digest}).status_code == 302
    fund.refresh_from_db()
    assert fund.cap_per_company == 1000
    version = fund.history.first()
    assert (version.history_change_reason, version.cap_per_company) == (FUND["change_reason"], 1000)
    assert Membership.objects.count() == 0


def test_effect_that_changed_meanwhile_is_shown_again(desk, fund):
    factories.application("submitted")
    data = FUND | {"cap_per_company": "1000"}
    seen = {"effect_seen": desk.post(page(fund), data).context["effect"].digest}
    factories.application("submitted")  # one more waits by now
    again = desk.post(page(fund), data | seen)
    assert again.status_code == 422
    assert again.context["effect"].applications.changed == 2
    fund.refresh_from_db()
    assert fund.cap_per_company == 1500
    # So is that of other figures than those that were seen.
    seen = {"effect_seen": again.context["effect"].digest}
    assert desk.post(page(fund), data | seen | {"cap_per_company": "900"}).status_code == 422


@pytest.mark.parametrize("digest", ["", "x" * 20, "\x00", "é" * 300])
def test_invented_digest_confirms_nothing(desk, fund, digest):
    data = FUND | {"cap_per_company": "1000", "effect_seen": digest}
    assert desk.post(page(fund), data).status_code == 422
    fund.refresh_from_db()
    assert fund.cap_per_company == 1500


def test_change_of_words_needs_no_effect(desk, fund):
    assert desk.post(page(fund), FUND | {"legal_basis": "DOF 2018-01-02"}).status_code == 302
    fund.refresh_from_db()
    assert fund.legal_basis == "DOF 2018-01-02"


def test_effect_waits_until_the_form_is_in_order(desk, fund):
    answer = desk.post(page(fund), FUND | {"cap_per_company": "1000", "change_reason": ""})
    assert answer.context["effect"] is None
    assert "change_reason" in answer.context["adminform"].form.errors


def test_saving_the_rules_leaves_the_money_that_moved_meanwhile(desk, fund, monkeypatch):
    """An approval between the reading of the page and its saving keeps its reservation."""
    from memberships.admin import fund as module

    def slow(*args, **kwargs):
        factories.application("approved")
        return save(*args, **kwargs)

    save = module.save_rules
    monkeypatch.setattr(module, "save_rules", slow)
    desk.post(page(fund), FUND | {"legal_basis": "Otra"})
    fund.refresh_from_db()
    assert (fund.legal_basis, fund.reserved, fund.available) == ("Otra", 1500, 8500)
    assert FundEntry.objects.count() == 2


# --- Moves of a promotion ------------------------------------------------------------------------


def autumn(status=S.NEGOTIATING, **fields):
    days = {"starts_on": DAY(2018, 10, 1), "ends_on": DAY(2018, 12, 31)}
    return factories.promotion(status, **days | fields)


def test_confirming_shows_the_price_of_the_first_day(desk, fund):
    factories.application("submitted")
    promotion = autumn(percentage=Decimal(80))
    answer = desk.get(move_page(promotion, "confirm"))
    effect = answer.context["form"].effect
    assert effect.day == DAY(2018, 10, 1)
    assert (effect.applications.share_before, effect.applications.share_after) == (1500, 0)
    assert (effect.applications.support_before, effect.applications.support_after) == (1500, 600)
    promotion.refresh_from_db()
    assert promotion.status == S.NEGOTIATING
    assert not promotion.transitions.exists()


@pytest.mark.parametrize(
    ("name", "status", "starts_on", "day"),
    [
        ("confirm", S.PROPOSED, DAY(2018, 10, 1), DAY(2018, 10, 1)),
        ("call_off", S.CONFIRMED, DAY(2018, 10, 1), DAY(2018, 10, 1)),
        ("end", S.CONFIRMED, DAY(2018, 8, 1), DAY(2018, 8, 24)),
    ],
)
def test_move_that_changes_prices_needs_its_effect_seen(desk, fund, name, status, starts_on, day):
    promotion = autumn(status, starts_on=starts_on)
    here = move_page(promotion, name)
    answer = desk.post(here)
    assert answer.status_code == 422
    assert answer.context["form"].effect.day == day
    promotion.refresh_from_db()
    assert promotion.status == status
    seen = {"effect_seen": answer.context["form"].effect.digest}
    assert desk.post(here, seen).status_code == 302
    assert promotion.transitions.get().transition == name
    again = desk.post(here, seen, follow=True)  # a second click
    assert "promotionperiod" in again.redirect_chain[0][0]
    assert promotion.transitions.count() == 1


def test_stale_effect_of_a_move_is_shown_again(desk, fund):
    promotion = autumn()
    seen = {"effect_seen": desk.get(move_page(promotion, "confirm")).context["form"].effect.digest}
    factories.application("submitted")
    answer = desk.post(move_page(promotion, "confirm"), seen)
    assert answer.status_code == 422
    assert answer.context["form"].effect.applications.changed == 1
    promotion.refresh_from_db()
    assert promotion.status == S.NEGOTIATING


def test_overlap_is_refused_in_the_same_words_before_and_after_the_effect(desk, fund):
    promotion = autumn()
    seen = {"effect_seen": desk.get(move_page(promotion, "confirm")).context["form"].effect.digest}
    autumn(S.CONFIRMED)
    for answer in (
        desk.get(move_page(promotion, "confirm"), follow=True),
        desk.post(move_page(promotion, "confirm"), seen, follow=True),
    ):
        assert [str(message) for message in answer.context["messages"]] == [str(OVERLAP)]
    assert not promotion.transitions.exists()


def test_preview_stores_nothing_and_refuses_like_the_move(db):
    promotion, boss = autumn(S.CONFIRMED), factories.manager()
    assert preview_move(promotion, "call_off", actor=boss).status == S.REJECTED
    with pytest.raises(TransitionNotAllowed):
        preview_move(promotion, "end", actor=boss)
    with pytest.raises(TransitionNotAllowed):
        effect_of_move(promotion, "call_off", actor=factories.coordinator())
    promotion.refresh_from_db()
    assert promotion.status == S.CONFIRMED
    assert not promotion.transitions.exists()


def test_promotion_that_runs_is_ended_and_one_to_come_is_called_off(desk):
    def buttons(promotion):
        moves = desk.get(page(promotion)).context["legal_moves"]
        return [move.transition.name for move in moves]

    assert buttons(autumn(S.CONFIRMED)) == ["call_off"]
    assert buttons(factories.promotion()) == ["end"]
    assert buttons(autumn(S.NEGOTIATING)) == ["confirm", "reject"]


# --- List fees -----------------------------------------------------------------------------------


def fees(plan: Plan, *rows: tuple, **more) -> dict:
    """The form of a plan with its stored fees and those of `rows`: amount, first and last day."""
    stored = list(plan.fees.order_by("-valid_from"))
    data = {
        "name_es": plan.name_es, "name_en": plan.name_en, "name_zh_hans": plan.name_zh_hans,
        "benefits_es": "", "benefits_en": "", "benefits_zh_hans": "", "is_offered": "on",
        "source_url": plan.source_url, "change_reason": "Lista nueva", "fees-TOTAL_FORMS": str(len(rows)),
        "fees-INITIAL_FORMS": str(len(stored)), "fees-MIN_NUM_FORMS": "0",
        "fees-MAX_NUM_FORMS": "1000",
    }  # fmt: skip
    for number, (amount, first, last) in enumerate(rows):
        start = f"fees-{number}-"
        key = str(stored[number].pk) if number < len(stored) else ""
        values = {"id": key, "plan": str(plan.pk), "amount": amount, "valid_from": first}
        data |= {start + name: value for name, value in values.items()}
        data |= {f"{start}valid_to": last, f"{start}source_url": ""}
    return data | more


OLD = ("3000", "2017-09-06", "2018-12-31")
NEW = ("3600", "2019-01-01", "")


def test_new_list_fee_shows_its_effect_first(desk, fund):
    factories.application("submitted")
    plan = factories.plan()
    answer = desk.post(page(plan), fees(plan, OLD, NEW))
    assert answer.status_code == 422
    effect = answer.context["effect"]
    assert effect.day == DAY(2019, 1, 1)
    assert (effect.applications.share_before, effect.applications.share_after) == (3000, 3600)
    assert PlanFee.objects.get().valid_to is None
    seen = {"effect_seen": effect.digest}
    assert desk.post(page(plan), fees(plan, OLD, NEW, **seen)).status_code == 302
    assert [str(fee.amount) for fee in plan.fees.all()] == ["3600.00", "3000.00"]
    versions = PlanFee.history.order_by("-history_id")
    reasons = versions.values_list("history_change_reason", flat=True)
    assert list(reasons[:2]) == ["Lista nueva"] * 2
    assert not plan.history.filter(history_type="~").exists()


def test_fee_that_would_overlap_is_explained_beside_its_last_day(desk, english):
    plan = factories.plan()
    answer = desk.post(page(plan), fees(plan, ("3000", "2017-09-06", ""), NEW))
    formset = answer.context["inline_admin_formsets"][0].formset
    (text,) = formset.forms[0].errors["valid_to"]
    assert "Enter Dec. 31, 2018 as the last day of this one." in text
    assert answer.context["effect"] is None
    assert plan.fees.count() == 1


def test_day_without_a_fee_is_warned_of(desk, english):
    plan = factories.plan()
    data = fees(plan, ("3000", "2017-09-06", "2018-12-29"), NEW)
    answer = desk.post(page(plan), data)
    seen = {"effect_seen": answer.context["effect"].digest}
    answer = desk.post(page(plan), data | seen, follow=True)
    texts = [str(message) for message in answer.context["messages"]]
    assert "No list fee counts from Dec. 30, 2018 to Dec. 31, 2018" in texts[0]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (("-1", "2017-09-06", ""), "amount"), (("NaN", "2017-09-06", ""), "amount"),
        (("", "2017-09-06", ""), "amount"), (("3000", "", ""), "valid_from"),
        (("3000", "2017-09-06", "2017-09-05"), "__all__"),
    ],
)  # fmt: skip
def test_fee_is_refused_beside_its_field(desk, row, field):
    plan = factories.plan()
    answer = desk.post(page(plan), fees(plan, row))
    formset = answer.context["inline_admin_formsets"][0].formset
    assert field in formset.forms[0].errors
    assert str(plan.fees.get().amount) == "3000.00"


def test_plan_that_is_no_longer_offered_leaves_firms_without_a_price(desk, fund):
    factories.application("submitted")
    plan = factories.plan()
    row = ("3000", "2017-09-06", "")
    answer = desk.post(page(plan), fees(plan, row) | {"is_offered": ""})
    effect = answer.context["effect"]
    assert (effect.applications.unpriced, effect.anyone.after) == (1, None)
    plan.refresh_from_db()
    assert plan.is_offered


def test_text_of_a_plan_needs_no_effect(desk):
    plan = factories.plan()
    data = fees(plan, ("3000", "2017-09-06", "")) | {"benefits_es": "Vitrina"}
    assert desk.post(page(plan), data).status_code == 302
    plan.refresh_from_db()
    assert plan.benefits_es == "Vitrina"


def test_reason_is_asked_for(desk, fund):
    plan = factories.plan()
    for here, data in ((page(plan), fees(plan, OLD)), (page(fund), FUND)):
        answer = desk.post(here, data | {"change_reason": ""})
        assert "change_reason" in answer.context["adminform"].form.errors
