"""Where a company finds its membership: mail, dashboard, application; and what the public reads."""

import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from post_office.models import Email

from exporters.models import Company
from memberships import notifications
from memberships.enums import EarnedBy
from memberships.enums import MembershipStatus as M
from memberships.models import Membership, Plan
from memberships.views.price import promotion_news
from tests import factories
from tests.money import Desk

DAY = datetime.timedelta(days=1)


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


# --- Mail ------------------------------------------------------------------------------------


def body(write, *args) -> str:
    Email.objects.all().delete()
    write(*args)
    return Email.objects.get().message


@pytest.mark.parametrize("language", ["es", "en", "zh-hans"])
def test_mail_leads_to_the_membership_in_its_language(desk, language):
    Company.objects.filter(pk=desk.company.pk).update(language=language)
    claim = desk.claim()
    row = Membership.objects.get(pk=desk.membership.pk)
    claim.membership = row
    with override(language):
        link = f"https://portal.example{reverse('memberships:membership', args=[row.pk])}\n"
    day = timezone.localdate()
    reason = ("document", "Cortado")
    for write in (
        lambda: notifications.membership_offered(row),
        lambda: notifications.proof_returned(row, *reason),
        lambda: notifications.payment_confirmed(row),
        lambda: notifications.membership_active(row),
        lambda: notifications.claim_approved(claim),
        lambda: notifications.claim_returned(claim, *reason),
        lambda: notifications.claim_rejected(claim, *reason),
        *[
            lambda what=what: notifications.ends_soon(row, what, day, 2)
            for what in ("offer", "payment", "claim", "membership")
        ],
    ):
        assert link in body(write)


def test_mail_of_an_expired_offer_leads_to_where_one_can_write(desk):
    text = body(notifications.offer_expired, desk.membership)
    assert f"/applications/{desk.membership.application.reference}/\n" in text


def test_mail_of_a_renewal_leads_to_the_renewal(desk):
    desk.bring(M.ACTIVE)
    Email.objects.all().delete()
    desk.step("offer_renewal")
    renewal = desk.membership.renewals.get()
    assert f"/memberships/{renewal.pk}/" in Email.objects.get().message


# --- Pages of the company --------------------------------------------------------------------


@pytest.mark.parametrize("status", M)
def test_dashboard_and_application_show_the_membership_and_lead_to_it(desk, status):
    desk.bring(status)
    client = signed_in(desk.owner)
    reference = desk.membership.application.reference
    link = reverse("memberships:company_statement", args=[desk.company.slug])
    current = Membership.objects.filter(company=desk.company).order_by("-pk").first()
    for address in (
        reverse("exporters:dashboard"),
        reverse("exporters:application_detail", args=[reference]),
    ):
        page = client.get(address).content.decode()
        assert reverse("memberships:membership", args=[current.pk]) in page
        assert link in page


def test_dashboard_says_what_is_due_and_until_when(desk, english):
    page = signed_in(desk.owner).get("/dashboard/").content.decode()
    assert "Accept the offer" in page
    assert str(desk.membership.reply_by.year) in page


def test_company_that_is_not_approved_has_no_membership_on_its_dashboard(db, english):
    application = factories.application("in_review")
    page = signed_in(factories.owner_of(application.company)).get("/dashboard/").content.decode()
    assert "Membership" not in page
    address = reverse("exporters:application_detail", args=[application.reference])
    page = signed_in(factories.owner_of(application.company)).get(address).content.decode()
    assert "What it would cost" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_dashboard_takes_the_same_queries_for_one_company_and_for_three(
    db, rows, django_assert_num_queries
):
    factories.fund("100000.00")
    owner = factories.person()
    for _ in range(rows):
        factories.application("approved", company=factories.company(owner=owner))
    client = signed_in(owner)
    client.get(reverse("exporters:dashboard"))
    with django_assert_num_queries(8):
        client.get(reverse("exporters:dashboard"))


def test_review_page_says_who_pays_first_and_leads_to_the_statement(desk, english):
    client = signed_in(desk.reviewer)
    application = desk.membership.application
    page = client.get(
        reverse("admin:exporters_application_change", args=[application.pk])
    ).content.decode()
    assert "First US$3,000 go to the platform" in page
    assert "Left for the company" in page
    assert reverse("memberships:company_statement", args=[desk.company.slug]) in page


# --- Pages for everyone ----------------------------------------------------------------------


def test_public_price_says_what_is_paid_first_and_what_comes_back(client, db, english):
    factories.fund()
    for address in ("/", "/membership/"):
        page = client.get(address).content.decode()
        assert "First US$3,000 go to the platform" in page
        assert "US$1,500 back on an approved claim" in page
        assert "You pay <strong>" not in page


def test_public_price_without_a_fund_promises_nothing_back(client, db, english):
    assert "approved claim" not in client.get("/").content.decode()
    assert "No fund is open at the moment" in client.get("/membership/").content.decode()


def test_benefits_of_the_plan_stand_a_line_each(client, db, english):
    page = client.get("/membership/").content.decode()
    assert "What it includes" not in page
    Plan.objects.update(benefits_en="Storefront\n\nRFQ: 20 quotes a month <b>")
    answer = client.get("/membership/")
    page = answer.content.decode()
    assert "What it includes" in page
    assert "RFQ: 20 quotes a month &lt;b&gt;" in page
    assert page.count('<span class="grow">') == 2


def period(status, first, last, **fields):
    today = timezone.localdate()
    days = {"starts_on": today + first * DAY, "ends_on": today + last * DAY}
    return factories.promotion(status, **days | fields)


def news() -> dict:
    found = promotion_news(timezone.localdate())
    return {name: row for name, row in found.items() if row}


def test_news_of_no_promotion_is_none(db):
    period("proposed", -1, 1)
    period("rejected", -1, 1)
    period("negotiating", -9, -1)  # nobody agreed in time
    assert news() == {}


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [(0, 0, "running"), (-9, 0, "running"), (0, 9, "running"), (-9, -1, "ended"),
     (1, 9, "coming")],
)  # fmt: skip
def test_news_of_a_confirmed_promotion_follow_its_days(db, first, last, name):
    row = period("confirmed", first, last)
    assert news() == {name: row}


def test_promotion_that_was_ended_today_has_ended(db):
    row = period("ended", -9, 0)
    assert news() == {"ended": row}
    row.earned_by = EarnedBy.SUBMISSION
    row.save()
    assert news() == {"running": row}  # it is honoured for who applies today


def test_news_name_the_last_that_ended_and_what_is_negotiated(db):
    period("ended", -90, -60)
    last = period("ended", -50, -20)
    talks = period("negotiating", 5, 50, renewal_of=last)
    assert news() == {"ended": last, "negotiating": talks}


def test_news_of_another_plan_are_none(db):
    other = Plan.objects.create(code="otro", name_es="Otro")
    period("confirmed", -1, 1, plan=other)
    assert news() == {}


def test_news_are_told_with_their_days(client, db, english):
    last = period("ended", -50, -20, name_en="Half price")
    talks = period("negotiating", 5, 50, renewal_of=last)
    for address in ("/", "/membership/"):
        page = client.get(address).content.decode()
        assert "Half price ran from" in page
        assert "A renewal of the promotion is being negotiated" in page
        assert str(talks.ends_on.year) in page


def test_price_of_a_running_promotion_and_its_news_agree(client, db, english):
    period("confirmed", -5, 5, name_en="Half price", percentage=Decimal(50))
    factories.fund()
    page = client.get("/membership/").content.decode()
    assert "Half price runs from" in page
    assert "First US$1,500 go to the platform" in page
