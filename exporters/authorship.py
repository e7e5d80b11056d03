"""Who wrote what is stored now."""

import datetime
from dataclasses import dataclass

from exporters.merging import plain, values_of

RECORDS = 50  # an answer that is older than so many edits is given without its author


@dataclass(frozen=True)
class Edit:
    person: object  # the user, or None when nobody was signed in
    at: datetime.datetime


def last_edits(row, names: list[str]) -> dict[str, Edit]:
    """Of each of these fields the edit that gave it its present value, where it is known."""
    kept = {field.name for field in row.history.model._meta.fields}
    open_names, found = kept.intersection(names), {}
    now = {name: plain(value) for name, value in values_of(row, open_names).items()}
    for record in row.history.select_related("history_user")[:RECORDS]:  # newest first
        values = values_of(record, open_names)
        for name in list(open_names):
            if plain(values[name]) == now[name]:
                found[name] = Edit(record.history_user, record.history_date)
            else:
                open_names.discard(name)
    return found
