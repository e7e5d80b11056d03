"""How common search words are, by what the database has learned of them."""

import math
from collections.abc import Iterable

from django.db import connection

from core.memo import remembered
from pavilion.models import Listing
from pavilion.tokens import Term


def share_of(terms: Iterable[Term]) -> float:
    """About which part of all listings has these terms, or more; 0 for what is not common."""
    known = shares()
    return math.prod(_share(term, known) for term in terms)


def _share(term: Term, known: dict[str, float]) -> float:
    *whole, last = term.tokens
    shares = [known.get(token, 0.0) for token in whole]
    if term.prefix:
        begun = (share for word, share in known.items() if word.startswith(last))
        return min([*shares, max(begun, default=0.0)])
    return min([*shares, known.get(last, 0.0)])


@remembered(seconds=60)
def shares() -> dict[str, float]:
    """{word: the part of all listings that has it}; empty where nothing is learned."""
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats"
            " WHERE schemaname = current_schema() AND tablename = %s AND attname = 'tokens'",
            [Listing._meta.db_table],
        )
        row = cursor.fetchone()
    # After the frequencies come the least, the greatest, and that of rows without any.
    return dict(zip(*row, strict=False)) if row and row[0] else {}
