"""The manager's pages of money: funds and their ledger, promotions, the overview."""

import csv
import datetime
import io
from decimal import Decimal
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.periods import add_months
from memberships import audit, ledger
from memberships.enums import EntryKind
from memberships.enums import PromotionStatus as S
from memberships.models import FundEntry, PromotionNote, SubsidyFund
from memberships.money_overview import answer, fund_pictures, measured_approvals
from memberships.pace import MONTH, counted
from memberships.promotion_calendar import calendar
from memberships.services.offers import offer_again
from memberships.services.promotions import add_note
from tests import factories
from tests.money import Desk
from tests.races import at_once, failures, race

DAY = datetime.date
OVERVIEW = reverse("admin:memberships_subsidyfund_overview")
ENTRIES = reverse("admin:memberships_fundentry_changelist")
PROMOTIONS = reverse("admin:memberships_promotionperiod_changelist")
FUND = {
    "name": "Fondo", "fiscal_year": "2018", "starts_on": "2018-01-01", "ends_on": "2018-12-31",
    "share_percent": "100", "cap_per_company": "1500", "eligible_sizes": ["micro"],
    "eligible_states": ["09", "16"], "reply_days": "20", "claim_days": "60",
    "required_documents": ["invoice"], "legal_basis": "DOF", "source_url": "https://dof.gob.mx",
}  # fmt: skip
ADD = reverse("admin:memberships_subsidyfund_add")


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(db) -> Client:
    return client_of(factories.manager())


def page(row) -> str:
    return reverse(f"admin:memberships_{row._meta.model_name}_change", args=[row.pk])


def says(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


# --- Funds ---------------------------------------------------------------------------------------


def test_fund_is_made_with_all_its_rules(desk):
    assert desk.post(ADD, FUND).status_code == 302
    fund = SubsidyFund.objects.get()
    assert (fund.eligible_sizes, fund.eligible_states) == (["micro"], ["09", "16"])
    assert (fund.reply_days, fund.claim_days, fund.required_documents) == (20, 60, ["invoice"])
    assert (fund.budget, fund.available) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cap_per_company": "0"}, "cap_per_company"),
        ({"cap_per_company": "-1"}, "cap_per_company"),
        ({"cap_per_company": "NaN"}, "cap_per_company"),
        ({"share_percent": "0"}, "share_percent"),
        ({"share_percent": "100.01"}, "share_percent"),
        ({"fiscal_year": "1999"}, "fiscal_year"),
        ({"fiscal_year": "99999"}, "fiscal_year"),
        ({"ends_on": "2017-12-31"}, "ends_on"),
        ({"starts_on": "31/02/2018"}, "starts_on"),
        ({"eligible_sizes": []}, "eligible_sizes"),
        ({"eligible_states": ["33"]}, "eligible_states"),
        ({"required_documents": []}, "required_documents"),
        ({"required_documents": ["passport"]}, "required_documents"),
        ({"reply_days": "0"}, "reply_days"),
        ({"reply_days": "3651"}, "reply_days"),
        ({"claim_days": ""}, "claim_days"),
        ({"name": ""}, "name"),
        ({"legal_basis": "x" * 601}, "legal_basis"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
    ],
)
def test_fund_is_refused_beside_its_field(desk, changes, field):
    answer = desk.post(ADD, FUND | changes)
    assert field in answer.context["adminform"].form.errors
    assert not SubsidyFund.objects.exists()


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"fiscal_year": "2019"}, "The fiscal year is 2019, but no day of the fund is in it."),
        ({"ends_on": "2019-01-31"}, "The fund runs into another year than its fiscal year, 2018."),
        ({"legal_basis": ""}, "The legal basis is missing"),
        ({}, ""),
    ],
)
def test_fund_that_may_be_a_slip_is_stored_with_a_warning(desk, english, changes, text):
    texts = says(desk.post(ADD, FUND | changes, follow=True))
    assert SubsidyFund.objects.exists()
    assert text in texts[0]
    assert len(texts) == (2 if changes else 1)


