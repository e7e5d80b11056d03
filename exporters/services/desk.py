"""What the review desk keeps: saved filters, and the record of what was taken out."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from core.logs import security_event
from core.models import User
from exporters.models import ExportedApplication, QueueExport, SavedFilter

FILTERS_OF_A_PERSON = 20
_BATCH = 2000


class FilterRefused(Exception):
    """The filter cannot be kept; its text is for the person who tried."""


@transaction.atomic
def keep_filter(user, *, name: str, query: str) -> SavedFilter:
    """Keep a filter of the queue under a name; the same once more changes nothing."""
    User.objects.select_for_update().get(pk=user.pk)  # two at once would exceed the limit
    mine = SavedFilter.objects.filter(user=user)
    same = mine.filter(name=name).first()
    if same and same.query == query:
        return same
    if same:
        raise FilterRefused(_("You already have a filter of this name."))
    if mine.count() >= FILTERS_OF_A_PERSON:
        raise FilterRefused(_("You have as many filters as one can keep. Delete one first."))
    return SavedFilter.objects.create(user=user, name=name, query=query)


def drop_filter(kept: SavedFilter) -> None:
    kept.delete()


@transaction.atomic
def record_export(keys: list[int], *, query: str, format: str, actor) -> QueueExport:
    """Write down who takes these applications out, before the first row leaves."""
    export = QueueExport.objects.create(user=actor, query=query, format=format, rows=len(keys))
    for batch in _batches(keys):
        ExportedApplication.objects.bulk_create(
            ExportedApplication(export=export, application_id=key) for key in batch
        )
    security_event("queue_exported", user=actor, export=export.pk, rows=len(keys), format=format)
    return export


def _batches(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]
