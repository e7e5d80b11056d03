"""The public accounts ask the database as often for one beneficiary as for very many."""

import pytest
from django.test import Client
from django.urls import reverse

from core import memo
from exporters.models import Company
from memberships import audit
from memberships.models import FundEntry
from tests import factories
from tests.ledger_volume import NET, fill_fund

# Page: literal number of queries.
PAGES = {
    "/transparency/": 7,
    "/transparency/?state={state}": 9,
    "/transparency/?q=volumen": 9,
    "/transparency/?after=0": 7,
    "/transparency/programme/": 10,
    "/transparency/quarters/": 1,
    "/transparency/dictionary/": 0,
}
REPORT = 6
# Of the desk, for a manager: the same with few entries, see test_funds_desk.py.
FUND_PAGE = 8
LEDGER = 8
OVERVIEW = 10
DOWNLOAD = 4  # until the first 500 rows are there; the limit is counted in memory


def ask(django_assert_num_queries, address: str, count: int) -> None:
    memo.forget_all()
    with django_assert_num_queries(count):
        answer = Client().get(address)
    assert answer.status_code == 200


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_pages_take_the_same_queries(db, rows, django_assert_num_queries):
    fund = fill_fund(rows)
    assert audit.differences(fund) == []
    state = Company.objects.get(pk=fund.memberships.first().company_id).state
    for address, count in PAGES.items():
        ask(django_assert_num_queries, address.format(state=state), count)
    report = reverse("memberships:fund_report", args=[fund.pk])
    ask(django_assert_num_queries, report, REPORT)


@pytest.mark.parametrize("rows", [1, 3, 1000])
@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_file_begins_after_the_same_queries(db, rows, format, settings, django_assert_num_queries):
    settings.CACHES = settings.CACHES | {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    }
    fill_fund(rows)
    with django_assert_num_queries(DOWNLOAD):
        answer = Client().get(reverse("memberships:register_file", args=[format]))
        chunks = iter(answer.streaming_content)
        assert next(chunks)
        next(chunks)  # of an xlsx it may be empty: what is packed comes later
    b"".join(chunks)  # to its end: a stream that is left lying is closed at a bad moment


def test_a_hundred_thousand_entries_are_no_more_work_for_the_pages(db, django_assert_num_queries):
    fund = fill_fund(5000, taken_back=7)
    assert FundEntry.objects.count() == 100_001
    ask(django_assert_num_queries, "/transparency/", PAGES["/transparency/"])
    ask(django_assert_num_queries, reverse("memberships:fund_report", args=[fund.pk]), REPORT)
    assert Client().get("/transparency/").context["accounts"].net == 5000 * NET == fund.paid
    desk = Client()
    desk.force_login(factories.manager())
    entries = reverse("admin:memberships_fundentry_changelist")
    for address, count in (
        (reverse("admin:memberships_subsidyfund_change", args=[fund.pk]), FUND_PAGE),
        (f"{entries}?fund__id__exact={fund.pk}", LEDGER),
        (reverse("admin:memberships_subsidyfund_overview"), OVERVIEW),
    ):
        desk.get(address)
        with django_assert_num_queries(count):
            assert desk.get(address).status_code == 200