def test_fund_page_shows_its_money_and_its_latest_movements(desk):
    fund = factories.fund("10000.00")
    boss = factories.manager()
    for number in range(55):
        ledger.allocate(fund, Decimal(1), actor=boss, reason=f"Oficio {number}")
    answer = desk.get(page(fund))
    assert len(answer.context["entries"]) == 50
    assert answer.context["entries"][0].reason == "Oficio 54"
    html = answer.content.decode()
    assert f"{ENTRIES}?fund__id__exact={fund.pk}" in html
    assert "Oficio 5<" in html
    assert "Oficio 4<" not in html


def test_fund_page_counts_what_was_recovered(desk):
    money = Desk()
    money.recover(money.claim("paid"), "300.00")
    answer = desk.get(page(money.fund))
    assert answer.context["recovered"] == 300
    assert (
        sum(part.amount for part in answer.context["money_parts"])
        == answer.context["original"].budget
    )


@pytest.mark.parametrize("entries", [1, 60])
def test_fund_page_takes_the_same_queries_however_many_entries(
    desk, entries, django_assert_num_queries
):
    fund = factories.fund("5000")
    boss = factories.manager()
    for _ in range(entries - 1):
        ledger.allocate(fund, Decimal(1), actor=boss, reason="Oficio")
    desk.get(page(fund))
    with django_assert_num_queries(8):
        desk.get(page(fund))


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_funds_takes_the_same_queries(desk, rows, django_assert_num_queries):
    for _ in range(rows):
        factories.fund()
    here = reverse("admin:memberships_subsidyfund_changelist")
    desk.get(here)
    with django_assert_num_queries(6):
        desk.get(here)


@pytest.mark.parametrize("role", ["coordinator", "finance", "auditor"])
def test_who_may_only_look_sees_the_fund_without_a_form(db, role):
    fund = factories.fund()
    client = client_of(getattr(factories, role)())
    answer = client.get(page(fund))
    assert answer.status_code == 200
    assert "_save" not in answer.content.decode()
    assert client.post(page(fund), FUND).status_code == 403


def test_history_of_a_fund_says_what_changed_and_why(desk):
    fund = factories.fund("0", name="Fondo", share_percent=Decimal(100))
    fund.history.all().delete()
    fund.save()
    data = FUND | {"change_reason": "Acuerdo 9"}
    digest = desk.post(page(fund), data).context["effect"].digest
    desk.post(page(fund), data | {"effect_seen": digest})
    answer = desk.get(reverse("admin:memberships_subsidyfund_history", args=[fund.pk]))
    version = answer.context["versions"][0]
    assert version.reason == "Acuerdo 9"
    changes = {change.label: (change.before, change.after) for change in version.changes}
    fields = SubsidyFund._meta
    states = str(fields.get_field("eligible_states").verbose_name)
    assert changes[states] == ("—", "Ciudad de México, Michoacán")
    documents = changes[str(fields.get_field("required_documents").verbose_name)]
    assert documents[0].count(",") == 1
    assert documents[1].count(",") == 0


@pytest.mark.parametrize("versions", [1, 4])
def test_history_takes_the_same_queries(desk, versions, django_assert_num_queries):
    fund = factories.fund("0")
    for number in range(versions):
        fund.name = f"Fondo {number}"
        fund.save()
    here = reverse("admin:memberships_subsidyfund_history", args=[fund.pk])
    desk.get(here)
    with django_assert_num_queries(6):
        desk.get(here)


# --- The ledger ----------------------------------------------------------------------------------


def test_ledger_is_listed_by_fund_and_movement(desk):
    one, other = factories.fund("10.00"), factories.fund("20.00")
    answer = desk.get(ENTRIES, {"fund__id__exact": one.pk})
    assert [entry.fund for entry in answer.context["cl"].result_list] == [one]
    answer = desk.get(ENTRIES, {"fund__id__exact": other.pk, "kind__exact": "reserve"})
    assert not answer.context["cl"].result_list


@pytest.mark.parametrize(
    "query", ["fund__id__exact=x", "fund__id__exact=" + "9" * 30, "kind__exact=x"]
)
def test_hostile_filter_of_the_ledger_breaks_nothing(desk, query):
    factories.fund("10.00")
    assert desk.get(f"{ENTRIES}?{query}", follow=True).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_ledger_takes_the_same_queries(desk, rows, django_assert_num_queries):
    for _ in range(rows):
        money = Desk()
        money.bring("paid")
    here = f"{ENTRIES}?fund__id__exact={money.fund.pk}"
    desk.get(here)
    with django_assert_num_queries(8):
        desk.get(here)


