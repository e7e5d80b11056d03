"""Counts that end at 1,000, as those of the showcase do: quick however many rows there are."""

from django.db.models import Func, IntegerField, QuerySet, Subquery

from pavilion.search import CAP


class CappedCount(Func):
    """How many rows a queryset has, which may refer to the outer one; at most 1,001."""

    template = "(SELECT COUNT(*) FROM %(expressions)s counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet):
        super().__init__(Subquery(rows.order_by().values("pk")[: CAP + 1]))


def total(counted: int) -> dict:
    """As it is shown."""
    return {"total": min(counted, CAP), "total_is_capped": counted > CAP}
