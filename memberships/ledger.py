"""The money of a fund: each movement one statement that checks and moves, and one entry.

The conditional update is the guard: of any number of simultaneous reservations, those that
the fund covers succeed. Run it last in a transaction, since it holds the fund's row.
"""

import uuid
from decimal import Decimal

from django.db.models import F

from core.money import in_cents
from memberships.enums import EntryKind
from memberships.models import FundEntry, Membership, SubsidyClaim, SubsidyFund


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
    Membership.objects.filter(pk=membership.pk).update(reserved=membership.subsidy)
    membership.reserved = membership.subsidy
    _enter(
        membership.fund, EntryKind.RESERVE, membership.subsidy, actor=actor, membership=membership
    )


def release(membership: Membership, *, actor, reason: str) -> None:
    """Give what a membership still has reserved back to its fund; its row is locked by then."""
    amount = Membership.objects.values_list("reserved", flat=True).get(pk=membership.pk)
    if amount:
        _move(membership, amount, "reserved", None)
        _shift(membership.fund_id, amount, "reserved", "available")
        _enter(
            membership.fund,
            EntryKind.RELEASE,
            amount,
            actor=actor,
            membership=membership,
            reason=reason,
        )


def commit(claim: SubsidyClaim, amount: Decimal, *, actor) -> None:
    """Grant `amount` of what the claim's membership has reserved. Raises FundExhausted."""
    _claim_moves(claim, EntryKind.COMMIT, amount, "reserved", "committed", actor)


def revert(claim: SubsidyClaim, amount: Decimal, *, actor, reason: str) -> None:
    """Take back a grant that was not paid: it is reserved again."""
    _claim_moves(claim, EntryKind.REVERT, amount, "committed", "reserved", actor, reason)


def disburse(claim: SubsidyClaim, amount: Decimal, *, actor, reason: str = "") -> None:
    """Pay `amount` of what was granted. Raises FundExhausted."""
    _claim_moves(claim, EntryKind.DISBURSE, amount, "committed", "paid", actor, reason)


def recover(
    claim: SubsidyClaim, amount: Decimal, *, actor, reason: str, key: uuid.UUID | None = None
) -> None:
    """Enter that the company paid `amount` back; the fund may grant it to others."""
    _claim_moves(claim, EntryKind.RECOVER, amount, "paid", "available", actor, reason, key)


def _claim_moves(claim, kind, amount, source, target, actor, reason="", key=None) -> None:
    membership = claim.membership
    _move(membership, amount, source, target)
    _shift(membership.fund_id, amount, source, target)
    _enter(
        membership.fund,
        kind,
        amount,
        actor=actor,
        membership=membership,
        claim=claim,
        reason=reason,
        key=key,
    )


# The part of a membership's support that belongs to each part of its fund.
PARTS_OF_MEMBERSHIP = {"reserved": "reserved", "committed": "committed", "paid": "paid_out"}


def _move(membership: Membership, amount: Decimal, source: str, target: str | None) -> None:
    """Move `amount` between the parts of a membership's own support."""
    column = PARTS_OF_MEMBERSHIP[source]
    changes = {column: in_cents(F(column) - amount)}
    if arrival := PARTS_OF_MEMBERSHIP.get(target):
        changes[arrival] = in_cents(F(arrival) + amount)
    rows = Membership.objects.filter(pk=membership.pk, **{f"{column}__gte": amount})
    if not rows.update(**changes):
        raise FundExhausted


def _shift(fund_id: int, amount: Decimal, source: str, target: str) -> None:
    rows = SubsidyFund.objects.filter(pk=fund_id, **{f"{source}__gte": amount})
    changes = {source: in_cents(F(source) - amount), target: in_cents(F(target) + amount)}
    if not rows.update(**changes):
        raise FundExhausted


def _enter(fund, kind, amount, *, actor, membership=None, claim=None, reason="", key=None) -> None:
    FundEntry.objects.create(
        fund=fund,
        kind=kind,
        amount=amount,
        membership=membership,
        claim=claim,
        actor=actor,
        reason=reason,
        idempotency_key=key,
    )
