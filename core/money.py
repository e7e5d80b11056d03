"""Money: Decimal with two places, one rounding rule for the whole portal."""

from decimal import ROUND_HALF_UP, Decimal

from django.db.models.functions import Round

ZERO = Decimal("0.00")
_CENT = Decimal("0.01")


def round_cents(amount: Decimal) -> Decimal:
    """Round to cents, halves away from zero (the convention of Mexican invoices)."""
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    """`percent` (0 to 100) of `amount`, rounded to cents."""
    return round_cents(amount * percent / 100)


def in_cents(expression):
    """A sum of money columns inside SQL: exact cents also where decimals are floats (SQLite)."""
    return Round(expression, precision=2)
