"""The manager's pages: promotions, funds, the pavilion's settings."""

import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from memberships.models import FundEntry, PromotionPeriod, SubsidyFund
from memberships.services.promotions import OVERLAP
from pavilion.models import Pavilion, WaitingBuyer
from tests import factories


@pytest.fixture
def boss(db):
    return factories.manager()


@pytest.fixture
def desk(boss) -> Client:
    client = Client()
    client.force_login(boss)
    return client


def page(model: str, pk: int) -> str:
    return reverse(f"admin:{model}_change", args=[pk])


def button(model: str, pk: int, name: str) -> str:
    return reverse(f"admin:{model}_move", args=[pk, name])


def inline(name: str) -> dict[str, str]:
    return {f"{name}-{part}_FORMS": "0" for part in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}


def confirm(desk: Client, here: str):
    """Look at the effect of a move, then confirm it."""
    answer = desk.get(here)
    effect = answer.context["form"].effect if answer.context else None
    return desk.post(here, {"effect_seen": effect.digest if effect else ""}, follow=True)


INLINES = inline("transitions") | inline("log")
PROMOTION = {
    "name_es": "Mitad de precio", "name_en": "Half price", "name_zh_hans": "", "notes": "",
    "percentage": "50", "starts_on": "2017-11-01", "ends_on": "2018-03-31",
    "earned_by": "acceptance",
}  # fmt: skip


FUND = {
    "name": "Otro", "fiscal_year": "2018", "starts_on": "2018-01-01", "ends_on": "2018-12-31",
    "share_percent": "80", "cap_per_company": "900", "eligible_sizes": ["micro"],
    "reply_days": "30", "claim_days": "90", "required_documents": ["invoice", "payment"],
    "legal_basis": "", "source_url": "dof.gob.mx", "change_reason": "Acuerdo del comité",
}  # fmt: skip


def test_promotion_is_proposed_and_confirmed(desk, boss):
    data = PROMOTION | INLINES | {"plan": factories.plan().pk, "status": "confirmed"}
    desk.post(reverse("admin:memberships_promotionperiod_add"), data)
    promotion = PromotionPeriod.objects.get()
    assert promotion.status == "proposed"  # the status is in no form
    confirm(desk, button("memberships_promotionperiod", promotion.pk, "confirm"))
    promotion.refresh_from_db()
    assert promotion.status == "confirmed"
    assert promotion.transitions.get().actor == boss


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "2017-10-31"}, "__all__"),
        ({"percentage": "101"}, "percentage"),
        ({"percentage": "-1"}, "percentage"),
        ({"percentage": "NaN"}, "percentage"),
        ({"starts_on": "31/02/2018"}, "starts_on"),
    ],
)
def test_promotion_is_refused_beside_its_field(desk, changes, field):
    data = PROMOTION | INLINES | {"plan": factories.plan().pk} | changes
    answer = desk.post(reverse("admin:memberships_promotionperiod_add"), data)
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert not PromotionPeriod.objects.exists()


def test_promotion_that_was_promised_is_not_changed(desk):
    promotion = factories.promotion()
    data = PROMOTION | INLINES | {"percentage": "10", "notes": "Oficio 12"}
    desk.post(page("memberships_promotionperiod", promotion.pk), data)
    promotion.refresh_from_db()
    assert (promotion.percentage, promotion.notes) == (Decimal("50.00"), "Oficio 12")


def test_promotions_that_overlap_are_refused_in_words(desk):
    factories.promotion()
    other = factories.promotion("negotiating")
    answer = desk.post(button("memberships_promotionperiod", other.pk, "confirm"), follow=True)
    assert [str(message) for message in answer.context["messages"]] == [str(OVERLAP)]


