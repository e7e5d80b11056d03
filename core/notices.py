"""Announcing a thing once, however often and from however many workers it is tried."""

from django.db import IntegrityError, transaction

from core.models import Notice


def first_time(key: str) -> bool:
    """True for the first caller with this key, in the transaction that announces it.

    A second one waits for the first to commit, and is told False. When the first rolls back,
    nothing was announced and the second is the first.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A notice is kept with what it announces.")
    if Notice.objects.filter(key=key).exists():
        return False
    try:
        with transaction.atomic():
            Notice.objects.create(key=key)
    except IntegrityError:
        return False
    return True
