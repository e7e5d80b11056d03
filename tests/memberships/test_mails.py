"""Every mail in every language: the price as a sum, and none that the portal would not honour."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from post_office.models import Email

from exporters.models import Company
from memberships import notifications
from memberships.enums import ClaimStatus as C
from memberships.enums import MembershipStatus as M
from memberships.models import Membership, PlanFee
from tests import factories
from tests.money import REASON, Desk

LANGUAGES = ["es", "en", "zh-hans"]


def mails_of(desk, language) -> dict[str, str]:
    """Each event's mail, written now."""
    Company.objects.filter(pk=desk.company.pk).update(language=language)
    row = Membership.objects.get(pk=desk.membership.pk)
    claim = row.claims.select_related("membership__company").get()
    renewal = row.renewals.get()
    code, text = REASON["reason_code"], REASON["reason_text"]
    day = timezone.localdate()
    events = {
        "membership_offered": lambda: notifications.membership_offered(row),
        "renewal_offered": lambda: notifications.membership_offered(renewal),
        "offer_expired": lambda: notifications.offer_expired(row),
        "proof_returned": lambda: notifications.proof_returned(row, code, text),
        "payment_confirmed": lambda: notifications.payment_confirmed(row),
        "membership_active": lambda: notifications.membership_active(row),
        "claim_approved": lambda: notifications.claim_approved(claim),
        "claim_returned": lambda: notifications.claim_returned(claim, code, text),
        "claim_rejected": lambda: notifications.claim_rejected(claim, code, text),
        "support_paid": lambda: notifications.support_paid(claim, claim.payments.get()),
        "offer_ends": lambda: notifications.ends_soon(row, "offer", day, 2),
        "payment_ends": lambda: notifications.ends_soon(row, "payment", day, 1),
        "membership_ends": lambda: notifications.ends_soon(row, "membership", day, 0),
        "claim_ends": lambda: notifications.ends_soon(row, "claim", day, 7),
    }
    written = {}
    for name, write in events.items():
        Email.objects.all().delete()
        write()
        mail = Email.objects.get()
        written[name] = f"{mail.subject}\n{mail.message}"
    return written


@pytest.fixture
def desk(db) -> Desk:
    desk = Desk()
    claim = desk.decide("approve", desk.claim(C.VERIFIED), amount=Decimal("1000.00"))
    desk.settle(desk.send(claim), amount=Decimal("400.00"))
    desk.membership = desk.step("activate")
    desk.step("offer_renewal")
    return desk


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_is_written_with_its_amounts(desk, language):
    mails = mails_of(desk, language)
    amounts = {
        "membership_offered": ["3,000.00", "1,500.00"],
        "renewal_offered": ["3,000.00"],
        "offer_expired": ["1,500.00"],
        "payment_confirmed": ["3,000.00", "500.00"],
        "membership_active": ["mx100200", "https://aguacates.example"],
        "claim_approved": ["1,500.00", "1,000.00"],
        "claim_returned": ["1,500.00", REASON["reason_text"]],
        "claim_rejected": ["1,500.00", REASON["reason_text"]],
        "proof_returned": [REASON["reason_text"]],
        "support_paid": ["400.00", "18.9876", "7,595.04", "1,000.00"],
        "offer_ends": ["3,000.00", "1,500.00"],
        "payment_ends": ["3,000.00"],
        "claim_ends": ["500.00"],
    }
    for name, body in mails.items():
        assert "https://portal.example/" in body, name
        assert "{" not in body, name
        assert [words for words in amounts.get(name, []) if words not in body] == [], name


def body_of_offer(language="es", **fund) -> str:
    company = factories.company(language=language)
    if fund:
        factories.fund(fund.pop("budget", "10000.00"), **fund)
    Email.objects.all().delete()
    application = factories.application("in_review", company=company)
    Email.objects.all().delete()
    factories.move(application, "approve", actor=application.assigned_to)
    return " ".join(Email.objects.get().message.split())


PAYS_FIRST = {
    "es": "paga primero a la plataforma US$3,000.00",
    "en": "first pays the platform US$3,000.00",
    "zh-hans": "先向平台支付 US$3,000.00",
}
COMES_BACK = {
    "es": "el programa le devuelve US$1,500.00",
    "en": "The programme then pays US$1,500.00 back to you",
    "zh-hans": "项目再向贵公司返还 US$1,500.00",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_offer_says_what_to_pay_by_when_and_what_comes_back(db, language):
    body = body_of_offer(language, claim_days=45)
    assert PAYS_FIRST[language] in body
    assert COMES_BACK[language] in body
    assert "45" in body  # days to claim
    assert "30" in body  # days to pay
    assert str((timezone.localdate() + datetime.timedelta(days=30)).year) in body


def test_offer_without_support_promises_nothing_back(db):
    body = body_of_offer()
    assert "El programa no devuelve nada en esta oferta." in body
    assert "primero" not in body


def test_offer_of_an_empty_fund_says_what_is_missing(db):
    body = body_of_offer(budget="400.10")
    assert "le devuelve US$400.10" in body
    assert "los US$1,099.90 que faltan" in body


def test_offer_that_the_promotion_covers_asks_for_nothing(db):
    today = timezone.localdate()
    factories.promotion(percentage=Decimal(100), starts_on=today, ends_on=today)
    assert "no paga nada" in body_of_offer()


def test_reminder_of_an_offer_gives_the_price_of_the_offer(db):
    desk = Desk()
    PlanFee.objects.update(amount=9999)
    Email.objects.all().delete()
    notifications.ends_soon(desk.membership, "offer", desk.membership.reply_by, 7)
    assert "US$3,000.00" in Email.objects.get().message
    assert desk.membership.status == M.OFFERED
