"""What a buyer looks for in the showcase: words and facets, page by page.

The order is best first: quality, then the newest. The key of a page's last row finds the next
one at any depth, and a page's address stays right when rows come and go.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from pavilion.address import Key
from pavilion.facets import CAP, word
from pavilion.languages import suffix
from pavilion.models import Listing
from pavilion.tokens import Term, terms

PER_PAGE = 24


@dataclass(frozen=True)
class Wanted:
    """A search, cleaned by its form; what is empty does not narrow it."""

    words: str = ""
    category: int | None = None
    state: str = ""
    company: int | None = None
    facets: dict[str, str] = field(default_factory=dict)  # {"certificate": "organic"}


@dataclass(frozen=True)
class Page:
    cards: list[str] = field(repr=False)
    after: Key | None  # of the next page
    before: Key | None  # of the previous page
    slugs: list[str] = field(default_factory=list, repr=False)  # of the cards


@dataclass(frozen=True)
class Counts:
    """Over the first 1,000 hits: how many there are, and how many have each value."""

    total: int
    is_capped: bool
    by: dict[str, Counter]


def found(wanted: Wanted) -> QuerySet[Listing]:
    """All listings that are wanted, in no order."""
    rows = Listing.objects.order_by()
    narrowing = [Term((word(name, value),)) for name, value in wanted.facets.items()]
    if words := [*terms(wanted.words), *narrowing]:
        rows = rows.filter(tokens__has=words)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.company:
        rows = rows.filter(company=wanted.company)
    return rows


def page(
    wanted: Wanted, language: str, *, after: Key | None = None, before: Key | None = None
) -> Page:
    """The cards after a key, or those before one; without a key the first ones. One query."""
    rows = found(wanted).values_list("quality", "product", f"card_{suffix(language)}", "slug")
    if before:
        rows = rows.filter(_beyond(before, "gt")).order_by("quality", "product")
    else:
        rows = rows.filter(_beyond(after, "lt") if after else Q())
        rows = rows.order_by("-quality", "-product")
    picked = list(rows[: PER_PAGE + 1])
    more, picked = len(picked) > PER_PAGE, picked[:PER_PAGE]
    if before:
        picked.reverse()
    if not picked:
        return Page([], None, None)
    first, last = Key(*picked[0][:2]), Key(*picked[-1][:2])
    return Page(
        cards=[row[2] for row in picked],
        slugs=[row[3] for row in picked],
        after=last if more or before else None,
        before=first if (more if before else after) else None,
    )


def _beyond(key: Key, side: str) -> Q:
    """Past a key in the order; the first condition alone lets the index begin there."""
    same = Q(quality=key.quality, **{f"product__{side}": key.product})
    return Q(**{f"quality__{side}e": key.quality}) & (Q(**{f"quality__{side}": key.quality}) | same)


def counts(wanted: Wanted) -> Counts:
    """How many hits there are, and of which kinds. One query of small rows."""
    rows = list(found(wanted).values_list("category", "state", "facets")[: CAP + 1])
    by = {"category": Counter(), "state": Counter(), "facets": Counter()}
    for category, state, facets in rows[:CAP]:
        by["category"][category] += 1
        by["state"][state] += 1
        by["facets"].update(facets.split())
    return Counts(min(len(rows), CAP), len(rows) > CAP, by)