def test_ledger_is_written_nowhere(desk):
    fund = factories.fund("10.00")
    entry = fund.entries.get()
    assert desk.get(page(entry)).status_code == 200
    assert desk.post(page(entry), {"amount": "99"}).status_code == 403
    assert desk.get(reverse("admin:memberships_fundentry_add")).status_code == 403
    assert fund.entries.get().amount == 10


def test_ledger_downloads_whole_and_without_formulas(desk, caplog):
    money = Desk()
    money.claim("paid")
    boss = factories.manager()
    ledger.allocate(money.fund, Decimal("0.01"), actor=boss, reason="=1+1")
    caplog.set_level("INFO", logger="security")
    answer = desk.get(reverse("admin:memberships_fundentry_download", args=[money.fund.pk]))
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert len(head) == len(rows[0]) == 10
    assert len(rows) == money.fund.entries.count() == 5
    assert rows[1][3] == "1500.00"
    assert rows[1][5] == money.company.rfc
    assert rows[-1][-1] == "'=1+1"
    assert "ledger_downloaded" in caplog.text


def test_download_takes_the_same_queries(desk, django_assert_num_queries):
    fund = factories.fund("10.00")
    boss = factories.manager()
    here = reverse("admin:memberships_fundentry_download", args=[fund.pk])
    for _ in range(2):
        with django_assert_num_queries(5):
            b"".join(desk.get(here).streaming_content)
        ledger.allocate(fund, Decimal(1), actor=boss, reason="x")


# --- Promotions ----------------------------------------------------------------------------------


def note_page(promotion) -> str:
    return reverse("admin:memberships_promotionperiod_note", args=[promotion.pk])


