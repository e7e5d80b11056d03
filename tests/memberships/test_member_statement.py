"""The statement of a company: its numbers are those of the rows, on the page and on paper."""

import datetime
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from core.papers import Facts, Table
from core.pdf_papers import render_pdf
from memberships.audit import differences
from memberships.company_account import account_of
from memberships.enums import ClaimStatus as C
from memberships.enums import EntryKind
from memberships.enums import MembershipStatus as M
from memberships.models import FundEntry, Membership, PaymentLine
from memberships.services import offers
from memberships.statements import statement_of
from tests import factories
from tests.money import Desk

DAY = datetime.timedelta(days=1)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(company) -> str:
    return reverse("memberships:company_statement", args=[company.slug])


@pytest.fixture
def desk(db) -> Desk:
    """A year that was paid in two parts of which one came back in part, and its renewal."""
    desk = Desk()
    desk.bring(M.ACTIVE)
    claim = desk.decide("approve", desk.claim(C.VERIFIED), amount=Decimal("1000.10"))
    desk.settle(desk.send(claim), amount=Decimal("400.05"), treasury_reference="SPEI-1")
    desk.settle(desk.send(claim), treasury_reference="SPEI-2")
    desk.recover(claim, "100.01")
    desk.step("offer_renewal")
    desk.membership.refresh_from_db()
    return desk


def block(paper, kind, number) -> Table | Facts:
    return [part for part in paper.blocks if isinstance(part, kind)][number]


def total(rows, field="amount") -> Decimal:
    return rows.aggregate(total=Sum(field))["total"]


def test_sums_are_those_of_the_rows_and_of_the_ledger(desk):
    account = account_of(desk.company)
    entries = FundEntry.objects.filter(membership__company=desk.company)
    assert account.to_platform == Decimal("3000.00")
    assert account.asked == Decimal("1500.00")
    assert account.approved == Decimal("1000.10")
    assert account.paid == total(entries.filter(kind=EntryKind.DISBURSE)) == Decimal("1000.10")
    assert account.paid_mxn == total(PaymentLine.objects.all(), "amount_mxn")
    assert account.recovered == total(entries.filter(kind=EntryKind.RECOVER)) == Decimal("100.01")
    assert account.support == total(Membership.objects.all(), "paid_out")
    assert account.to_come == total(Membership.objects.all(), "reserved") + total(
        Membership.objects.all(), "committed"
    )
    assert account.cost == account.to_platform - account.paid + account.recovered
    desk.fund.refresh_from_db()
    assert differences(desk.fund) == []


def test_paper_has_a_line_for_each_row_and_their_sums(desk, english):
    paper = statement_of(desk.company)
    prices, fees, claims, payments, recoveries = (block(paper, Table, n) for n in range(5))
    assert len(prices.rows) == 2  # the year and its renewal
    assert prices.rows[0][1:] == [
        "US$3,000.00", "US$0.00", "US$3,000.00", "US$1,500.00", "US$1,500.00",
    ]  # fmt: skip
    assert [row[2] for row in fees.rows] == ["US$3,000.00"]  # the renewal is not paid for
    assert claims.rows[0][3:] == ["US$1,500.00", "US$1,000.10", "US$1,000.10"]
    assert [row[3] for row in payments.rows] == ["US$400.05", "US$600.05"]
    assert [row[2] for row in payments.rows] == ["SPEI-1", "SPEI-2"]
    assert payments.rows[0][4].startswith("18.9876")
    assert payments.total[3] == "US$1,000.10"
    assert [row[2:] for row in recoveries.rows] == [["Otro apoyo por lo mismo", "US$100.01"]]
    sums = dict(block(paper, Facts, 1).rows)
    assert sums["Cost to the company so far"] == "US$2,099.91"
    assert sums["Support paid by the programme"] == "US$1,000.10 (MX$18,989.50)"


def test_offers_that_came_to_nothing_cost_nothing(db):
    desk = Desk()
    desk.bring(M.DECLINED)
    offers.offer_again(desk.membership, actor=desk.boss)
    account = account_of(desk.company)
    assert (account.to_platform, account.cost, account.to_come) == (0, 0, Decimal("1500.00"))
    assert len(account.memberships) == 2


def test_statement_of_a_company_without_memberships_is_empty(db):
    paper = statement_of(factories.company())
    assert [part.rows for part in paper.blocks if isinstance(part, Table)] == [[]] * 5
    assert render_pdf(paper).startswith(b"%PDF")


def test_statement_leaves_out_other_companies(desk):
    other = Desk()
    other.fund = other.membership.fund  # the one that was open first
    other.claim(C.PAID)
    assert account_of(desk.company).paid == Decimal("1000.10")


@pytest.mark.parametrize("language", ["/en", "", "/zh-hans"])
def test_statement_opens_as_a_page_and_as_a_pdf_in_each_language(desk, language):
    client, address = signed_in(desk.owner), language + url(desk.company)
    page = client.get(address)
    assert page.status_code == 200
    assert desk.company.rfc in page.content.decode()
    pdf = client.get(f"{address}?format=pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Content-Disposition"].startswith("attachment")
    assert pdf.content.startswith(b"%PDF")


@pytest.mark.parametrize("role", ["coordinator", "finance", "manager", "auditor", "superuser"])
def test_statement_is_for_staff_who_see_memberships(desk, role):
    page = signed_in(getattr(factories, role)()).get(url(desk.company))
    assert page.status_code == 200
    assert not page.context["in_team"]


def test_statement_does_not_exist_for_others(desk):
    for person in (factories.exporter(factories.company()), factories.person(is_staff=True)):
        assert signed_in(person).get(url(desk.company)).status_code == 404
    assert reverse("account_login") in Client().get(url(desk.company)).url
    assert signed_in(desk.owner).get(url(desk.company) + "x").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_statement_takes_the_same_queries_for_one_row_and_for_three(
    db, rows, django_assert_num_queries
):
    desk = Desk()
    for _ in range(rows - 1):
        desk.bring(M.DECLINED)
        desk.membership = offers.offer_again(desk.membership, actor=desk.boss)
    desk.bring(M.PAID)
    for amount in [Decimal(100)] * rows:
        claim = desk.decide("approve", desk.decide("verify", desk.ask()), amount=amount)
        desk.settle(desk.send(claim))
        desk.recover(claim, "1.00")
        desk.membership.refresh_from_db()
    client = signed_in(desk.owner)
    client.get(url(desk.company))
    with django_assert_num_queries(9):
        client.get(url(desk.company))
