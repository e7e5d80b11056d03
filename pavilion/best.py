"""The cards of the best products of several kinds at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils.safestring import SafeString, mark_safe

from pavilion.languages import suffix


@dataclass(frozen=True)
class Kind:
    """Up to `limit` listings that meet an SQL `condition`, of which `params` are the values."""

    condition: str
    params: tuple
    limit: int


def best_cards_of(kinds: Iterable[Kind], language: str) -> list[dict[int, SafeString]]:
    """{product: its card} for each kind, best first. One query, which Django would take longer
    to write than the database to answer.
    """
    kinds = list(kinds)
    if not kinds:
        return []
    one = (
        "SELECT * FROM (SELECT {number} AS kind, quality, product_id, card_{language}"
        " FROM pavilion_listing WHERE {kind.condition}"
        " ORDER BY quality DESC, product_id DESC LIMIT {kind.limit}) AS best"
    )
    sql = " UNION ALL ".join(
        one.format(number=number, language=suffix(language), kind=kind)
        for number, kind in enumerate(kinds)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for kind in kinds for value in kind.params])
        rows = cursor.fetchall()
    found: list[dict[int, SafeString]] = [{} for _kind in kinds]
    for number, _quality, product, card in sorted(rows, key=lambda row: row[1:3], reverse=True):
        # Made by the card's template, which escapes what a vendor writes.
        found[number][product] = mark_safe(card)  # noqa: S308
    return found