def test_money_is_allocated_with_a_reason(desk, boss):
    fund = factories.fund("0")
    here = reverse("admin:memberships_subsidyfund_allocate", args=[fund.pk])
    assert desk.get(here).status_code == 200
    form = {"amount": "1234.56", "reason": "Decreto", "key": str(uuid.uuid4())}
    answer = desk.post(here, form)
    assert desk.post(here, form).url == answer.url  # a second click allocates nothing
    assert answer.url == page("memberships_subsidyfund", fund.pk)
    fund.refresh_from_db()
    assert fund.available == Decimal("1234.56")
    assert (fund.entries.get().actor, fund.entries.get().reason) == (boss, "Decreto")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "0"), ("amount", "-5"), ("amount", "0.001"), ("amount", "NaN"),
        ("amount", "1e20"), ("amount", ""), ("reason", ""), ("reason", "x" * 301),
    ],
)  # fmt: skip
def test_allocation_is_refused_beside_its_field(desk, field, value):
    fund = factories.fund("0")
    here = reverse("admin:memberships_subsidyfund_allocate", args=[fund.pk])
    answer = desk.post(here, {"amount": "5", "reason": "Decreto"} | {field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not FundEntry.objects.exists()


def test_totals_of_a_fund_are_in_no_form(desk):
    fund = factories.fund("100.00")
    here = page("memberships_subsidyfund", fund.pk)
    answer = desk.post(here, FUND | {"budget": "999", "available": "999", "reserved": "999"})
    seen = {"effect_seen": answer.context["effect"].digest}
    assert desk.post(here, FUND | seen | {"available": "999"}).status_code == 302
    fund.refresh_from_db()
    assert (fund.name, fund.eligible_sizes) == ("Otro", ["micro"])
    assert fund.source_url == "https://dof.gob.mx"
    assert (fund.budget, fund.available, fund.reserved) == (Decimal("100.00"), 100, 0)


def test_fund_of_an_unknown_size_is_refused(desk):
    fund = factories.fund("0")
    here = page("memberships_subsidyfund", fund.pk)
    answer = desk.post(here, FUND | {"eligible_sizes": ["large"]})
    assert "eligible_sizes" in answer.context["adminform"].form.errors
    assert SubsidyFund.objects.get().name == fund.name


def test_threshold_is_set_on_the_page_of_the_pavilion(desk):
    answer = desk.get(reverse("admin:pavilion_pavilion_changelist"))
    assert answer.url == page("pavilion_pavilion", 1)
    data = inline("transitions")
    desk.post(answer.url, data | {"threshold": "50", "status": "open"})
    assert Pavilion.objects.get().threshold == 50
    assert Pavilion.objects.get().status == "waiting"


@pytest.mark.parametrize("value", ["0", "-1", "10001", "", "x"])
def test_threshold_out_of_range_is_refused(desk, value):
    answer = desk.post(page("pavilion_pavilion", 1), inline("transitions") | {"threshold": value})
    assert "threshold" in answer.context["adminform"].form.errors
    assert Pavilion.objects.get().threshold == 100


def test_threshold_lowered_on_the_page_opens_the_pavilion(desk, boss):
    factories.application("approved")
    desk.post(page("pavilion_pavilion", 1), inline("transitions") | {"threshold": "1"})
    assert Pavilion.objects.get().is_open
    closing = {"close-reason_code": "content", "close-reason_text": "Fotos equivocadas"}
    assert desk.post(button("pavilion_pavilion", 1, "close"), {}).status_code == 422
    desk.post(button("pavilion_pavilion", 1, "close"), closing)
    assert Pavilion.objects.get().status == "closed"
    desk.post(button("pavilion_pavilion", 1, "reopen"))
    assert Pavilion.objects.get().is_open


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_waiting_buyers_takes_the_same_queries_for_one_row_and_for_three(
    desk, rows, django_assert_num_queries
):
    for number in range(rows):
        WaitingBuyer.objects.create(email=f"a{number}@x.example", interest=factories.category())
    desk.get(reverse("admin:pavilion_waitingbuyer_changelist"))
    with django_assert_num_queries(8):
        desk.get(reverse("admin:pavilion_waitingbuyer_changelist"))
