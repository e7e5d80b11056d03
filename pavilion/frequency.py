"""How common search words are, by what the database has learned of them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from core.memo import remembered
from pavilion.models import Listing
from pavilion.tokens import Term


@dataclass(frozen=True)
class Learned:
    """What the database knows of the table of listings, about."""

    rows: float = 0
    pages: float = 0
    shares: dict[str, float] = field(default_factory=dict)  # {word: the part of all that has it}


def pages_with(hits: int, wanted: Iterable[Term]) -> int | None:
    """How many pages of the table to read for so many listings with these terms, and to spare.

    None where the index is quicker: it lists all that have a common word before the first one is
    read. An entry of it takes half as long as a row.
    """
    known = learned()
    share = math.prod(_share(term, known.shares) for term in wanted)
    if not share or not hits / share < share * known.rows / 2:
        return None
    return math.ceil(2 * hits / share * known.pages / known.rows)


def _share(term: Term, shares: dict[str, float]) -> float:
    """About which part of all listings has it, or more; 0 for what is not common."""
    *whole, last = term.tokens
    parts = [shares.get(token, 0.0) for token in whole]
    if term.prefix:
        begun = (share for word, share in shares.items() if word.startswith(last))
        return min([*parts, max(begun, default=0.0)])
    return min([*parts, shares.get(last, 0.0)])


@remembered(seconds=60)
def learned() -> Learned:
    if connection.vendor != "postgresql":
        return Learned()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples, relpages, most_common_elems::text::text[], most_common_elem_freqs"
            " FROM pg_class JOIN pg_stats ON tablename = relname AND attname = 'tokens'"
            " WHERE oid = to_regclass(%s) AND schemaname = current_schema()",
            [Listing._meta.db_table],
        )
        row = cursor.fetchone()
    if not row or not row[2]:
        return Learned()
    rows, pages, words, shares = row
    # After the frequencies come the least, the greatest, and that of rows without any.
    return Learned(rows, pages, dict(zip(words, shares, strict=False)))
