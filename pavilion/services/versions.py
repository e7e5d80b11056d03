"""The number of the catalogue's state, which caches keep in their keys."""

from django.db import transaction
from django.db.models import F

from pavilion.models import CatalogueVersion
from pavilion.state import current_pavilion, current_version

__all__ = ["begin_change", "current_version"]


def begin_change() -> None:
    """Count one state more, and hold its row: changes at once come one after the other.

    With the commit every worker sees the new number within a second, this one at once; what
    follows in this transaction sees it already.
    """
    CatalogueVersion.objects.filter(pk=1).update(number=F("number") + 1)
    current_pavilion.forget()
    transaction.on_commit(current_pavilion.forget)
