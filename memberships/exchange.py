"""US dollars and pesos at a rate: the fund counts in dollars, the treasury pays pesos."""

from decimal import ROUND_DOWN, Decimal

from core.money import round_cents

_CENT = Decimal("0.01")
JUMP_PERCENT = Decimal(5)  # between two rates that follow each other: more is likely a slip


def pesos(usd: Decimal, rate: Decimal) -> Decimal:
    return round_cents(usd * rate)


def dollars(mxn: Decimal, rate: Decimal) -> Decimal | None:
    """The US dollars and cents that come to exactly `mxn` at `rate`; None when none do."""
    usd = round_cents(mxn / rate)
    return usd if pesos(usd, rate) == mxn else None


def neighbours(mxn: Decimal, rate: Decimal) -> tuple[Decimal, Decimal]:
    """The US dollars and cents that come nearest to `mxn` from below and from above."""
    below = (mxn / rate).quantize(_CENT, rounding=ROUND_DOWN)
    return below, below + _CENT


def jumps(rate: Decimal, before: Decimal) -> bool:
    """Whether a rate differs from the one before it by more than JUMP_PERCENT."""
    return abs(rate - before) * 100 > JUMP_PERCENT * before
