"""Many paid supports at once, past the services, so that the ledger agrees with every row.

A membership has its support reserved, granted and taken back a few times, granted, paid in two
parts and recovered in two parts. `memberships.audit` finds no difference.
"""

import datetime
import itertools
import uuid
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from core.models import User
from core.money import round_cents
from exporters.enums import ApplicationStatus
from exporters.models import Application, Company
from memberships.enums import ClaimStatus, EntryKind, LineResult, MembershipStatus
from memberships.models import (
    Membership,
    PaymentBatch,
    PaymentLine,
    SubsidyClaim,
    SubsidyFund,
)
from tests import factories, money

SUPPORT = Decimal("1500.00")
PARTS = (Decimal("1000.00"), Decimal("500.00"))
RECOVERED = (Decimal("100.10"), Decimal("50.20"))
NET = SUPPORT - sum(RECOVERED)
_DAYS = 720  # over which the payments are spread
_numbers = itertools.count(1)


def fill_fund(count: int, *, taken_back: int = 2, **fund) -> SubsidyFund:
    """A fund that has paid `count` companies of all states, over two years.

    6 + 2 * `taken_back` entries each, and one that put the money in.
    """
    staff = [factories.coordinator(), factories.manager(), factories.finance()]
    spent = Decimal(count)
    fund = factories.fund(str(SUPPORT * spent + 1), actor=staff[1], **fund)
    memberships = _memberships(count, fund, staff)
    claims = _claims(memberships, staff)
    _pay(claims, fund, staff)
    _enter(fund, staff, taken_back)
    SubsidyFund.objects.filter(pk=fund.pk).update(
        available=fund.budget - NET * spent, paid=NET * spent
    )
    fund.refresh_from_db()
    return fund


def _memberships(count: int, fund: SubsidyFund, staff: list[User]) -> list[Membership]:
    now, plan = timezone.now(), factories.plan()
    numbers = list(itertools.islice(_numbers, count))
    companies = Company.objects.bulk_create(
        [
            Company(
                rfc=f"V{number:012d}",
                legal_name=f"Volumen {number}, S.A. de C.V.",
                slug=f"volumen-{number}",
                state=f"{number % 32 + 1:02d}",
            )
            for number in numbers
        ],
        batch_size=2000,
    )
    applications = Application.objects.bulk_create(
        [
            Application(
                reference=f"MX-V-{number}",
                company=company,
                created_by=staff[0],
                status=ApplicationStatus.APPROVED,
                submitted_at=now,
                decided_at=now,
                decided_by=staff[0],
            )
            for number, company in zip(numbers, companies, strict=True)
        ],
        batch_size=2000,
    )
    return Membership.objects.bulk_create(
        [
            Membership(
                company=application.company,
                application=application,
                plan=plan,
                fund=fund,
                status=MembershipStatus.PAID,
                priced_on=fund.starts_on,
                list_fee=SUPPORT,
                promotion_discount=0,
                subsidy=SUPPORT,
                company_share=0,
                entitled_subsidy=SUPPORT,
                paid_out=NET,
            )
            for application in applications
        ],
        batch_size=2000,
    )


def _claims(memberships: list[Membership], staff: list[User]) -> list[SubsidyClaim]:
    start = timezone.now() - datetime.timedelta(days=_DAYS)
    return SubsidyClaim.objects.bulk_create(
        [
            SubsidyClaim(
                reference=f"AP-V-{uuid.uuid4().hex[:12]}",
                membership=membership,
                status=ClaimStatus.PAID,
                amount=SUPPORT,
                approved_amount=SUPPORT,
                paid_amount=SUPPORT,
                declares_no_double_funding=True,
                requested_by=staff[0],
                requested_at=start + datetime.timedelta(days=place % (_DAYS - 20)),
                verified_by=staff[0],
                approved_by=staff[1],
            )
            for place, membership in enumerate(memberships)
        ],
        batch_size=2000,
    )


def _pay(claims: list[SubsidyClaim], fund: SubsidyFund, staff: list[User]) -> None:
    """Both parts in one batch, ten days after the claim."""
    rate = money.rate()
    batch = PaymentBatch.objects.create(
        reference=f"LP-V-{uuid.uuid4().hex[:12]}",
        fund=fund,
        rate=rate,
        mxn_per_usd=rate.mxn,
        created_by=staff[2],
        reconciled_at=timezone.now(),
    )
    PaymentLine.objects.bulk_create(
        [
            PaymentLine(
                batch=batch,
                claim=claim,
                sent_amount=part,
                amount=part,
                amount_mxn=round_cents(part * rate.mxn),
                result=LineResult.PAID,
                paid_on=timezone.localdate(claim.requested_at) + datetime.timedelta(days=10),
                settled_by=staff[2],
            )
            for claim in claims
            for part in PARTS
        ],
        batch_size=2000,
    )


def _enter(fund: SubsidyFund, staff: list[User], taken_back: int) -> None:
    """Written by the database, a kind at a time: through models it would take most of the time."""
    moves = [
        (EntryKind.RESERVE, SUPPORT),
        *taken_back * [(EntryKind.COMMIT, SUPPORT), (EntryKind.REVERT, SUPPORT)],
        (EntryKind.COMMIT, SUPPORT),
        *((EntryKind.DISBURSE, part) for part in PARTS),
        *((EntryKind.RECOVER, part) for part in RECOVERED),
    ]
    with connection.cursor() as cursor:
        for kind, amount in moves:
            claim = "NULL" if kind == EntryKind.RESERVE else "claim.id"
            values = [kind.value, str(amount), staff[2].pk, fund.pk]
            cursor.execute(_ENTRIES.replace("CLAIM", claim), values)


_ENTRIES = """
INSERT INTO memberships_fundentry
    (fund_id, kind, amount, membership_id, claim_id, actor_id, reason, created_at)
SELECT membership.fund_id, %s, CAST(%s AS decimal), membership.id, CLAIM, %s, '',
    claim.requested_at
FROM memberships_subsidyclaim AS claim
JOIN memberships_membership AS membership ON membership.id = claim.membership_id
WHERE membership.fund_id = %s
"""