def test_note_is_added_and_shown_with_its_day(desk):
    promotion = factories.promotion(S.NEGOTIATING)
    assert desk.get(note_page(promotion)).status_code == 200
    note = {"on": "2018-08-20", "text": "Piden <b>40 %</b>."}
    assert desk.post(note_page(promotion), note).url == page(promotion)
    assert desk.post(note_page(promotion), note).url == page(promotion)  # a second click
    assert PromotionNote.objects.get().on == DAY(2018, 8, 20)
    assert "Piden &lt;b&gt;40 %&lt;/b&gt;." in desk.get(page(promotion)).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"), ({"text": "  "}, "text"), ({"text": "x" * 2001}, "text"),
        ({"text": "a\u202eb"}, "text"), ({"on": ""}, "on"), ({"on": "2999-01-01"}, "on"),
        ({"on": "x"}, "on"),
    ],
)  # fmt: skip
def test_note_is_refused_beside_its_field(desk, changes, field):
    promotion = factories.promotion(S.NEGOTIATING)
    answer = desk.post(note_page(promotion), {"on": "2018-08-20", "text": "Sí"} | changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not PromotionNote.objects.exists()


@race
def test_note_that_is_sent_twice_at_once_is_one():
    promotion, boss = factories.promotion(S.NEGOTIATING), factories.manager()
    sent = [lambda: add_note(promotion, "Sí", DAY(2018, 8, 20), boss)] * 5
    assert not failures(at_once(*sent))
    assert PromotionNote.objects.count() == 1


PROMOTION = {
    "name_es": "Otoño", "name_en": "", "name_zh_hans": "", "notes": "", "percentage": "50",
    "starts_on": "2018-10-01", "ends_on": "2018-12-31", "earned_by": "acceptance",
}  # fmt: skip


def inlines() -> dict[str, str]:
    parts = ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")
    return {f"{name}-{part}_FORMS": "0" for name in ("log", "transitions") for part in parts}


def test_promotion_renews_an_earlier_one_of_the_same_plan(desk):
    earlier = factories.promotion()
    here = reverse("admin:memberships_promotionperiod_add")
    data = PROMOTION | inlines() | {"plan": earlier.plan_id, "renewal_of": earlier.pk}
    assert desk.post(here, data).status_code == 302
    renewal = earlier.renewals.get()
    choices = desk.get(page(renewal)).context["adminform"].form.fields["renewal_of"].queryset
    assert list(choices) == [earlier]  # not itself


def test_promotion_renews_none_of_another_plan_and_none_that_is_later(desk):
    earlier = factories.promotion(starts_on=DAY(2018, 10, 1), ends_on=DAY(2018, 12, 31))
    plan = factories.Plan.objects.create(code="other", name="Other")
    here = reverse("admin:memberships_promotionperiod_add")
    for changes in ({"plan": plan.pk}, {"plan": earlier.plan_id}):
        data = PROMOTION | inlines() | {"renewal_of": earlier.pk} | changes
        answer = desk.post(here, data)
        assert "renewal_of" in answer.context["adminform"].form.errors


def test_confirmed_promotion_still_says_what_it_renews(desk):
    earlier = factories.promotion()
    later = factories.promotion(starts_on=DAY(2018, 4, 1), ends_on=DAY(2018, 6, 30))
    data = {
        "name_es": "X",
        "name_en": "",
        "name_zh_hans": "",
        "notes": "",
        "renewal_of": earlier.pk,
    }
    assert desk.post(page(later), data | inlines()).status_code == 302
    later.refresh_from_db()
    assert later.renewal_of == earlier


def test_calendar_shows_each_status_as_itself(desk):
    with time_machine.travel("2018-08-24 18:00Z", tick=False):
        rows = [factories.promotion(status, name_es=f"P-{status}") for status in S]
        answer = desk.get(PROMOTIONS)
        html = answer.content.decode()
        assert answer.context["calendar"].left_out == 0
    for row in rows:
        assert f"is-{row.status}" in html
        assert f'href="{page(row)}"' in html
        assert html.count(str(row.get_status_display())) >= 3  # on the bar, in the key, in the list
    assert html.count('fill="url(#not-confirmed)"') == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_promotions_takes_the_same_queries(desk, rows, django_assert_num_queries):
    for _ in range(rows):
        factories.promotion("proposed")
    desk.get(PROMOTIONS)
    with django_assert_num_queries(8):
        desk.get(PROMOTIONS)


def test_calendar_places_days_and_lanes(db):
    first = factories.promotion()
    second = factories.promotion(S.PROPOSED, starts_on=DAY(2018, 3, 1), ends_on=DAY(2018, 4, 30))
    third = factories.promotion(S.PROPOSED, starts_on=DAY(2018, 5, 1), ends_on=DAY(2018, 5, 31))
    old = factories.promotion(S.ENDED, starts_on=DAY(1, 1, 1), ends_on=DAY(1, 2, 1))
    endless = factories.promotion(S.PROPOSED, starts_on=DAY(2018, 6, 1), ends_on=DAY.max)
    found = calendar([first, second, third, old, endless], DAY(2018, 1, 1))
    (band,) = found.bands
    at = {bar.period: bar for bar in band.bars}
    assert old not in at
    assert found.left_out == 1
    assert at[first].y == at[third].y == at[endless].y < at[second].y
    assert at[first].x + at[first].width < at[third].x
    assert at[endless].x + at[endless].width == 100
    assert 0 < found.today < 100
    assert [month.first for month in found.months][:2] == [DAY(2016, 7, 1), DAY(2016, 8, 1)]


def test_calendar_without_periods_has_no_bands():
    assert calendar([], DAY(2018, 1, 1)).bands == ()


# --- The overview --------------------------------------------------------------------------------


def entry(fund, kind, amount, at: str) -> FundEntry:
    day = datetime.datetime.fromisoformat(f"{at}T12:00:00-06:00")
    return FundEntry.objects.create(fund=fund, kind=kind, amount=Decimal(amount), created_at=day)


def test_picture_of_a_fund_follows_its_entries(db):
    with time_machine.travel("2018-01-02 18:00Z", tick=False):
        fund = factories.fund("10000", starts_on=DAY(2018, 1, 1), ends_on=DAY(2018, 12, 31))
    entry(fund, EntryKind.RESERVE, "3000", "2018-02-10")
    entry(fund, EntryKind.RELEASE, "1000", "2018-04-30")
    entry(fund, EntryKind.RESERVE, "2000", "2018-05-01")
    entry(fund, EntryKind.RECOVER, "500", "2018-05-02")
    entry(fund, EntryKind.COMMIT, "700", "2018-05-02")
    fund.available = Decimal(6500)
    (picture,) = fund_pictures([fund], DAY(2018, 5, 20))
    assert [step.available for step in picture.steps] == [10_000, 7_000, 7_000, 8_000, 6_500]
    assert (picture.recovered, picture.net, picture.count, picture.window) == (500, 1000, 1, 56)
    assert picture.chart.top == 10_000
    assert picture.chart.line.startswith("0.00,100.00 0.00,0.00")
    assert picture.projection.a_day == Decimal(1000) / 56


def test_months_end_by_the_clock_of_the_agency(db):
    """At 23:30 of the last day in Mexico it is the next month in Greenwich."""
    fund = factories.fund("0", starts_on=DAY(2018, 1, 1), ends_on=DAY(2018, 12, 31))
    at = datetime.datetime(2018, 2, 1, 5, 30, tzinfo=datetime.UTC)
    FundEntry.objects.create(fund=fund, kind="allocate", amount=Decimal(5), created_at=at)
    (picture,) = fund_pictures([fund], DAY(2018, 2, 20))
    assert [step.allocated for step in picture.steps] == [5, 0]


def test_old_movements_are_the_opening(db):
    fund = factories.fund("0", starts_on=DAY(2010, 1, 1), ends_on=DAY(2019, 12, 31))
    entry(fund, EntryKind.ALLOCATE, "900", "2011-05-05")
    entry(fund, EntryKind.RESERVE, "100", "2018-01-05")
    (picture,) = fund_pictures([fund], DAY(2018, 5, 20))
    assert len(picture.steps) == 36
    assert (picture.steps[0].available, picture.steps[-1].available) == (900, 800)


def test_last_point_is_what_is_available_after_a_whole_life(db):
    money = Desk()
    money.recover(money.claim("paid"), "300.00")
    today = timezone.localdate()
    (picture,) = fund_pictures([SubsidyFund.objects.get()], today)
    assert picture.steps[-1].available == picture.fund.available
    assert picture.recovered == audit.totals(picture.fund)["budget"] - 9700


@pytest.mark.parametrize(("starts", "ends"), [(60, 90), (-400, -300), (-1, 1), (0, 0)])
def test_funds_of_any_days_have_a_picture(desk, starts, ends):
    today = timezone.localdate()
    shift = datetime.timedelta
    factories.fund("500", starts_on=today + shift(days=starts), ends_on=today + shift(days=ends))
    answer = desk.get(OVERVIEW)
    assert answer.status_code == 200
    assert answer.context["pictures"][0].steps


def test_overview_without_funds_says_so(desk):
    answer = desk.get(OVERVIEW)
    assert (answer.status_code, answer.context["form"]) == (200, None)


def test_scenario_of_the_address_is_answered(desk):
    money = Desk("100000", ends_on=timezone.localdate() + datetime.timedelta(days=400))
    asked = {"fund": money.fund.pk, "percent": "50", "months": "6", "approvals": "10"}
    found = desk.get(OVERVIEW, asked).context["answer"]
    assert (found.promoted.months[0].price.subsidy, found.percent) == (1500, 50)
    days = (add_months(timezone.localdate(), 6) - timezone.localdate()).days
    assert found.promoted.new.expected == round(10 / MONTH * days)
    assert found.promoted.cost.expected == found.promoted.new.expected * 1500
    assert found.promoted.new.low < found.promoted.new.expected < found.promoted.new.high
    usual = desk.get(OVERVIEW).context["answer"]
    assert (usual.fund, usual.months) == (money.fund, 6)
    assert usual.promoted.new.expected == round(Decimal(days) / 56)


def test_scenario_counts_the_firms_of_eight_weeks_once(db):
    day = timezone.localdate()
    money = Desk()
    assert measured_approvals(day) == 1
    money.bring("declined")
    offer_again(money.membership, actor=money.boss)
    assert measured_approvals(day) == 1
    assert measured_approvals(day + datetime.timedelta(days=55)) == 1
    assert measured_approvals(day + datetime.timedelta(days=56)) == 0


def test_scenario_counts_renewals_that_the_fund_may_support(db):
    money = Desk(starts_on=DAY(2018, 1, 1), ends_on=DAY(2099, 12, 31))
    money.bring("active")
    offered = money.membership.ends_on - datetime.timedelta(days=60)
    other = factories.fund("9000", starts_on=DAY(2018, 1, 1), ends_on=DAY(2099, 12, 31))
    before = offered - datetime.timedelta(days=70)
    pace = counted(0, 56)
    own = answer(money.fund, Decimal(50), 6, pace, before)
    new = answer(other, Decimal(50), 6, pace, before)
    assert (own.renewals_due, own.promoted.renewals) == (1, 0)  # it supported this firm already
    assert (new.renewals_due, new.promoted.renewals) == (1, 1)
    assert [item.month.renewals for item in new.promoted.months] == [0, 0, 1, 0, 0, 0]
    assert new.promoted.cost.expected == 1500
    assert answer(other, Decimal(50), 2, pace, before).renewals_due == 0
    other.eligible_states = ["31"]
    assert answer(other, Decimal(50), 6, pace, before).promoted.renewals == 0


def test_scenario_stops_at_the_last_day_of_the_fund(db):
    today = timezone.localdate()
    fund = factories.fund(ends_on=add_months(today, 2))
    found = answer(fund, Decimal(50), 12, counted(56, 56), today)
    assert len(found.promoted.months) == 3
    assert found.promoted.months[-1].month.days == 1
    assert found.promoted.new.expected == (fund.ends_on - today).days + 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("percent=101", "percent"), ("percent=-1", "percent"), ("percent=NaN", "percent"),
        ("percent=", "percent"), ("percent=1e9", "percent"), ("months=0", "months"),
        ("months=37", "months"), ("months=x", "months"), ("fund=0", "fund"), ("fund=x", "fund"),
        ("approvals=-1", "approvals"), ("approvals=99999", "approvals"),
        ("approvals=Infinity", "approvals"), ("months=" + "9" * 5000, "months"),
    ],
)  # fmt: skip
def test_bad_question_is_explained_beside_its_field(desk, query, field):
    factories.fund()
    answer = desk.get(f"{OVERVIEW}?{query}")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["answer"] is None
    assert answer.context["pictures"]


