"""The money of a fund: each movement one statement that checks and moves, and one entry.

The conditional update is the guard: of any number of simultaneous reservations, those that
the fund covers succeed. Run it last in a transaction, since it holds the fund's row.
"""

import uuid
from decimal import Decimal

from django.db.models import F

from core.money import ZERO, in_cents
from memberships.enums import EntryKind
from memberships.models import FundEntry, Membership, SubsidyFund


class FundExhausted(Exception):
    """The fund no longer covers this amount; nothing was moved."""


def allocate(
    fund: SubsidyFund, amount: Decimal, *, actor, reason: str, key: uuid.UUID | None = None
) -> None:
    """Put `amount` US dollars into the fund."""
    SubsidyFund.objects.filter(pk=fund.pk).update(
        budget=in_cents(F("budget") + amount), available=in_cents(F("available") + amount)
    )
    _enter(fund, EntryKind.ALLOCATE, amount, actor=actor, reason=reason, key=key)


def reserve(fund: SubsidyFund, amount: Decimal) -> None:
    """Set `amount` aside, all of it or nothing. Raises FundExhausted.

    The caller enters it with `enter_reservation` once the membership it is for is stored.
    """
    moved = SubsidyFund.objects.filter(pk=fund.pk, available__gte=amount).update(
        available=in_cents(F("available") - amount), reserved=in_cents(F("reserved") + amount)
    )
    if not moved:
        raise FundExhausted


def enter_reservation(membership: Membership, *, actor) -> None:
    _enter(
        membership.fund,
        EntryKind.RESERVE,
        membership.subsidy,
        actor=actor,
        membership=membership,
    )


def release(membership: Membership, *, actor, reason: str) -> None:
    """Give a membership's reservation back to its fund."""
    amount = membership.subsidy
    SubsidyFund.objects.filter(pk=membership.fund_id).update(
        available=in_cents(F("available") + amount), reserved=in_cents(F("reserved") - amount)
    )
    _enter(
        membership.fund,
        EntryKind.RELEASE,
        amount,
        actor=actor,
        membership=membership,
        reason=reason,
    )


def totals(fund: SubsidyFund) -> dict[str, Decimal]:
    """Budget, available and reserved, derived from the entries alone."""
    sums = dict.fromkeys(EntryKind.values, ZERO)
    for kind, amount in fund.entries.values_list("kind", "amount"):
        sums[kind] += amount
    reserved = sums[EntryKind.RESERVE] - sums[EntryKind.RELEASE]
    return {
        "budget": sums[EntryKind.ALLOCATE],
        "available": sums[EntryKind.ALLOCATE] - reserved,
        "reserved": reserved,
    }


def _enter(fund, kind, amount, *, actor, membership=None, reason="", key=None) -> None:
    FundEntry.objects.create(
        fund=fund,
        kind=kind,
        amount=amount,
        membership=membership,
        actor=actor,
        reason=reason,
        idempotency_key=key,
    )
