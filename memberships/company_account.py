"""All that moved between a company, the platform and the programme, as rows and sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO
from exporters.models import Company
from memberships.enums import EntryKind, LineResult
from memberships.models import FundEntry, Membership, PaymentLine, SubsidyClaim


@dataclass(frozen=True)
class CompanyAccount:
    """The rows, the oldest first; sums in US dollars unless their name says otherwise."""

    memberships: Sequence[Membership]
    claims: Sequence[SubsidyClaim]
    payments: Sequence[PaymentLine]
    recoveries: Sequence[FundEntry]

    @property
    def to_platform(self) -> Decimal:
        """What the company paid the platform, as far as it was confirmed."""
        return _sum(row.breakdown.due for row in self.memberships if row.paid_on)

    @property
    def asked(self) -> Decimal:
        return _sum(claim.amount for claim in self.claims)

    @property
    def approved(self) -> Decimal:
        return _sum(claim.approved_amount for claim in self.claims)

    @property
    def paid(self) -> Decimal:
        return _sum(line.amount for line in self.payments)

    @property
    def paid_mxn(self) -> Decimal:
        return _sum(line.amount_mxn for line in self.payments)

    @property
    def recovered(self) -> Decimal:
        return _sum(entry.amount for entry in self.recoveries)

    @property
    def support(self) -> Decimal:
        """What the company keeps of what it was paid."""
        return self.paid - self.recovered

    @property
    def to_come(self) -> Decimal:
        """Set aside or approved, and not yet paid."""
        return _sum(row.reserved + row.committed for row in self.memberships)

    @property
    def cost(self) -> Decimal:
        """What the memberships have cost the company so far."""
        return self.to_platform - self.support


def account_of(company: Company) -> CompanyAccount:
    """A fixed number of queries, however many years."""
    claims = SubsidyClaim.objects.filter(membership__company=company)
    lines = PaymentLine.objects.filter(claim__membership__company=company, result=LineResult.PAID)
    recoveries = FundEntry.objects.filter(
        membership__company=company, kind=EntryKind.RECOVER
    ).select_related("claim")
    return CompanyAccount(
        list(company.memberships.select_related("plan", "promotion", "fund").order_by("pk")),
        list(claims.select_related("membership__plan").order_by("pk")),
        list(lines.select_related("claim", "batch__rate").order_by("paid_on", "pk")),
        list(recoveries.order_by("pk")),
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
