"""What a search can be narrowed down by besides category and state, each value as a word.

The words begin with "=", which nobody's search contains, and stand in the same index as the words
of the texts: any combination is one look-up. Pure.
"""

from bisect import bisect_right
from decimal import Decimal

# Where the next band of prices (US dollars per unit) and of minimum orders begins.
PRICE_STEPS = (Decimal(5), Decimal(20), Decimal(50), Decimal(200))
MOQ_STEPS = (50, 200, 1000, 5000)
CAP = 1000  # counts of listings go no further: "1000+"


def facet_words(
    *,
    size: str,
    certificates: list[str],
    gift_wrapping: bool,
    price: Decimal | None,
    moq: int | None,
) -> list[str]:
    """All words of a listing."""
    words = [word("certificate", kind) for kind in certificates]
    if size:
        words.append(word("size", size))
    if gift_wrapping:
        words.append(word("gift", "yes"))
    if price is not None:
        words.append(word("price", bisect_right(PRICE_STEPS, price)))
    if moq is not None:
        words.append(word("moq", bisect_right(MOQ_STEPS, moq)))
    return words


def word(facet: str, value) -> str:
    """("certificate", "iso_9001") → "=certificate-iso-9001": no wildcard of LIKE in it."""
    return f"={facet}-{value}".replace("_", "-")


def count_text(number: int, *, is_least: bool = False) -> str:
    """ "12", or "1000+" for what was not counted to its end; `is_least`: there may be more."""
    return f"{min(number, CAP)}+" if is_least or number > CAP else str(number)