@pytest.mark.parametrize(("funds", "entries"), [(1, 1), (3, 1), (1, 1000)])
def test_overview_takes_the_same_queries(desk, funds, entries, django_assert_num_queries):
    rows = [factories.fund() for _ in range(funds)]
    FundEntry.objects.bulk_create(
        FundEntry(fund=rows[0], kind="release", amount=Decimal(1)) for _ in range(entries - 1)
    )
    desk.get(OVERVIEW)
    with django_assert_num_queries(10):
        assert desk.get(OVERVIEW).status_code == 200


@pytest.mark.parametrize(
    ("role", "status"),
    [("coordinator", 200), ("finance", 200), ("auditor", 200), ("manager", 200), ("exporter", 302)],
)
def test_overview_is_for_those_who_may_see_funds(db, role, status):
    factories.fund()
    client = client_of(getattr(factories, role)())
    assert client.get(OVERVIEW).status_code == status
    if status == 200:
        assert client.post(OVERVIEW).status_code == 405
        menu = [
            item for section in client.get("/admin/").context["desk_menu"] for item in section.items
        ]
        assert OVERVIEW in [item.url for item in menu]


def test_staff_without_a_role_see_no_money(db):
    client = client_of(factories.person(is_staff=True))
    assert client.get(OVERVIEW).status_code == 403
    assert client.get("/admin/").context["desk_menu"] == []


def test_rows_from_before_the_history_get_their_first_version(db):
    keep = import_module("memberships.migrations.0008_funds_first_versions").keep_first_versions
    fund = factories.fund("10.00", eligible_states=["09"])
    fund.history.all().delete()
    for _ in range(2):
        keep(apps, None)
    version = fund.history.get()
    assert (version.name, version.eligible_states, version.history_type) == (fund.name, ["09"], "+")
    assert factories.plan().fees.get().history.count() == 1
