"""May goods enter the market? The table of rules, and how it is kept."""

import dataclasses
import datetime

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.periods import Period
from exporters.enums import MarketAccess
from exporters.market_access import market_access, rule_for
from exporters.models import MarketAccessRule
from tests import factories

DAY = datetime.date(2018, 8, 24)
ONE_DAY = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Rule:
    hs_prefix: str
    state: str
    access: str
    period: Period


digits = st.text("01", min_size=2, max_size=6)
days = st.dates(DAY - 3 * ONE_DAY, DAY + 3 * ONE_DAY)
rules = st.builds(
    lambda prefix, state, access, start, end: Rule(
        prefix, state, access, Period(start, max(start, end) if end else None)
    ),
    digits,
    st.sampled_from(["", "14", "16"]),
    st.sampled_from(MarketAccess.values),
    days,
    st.none() | days,
)
codes = st.text("01", min_size=6, max_size=6)


def fits(rule, code, state) -> bool:
    starts, ends = rule.period.starts_on, rule.period.ends_on
    in_time = starts <= DAY and (ends is None or ends >= DAY)
    return code.startswith(rule.hs_prefix) and rule.state in ("", state) and in_time


@given(codes, st.sampled_from(["14", "16", "09"]), st.lists(rules, max_size=8))
def test_rule_fits_and_no_other_says_more(code, state, table):
    rule = rule_for(code, state, DAY, table)
    fitting = [other for other in table if fits(other, code, state)]
    assert (rule is None) == (not fitting)
    if rule:
        assert rule in fitting
        assert len(rule.hs_prefix) == max(len(other.hs_prefix) for other in fitting)
        rivals = [other for other in fitting if other.hs_prefix == rule.hs_prefix]
        assert bool(rule.state) == any(other.state for other in rivals)
        rivals = [other for other in rivals if other.state == rule.state]
        assert rule.period.starts_on == max(other.period.starts_on for other in rivals)


@given(codes, st.lists(rules, max_size=8))
def test_access_is_that_of_the_rule_and_silence_means_verify(code, table):
    rule = rule_for(code, "14", DAY, table)
    expected = rule.access if rule else "verify"
    assert market_access(code, "14", DAY, table) == expected
    assert market_access(f"{code[:4]}.{code[4:]}", "14", DAY, table) == expected


@given(codes, st.lists(rules, max_size=8), st.randoms(use_true_random=False))
def test_order_of_the_table_does_not_matter(code, table, random):
    shuffled = random.sample(table, len(table))
    first, second = rule_for(code, "14", DAY, table), rule_for(code, "14", DAY, shuffled)
    weight = lambda rule: rule and (rule.hs_prefix, rule.state, rule.period.starts_on)  # noqa: E731
    assert weight(first) == weight(second)


def test_first_and_last_day_count():
    rule = Rule("0804", "", "open", Period(DAY, DAY + ONE_DAY))
    found = [rule_for("080440", "16", DAY + n * ONE_DAY, [rule]) for n in (-1, 0, 1, 2)]
    assert found == [None, rule, rule, None]


@pytest.mark.parametrize(
    ("code", "state", "day", "access"),
    [
        ("0804.40", "16", DAY, "open"),  # avocado of Michoacán
        ("0804.40", "14", DAY, "closed"),  # of Jalisco, not yet
        ("0804.50", "16", DAY, "closed"),  # mango
        ("0810.40", "16", datetime.date(2020, 5, 13), "closed"),  # blueberries
        ("0810.40", "16", datetime.date(2020, 5, 14), "open"),
        ("2208.90", "14", DAY, "open"),  # tequila
        ("6403.91", "11", DAY, "verify"),  # boots: the table is silent
    ],
)
def test_rules_that_the_portal_starts_with(db, code, state, day, access):
    assert market_access(code, state, day, MarketAccessRule.objects.all()) == access


# --- Keeping the table -----------------------------------------------------------------------

ADD = reverse("admin:exporters_marketaccessrule_add")


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def rule_form(**changes) -> dict:
    return {
        "hs_prefix": "6403",
        "state": "",
        "access": "open",
        "valid_from": "2018-08-01",
        "valid_to": "",
        "requirement_es": "Etiqueta en chino.",
        "requirement_en": "A Chinese label.",
        "requirement_zh_hans": "中文标签。",
        "source_url": "https://customs.example/boots",
    } | changes


def test_coordinator_adds_a_rule_and_its_history_is_kept(db):
    person = factories.coordinator()
    assert signed_in(person).post(ADD, rule_form()).status_code == 302
    rule = MarketAccessRule.objects.get(hs_prefix="6403")
    assert rule.requirement_en == "A Chinese label."
    assert rule.history.get().history_user == person


@pytest.mark.parametrize(
    "changes",
    [
        {"hs_prefix": "64.03"},
        {"hs_prefix": "6"},
        {"valid_to": "2018-07-31"},
        {"access": "perhaps"},
        {"source_url": ""},
        {"requirement_es": "a\u202eb"},
        {"hs_prefix": "080450", "valid_from": "2014-09-23"},  # there already
    ],
)
def test_rule_that_cannot_be_is_refused_in_words(db, changes):
    before = MarketAccessRule.objects.count()
    answer = signed_in(factories.coordinator()).post(ADD, rule_form(**changes))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert MarketAccessRule.objects.count() == before


def test_rule_is_never_deleted_and_read_only_staff_restore_no_version(db):
    rule = MarketAccessRule.objects.get(hs_prefix="080450")
    rule.save()
    old = rule.history.get()
    rule.access = "open"
    rule.save()
    delete = reverse("admin:exporters_marketaccessrule_delete", args=[rule.pk])
    assert signed_in(factories.superuser()).post(delete, {"post": "yes"}).status_code == 403
    version = reverse(
        "admin:exporters_marketaccessrule_simple_history", args=[rule.pk, old.history_id]
    )
    for role in (factories.auditor, factories.finance):
        client = signed_in(role())
        assert client.get(version).status_code == 200
        assert client.post(version).status_code == 403
    rule.refresh_from_db()
    assert rule.access == "open"


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_rules_takes_the_same_queries(db, rows, django_assert_num_queries):
    keep = MarketAccessRule.objects.values_list("pk", flat=True)[:rows]
    MarketAccessRule.objects.exclude(pk__in=list(keep)).delete()
    client = signed_in(factories.auditor())
    client.get(reverse("admin:exporters_marketaccessrule_changelist"))
    with django_assert_num_queries(6):
        assert client.get(reverse("admin:exporters_marketaccessrule_changelist")).status_code == 200


@pytest.mark.parametrize("key", ["x", "9" * 30, "%FF", "%E2%80%AE", "²"])
def test_history_of_what_does_not_exist_is_not_found(db, key):
    client = Client()
    client.force_login(factories.superuser())
    pk = MarketAccessRule.objects.earliest("pk").pk
    changelist = reverse("admin:exporters_marketaccessrule_changelist")
    for page in (f"{key}/history/", f"{pk}/history/{key}/"):
        assert client.get(changelist + page).status_code == 404
