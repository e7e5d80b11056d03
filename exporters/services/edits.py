"""Bringing the edits of one person into a row that others edit too."""

from exporters.merging import Fingerprint, fingerprint, merge, values_of


def copy_changes(mine, stored, names: list[str], version: Fingerprint | None) -> list[str]:
    """Set on `stored`, a locked row, what `mine` changes of these fields; their names.

    Left out is what someone else has changed since `version`. Without a version everything
    that differs is set.
    """
    values, there = values_of(mine, names), values_of(stored, names)
    base = fingerprint(there) if version is None else version
    written = merge(base, there, values).write
    for name in written:
        setattr(stored, stored._meta.get_field(name).attname, values[name])
    return written
