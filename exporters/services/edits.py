"""Bringing the edits of one person into a row that others edit too."""

from exporters.enums import ApplicationStatus, FieldChange
from exporters.merging import Fingerprint, attribute, fingerprint, merge, values_of
from exporters.models import Application


def explain(row, application: Application) -> None:
    """Let the history of `row` say that its next change answers a coordinator's request."""
    if application.status == ApplicationStatus.CHANGES_REQUESTED:
        row._change_reason = FieldChange.ON_REQUEST


def copy_changes(mine, stored, names: list[str], version: Fingerprint | None) -> list[str]:
    """Set on `stored`, a locked row, what `mine` changes of these fields; their names.

    Left out is what someone else has changed since `version`. Without a version everything
    that differs is set.
    """
    values, there = values_of(mine, names), values_of(stored, names)
    base = fingerprint(there) if version is None else version
    written = merge(base, there, values).write
    stored._change_reason = getattr(mine, "_change_reason", None)
    for name in written:
        setattr(stored, attribute(stored, name), values[name])
    return written
