"""Numbers in sequence, one after the other, safe under concurrency."""

from django.db import IntegrityError, transaction
from django.db.models import F

from core.models import Sequence


def next_number(name: str) -> int:
    """The next number of the sequence `name`, starting at 1.

    Holds the sequence's row until the caller's transaction ends, so that a rolled-back
    caller leaves no gap.
    """
    rows = Sequence.objects.filter(name=name)
    if not rows.update(value=F("value") + 1):
        try:
            with transaction.atomic():
                return Sequence.objects.create(name=name, value=1).value
        except IntegrityError:  # someone else created it first
            rows.update(value=F("value") + 1)
    return rows.get().value
