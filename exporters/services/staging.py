"""Prepared decisions: only while their file stays in review with whoever prepared them."""

from django.utils import timezone

from exporters.models import Application


def void_staged(application: Application, *, actor) -> None:
    """Discard a prepared decision, since its file moves on without it."""
    application.staged_decisions.open().update(discarded_at=timezone.now(), discarded_by=actor)
