"""Two people, or two pages, edit one row: what is written, and what clashes.

A page carries a fingerprint of each value that it was opened with, the base. Against it stand
the values stored now and mine, which come with the form.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

# Each of these means something only beside the others, so that they are decided as one.
TOGETHER = (
    ("state", "municipality"),
    ("fob_min_usd", "fob_max_usd", "unit", "moq"),
    ("supply_quantity", "supply_period"),
)

Values = Mapping[str, object]
Fingerprint = Mapping[str, str]
Unit = tuple[str, ...]


@dataclass(frozen=True)
class Merge:
    write: list[str]  # changed by me alone
    clashes: list[Unit]  # changed by me, and differently by someone else


def plain(value: object) -> str:
    """A value as text, the same for values that read the same."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, list):
        return "\n".join(map(plain, value))
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def sent(value: object) -> str | list[str]:
    """A value as a form sends it: a text, or one for each choice of several."""
    return [plain(each) for each in value] if isinstance(value, list) else plain(value)


def values_of(row, names: Iterable[str]) -> dict[str, object]:
    """The values of these fields of a row; of a foreign key its key."""
    return {name: getattr(row, attribute(row, name)) for name in names}


def attribute(row, name: str) -> str:
    """Where a row keeps the value of a field; a name that is no column is the row's own."""
    columns = {field.name: field.attname for field in row._meta.concrete_fields}
    return columns.get(name, name)


def fingerprint(values: Values) -> dict[str, str]:
    return {
        name: hashlib.sha256(f"{name}:{plain(value)}".encode(errors="replace")).hexdigest()[:12]
        for name, value in values.items()
    }


def units(names: Iterable[str]) -> list[Unit]:
    """These fields in the groups that are decided as one."""
    names, found = list(names), []
    for name in names:
        group = next((group for group in TOGETHER if name in group), (name,))
        unit = tuple(other for other in group if other in names)
        if unit not in found:
            found.append(unit)
    return found


def whole(names: Iterable[str], usable: Iterable[str]) -> list[str]:
    """Those of `names` that are usable, without groups of which a part is not."""
    usable = set(usable)
    return [name for unit in units(names) if usable.issuperset(unit) for name in unit]


def merge(base: Fingerprint, stored: Values, mine: Values) -> Merge:
    """What of `mine` to write over `stored`. A field missing from `base` was never seen.

    Asked once more with what is stored after writing, it gives the same clashes.
    """
    mine_now = fingerprint(mine)
    theirs_now = fingerprint({name: stored[name] for name in mine})
    result = Merge([], [])
    for unit in units(mine):
        seen, my, their = (
            [side.get(name) for name in unit] for side in (base, mine_now, theirs_now)
        )
        if my in (seen, their):
            continue
        if their == seen:
            result.write.extend(unit)
        else:
            result.clashes.append(unit)
    return result


def next_base(base: Fingerprint, stored: Values, mine: Values) -> dict[str, str]:
    """The base of a page that goes on after saving `mine`.

    What is stored as the page shows it becomes its base; the rest the page has yet to see.
    """
    mine_now, theirs_now = fingerprint(mine), fingerprint(stored)
    agreed = {name: value for name, value in mine_now.items() if theirs_now[name] == value}
    return {**base, **agreed}
