"""Every total of a fund, derived again from its entries alone: reads, never writes."""

from collections.abc import Iterator
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum

from core.money import ZERO, in_cents
from memberships.enums import EntryKind, LineResult
from memberships.ledger import PARTS_OF_MEMBERSHIP
from memberships.models import FundEntry, PaymentLine, SubsidyClaim, SubsidyFund

# What was found to differ: (what, stored, by the entries).
Difference = tuple[str, Decimal, Decimal]


def totals(fund: SubsidyFund) -> dict[str, Decimal]:
    """The budget of a fund and its parts."""
    sums = _sums(fund.entries.all()).get(fund.pk, {})
    parts = _parts(sums)
    budget = sums.get(EntryKind.ALLOCATE, ZERO)
    return {"budget": budget, "available": budget - sum(parts.values()), **parts}


@transaction.atomic
def differences(fund: SubsidyFund) -> list[Difference]:
    """Where what is stored differs from the entries: the fund, its memberships, its claims.

    Holds the fund meanwhile: no movement is seen with one half of what it changes.
    """
    held = SubsidyFund.objects.select_for_update(no_key=True).get(pk=fund.pk)
    return [
        *_of_the_fund(held),
        *_of_memberships(held),
        *_of_claims(held),
        *_misplaced(held),
    ]


def _of_the_fund(fund: SubsidyFund) -> Iterator[Difference]:
    for part, derived in totals(fund).items():
        yield from _unequal(part, getattr(fund, part), derived)


def _of_memberships(fund: SubsidyFund) -> Iterator[Difference]:
    sums = _sums(fund.entries.exclude(membership=None), "membership_id")
    for membership in fund.memberships.select_related("company", "plan").iterator():
        for part, derived in _parts(sums.get(membership.pk, {})).items():
            stored = getattr(membership, PARTS_OF_MEMBERSHIP[part])
            yield from _unequal(f"{membership}, {part}", stored, derived)


def _of_claims(fund: SubsidyFund) -> Iterator[Difference]:
    sums = _sums(fund.entries.exclude(claim=None), "claim_id")
    lines = PaymentLine.objects.filter(batch__fund=fund, result=LineResult.PAID).order_by()
    sent = dict(lines.values_list("claim").annotate(total=in_cents(Sum("amount"))))
    for claim in SubsidyClaim.objects.filter(membership__fund=fund).iterator():
        of = dict.fromkeys(EntryKind.values, ZERO) | sums.get(claim.pk, {})
        granted = of[EntryKind.COMMIT] - of[EntryKind.REVERT]
        paid = of[EntryKind.DISBURSE]
        yield from _unequal(f"{claim}, approved", claim.approved_amount, granted)
        yield from _unequal(f"{claim}, paid", claim.paid_amount, paid)
        yield from _unequal(f"{claim}, payments", _cents(sent.get(claim.pk, ZERO)), paid)


def _misplaced(fund: SubsidyFund) -> Iterator[Difference]:
    """Entries for a membership of another fund, or a claim of another membership."""
    elsewhere = ~Q(membership__fund=fund) & Q(membership__isnull=False)
    other = Q(claim__isnull=False) & ~Q(claim__membership=F("membership"))
    for entry in fund.entries.filter(elsewhere | other):
        yield f"entry {entry.pk} of another fund or membership", entry.amount, ZERO


def _unequal(what: str, stored: Decimal, derived: Decimal) -> Iterator[Difference]:
    if stored != derived:
        yield what, stored, derived


def _sums(entries: QuerySet[FundEntry], of: str = "fund_id") -> dict[int, dict[str, Decimal]]:
    """{key: {kind: sum}} of the entries, by fund, membership or claim."""
    rows = entries.order_by().values_list(of, "kind").annotate(total=in_cents(Sum("amount")))
    sums: dict[int, dict[str, Decimal]] = {}
    for key, kind, total in rows.iterator():
        sums.setdefault(key, {})[kind] = _cents(total)
    return sums


def _cents(total) -> Decimal:
    return Decimal(total).quantize(ZERO)


def _parts(sums: dict[str, Decimal]) -> dict[str, Decimal]:
    """What is reserved, committed and paid after movements of these sums by kind."""
    of = dict.fromkeys(EntryKind.values, ZERO) | sums
    granted = of[EntryKind.COMMIT] - of[EntryKind.REVERT]
    return {
        "reserved": of[EntryKind.RESERVE] - of[EntryKind.RELEASE] - granted,
        "committed": granted - of[EntryKind.DISBURSE],
        "paid": of[EntryKind.DISBURSE] - of[EntryKind.RECOVER],
    }
