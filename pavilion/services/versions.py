"""The number of the catalogue's state, which caches keep in their keys."""

from django.db import transaction
from django.db.models import F

from core.memo import remembered
from pavilion.models import CatalogueVersion


def begin_change() -> None:
    """Count one state more, and hold its row: changes at once come one after the other.

    With the commit every worker sees the new number within a second, this one at once.
    """
    CatalogueVersion.objects.filter(pk=1).update(number=F("number") + 1)
    transaction.on_commit(current_version.forget)


@remembered(seconds=1)
def current_version() -> int:
    return CatalogueVersion.objects.values_list("number", flat=True).get(pk=1)
