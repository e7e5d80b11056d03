"""Pages that follow the key of a row: as quick at any depth, right when rows come and go."""

import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from pavilion.api.parameters import PageParameters, refuse
from pavilion.search import CAP

_KEY = re.compile(r"[0-9]{1,16}(-[0-9]{1,16})?", re.ASCII)


@dataclass(frozen=True)
class Page:
    rows: list[dict]
    after: str | None  # of the next page
    before: str | None  # of the previous page
    total: int
    total_is_capped: bool


def page(found: QuerySet, columns: tuple[str, ...], rows: QuerySet, asked: PageParameters) -> Page:
    """The rows that are asked for, of those `found`; two queries, or one if that is all.

    `columns` give the order, greatest first, the last of them the primary key. `rows` is
    everything of the model as dictionaries with these columns and all else that is to be shown:
    joined for the rows of the page alone, however many are found.
    """
    after, before = _key("after", asked, columns), _key("before", asked, columns)
    if after and before:
        raise refuse("before", "Give either `after` or `before`.")
    side, key = ("gt", before) if before else ("lt", after)
    keys = found.filter(_beyond(columns, key, side)) if key else found
    keys = keys.order_by(*(f"-{name}" if side == "lt" else name for name in columns))
    keys = keys.values(columns[-1])[: asked.limit + 1]
    picked = list(rows.filter(pk__in=keys).order_by(*(f"-{name}" for name in columns)))
    more = len(picked) > asked.limit
    picked = picked[-asked.limit :] if before else picked[: asked.limit]
    is_all = not (more or key)
    total = len(picked) if is_all else found.order_by().values("pk")[: CAP + 1].count()
    has_next, has_previous = (True, more) if before else (more, after is not None)
    return Page(
        rows=picked,
        after=_text(picked[-1], columns) if picked and has_next else None,
        before=_text(picked[0], columns) if picked and has_previous else None,
        total=min(total, CAP),
        total_is_capped=total > CAP,
    )


def _key(name: str, asked: PageParameters, columns: tuple[str, ...]) -> list[int] | None:
    text = getattr(asked, name)
    if not text:
        return None
    if not _KEY.fullmatch(text) or text.count("-") != len(columns) - 1:
        raise refuse(name, "This is no cursor of this list.")
    return [int(part) for part in text.split("-")]


def _text(row: dict, columns: tuple[str, ...]) -> str:
    return "-".join(str(row[name]) for name in columns)


def _beyond(columns: tuple[str, ...], key: list[int], side: str) -> Q:
    """Past the key in the order; the first condition alone lets an index begin there."""
    condition = Q(**{f"{columns[-1]}__{side}": key[-1]})
    for name, value in zip(columns[-2::-1], key[-2::-1], strict=True):
        past = Q(**{f"{name}__{side}": value}) | condition
        condition = Q(**{f"{name}__{side}e": value}) & past
    return condition
