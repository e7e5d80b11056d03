"""What a buyer looks for in the showcase: words and facets, page by page.

The order is best first: quality, then the newest. The key of a page's last row finds the next
one at any depth, and a page's address stays right when rows come and go.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q, QuerySet

from core.memo import remembered
from pavilion.address import Key
from pavilion.facets import CAP, word
from pavilion.frequency import pages_with
from pavilion.languages import suffix
from pavilion.models import Listing
from pavilion.state import current_version
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
    terms: tuple[Term, ...] = ()  # words that are understood already

    @property
    def is_family(self) -> bool:
        """Whether it is a whole family, which many look at."""
        return self == Wanted(category=self.category)

    @property
    def all_terms(self) -> list[Term]:
        narrowing = [Term((word(name, value),)) for name, value in self.facets.items()]
        return [*terms(self.words), *self.terms, *narrowing]


@dataclass(frozen=True)
class Page:
    cards: list[str] = field(repr=False)
    after: Key | None  # of the next page
    before: Key | None  # of the previous page
    slugs: list[str] = field(default_factory=list, repr=False)  # of the cards


@dataclass(frozen=True)
class Hits:
    """The places and kinds of what is found, up to CAP of it, in no order."""

    rows: list[tuple] = field(repr=False)  # quality, product, category, state, facets
    is_capped: bool  # there are more

    @property
    def keys(self) -> list[Key]:
        """Their places, best first."""
        return [Key(*place) for place in sorted((row[:2] for row in self.rows), reverse=True)]


@dataclass(frozen=True)
class Counts:
    """Over the first 1,000 hits: how many there are, and how many have each value."""

    total: int
    is_capped: bool
    by: dict[str, Counter]


def found(wanted: Wanted) -> QuerySet[Listing]:
    """All listings that are wanted, in no order."""
    rows = Listing.objects.order_by()
    if words := wanted.all_terms:
        rows = rows.filter(tokens__has=words)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.company:
        rows = rows.filter(company=wanted.company)
    return rows


def look(wanted: Wanted) -> Hits:
    """Up to CAP hits, whichever come first: small rows, by one query or two."""
    rows = found(wanted).values_list("quality", "product_id", "category", "state", "facets")
    if not wanted.all_terms:
        picked = list(rows[: CAP + 1])
        return Hits(picked[:CAP], len(picked) > CAP)
    picked = []
    if pages := pages_with(CAP, wanted.all_terms):
        picked = _picked(rows, pages)
    if len(picked) <= CAP:
        picked = _picked(rows)
    return Hits(picked[:CAP], len(picked) > CAP)


def _picked(rows: QuerySet[Listing], pages: int | None = None) -> list[tuple]:
    """Up to CAP of these rows and one more; only those in the first `pages` of the table.

    Otherwise the database is asked for all hits, and reading stops early: told of the limit, it
    would trust a guess of how rare a word is, and read the whole table for one that nobody uses.
    """
    sql, params = rows.query.sql_with_params()
    if pages:
        table = connection.ops.quote_name(Listing._meta.db_table)
        first = f"(SELECT * FROM {table} WHERE ctid < '({pages},0)' OFFSET 0) AS {table}"  # noqa: S608
        sql = sql.replace(f"FROM {table}", f"FROM {first}", 1)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH hits AS MATERIALIZED ({sql}) SELECT * FROM hits LIMIT {CAP + 1}",  # noqa: S608
            params,
        )
        return cursor.fetchall()


def page(
    wanted: Wanted,
    language: str,
    *,
    after: Key | None = None,
    before: Key | None = None,
    hits: Hits | None = None,
) -> Page:
    """The cards after a key, or those before one; without a key the first ones. One query.

    Where `hits` are all there is, they are put in order here. Among many the index of the order
    soon meets enough of them.
    """
    if hits and not hits.is_capped:
        picked = _of_hits(hits, language, after, before)
    else:
        picked = _of_index(wanted, language, after, before)
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


def _of_hits(hits: Hits, language: str, after: Key | None, before: Key | None) -> list[tuple]:
    """The rows of one page and one more, away from the key."""
    places = [(key.quality, key.product) for key in hits.keys]
    if before:
        beyond = (before.quality, before.product)
        places = [place for place in reversed(places) if place > beyond]
    elif after:
        places = [place for place in places if place < (after.quality, after.product)]
    places = places[: PER_PAGE + 1]
    keys = [product for _quality, product in places]
    rows = Listing.objects.filter(pk__in=keys).order_by()
    cards = {
        product: card
        for product, *card in rows.values_list("product_id", f"card_{suffix(language)}", "slug")
    }
    return [(*place, *cards[place[1]]) for place in places if place[1] in cards]


def _of_index(wanted: Wanted, language: str, after: Key | None, before: Key | None) -> list[tuple]:
    rows = found(wanted).values_list("quality", "product", f"card_{suffix(language)}", "slug")
    if before:
        rows = rows.filter(_beyond(before, "gt")).order_by("quality", "product_id")
    else:
        rows = rows.filter(_beyond(after, "lt") if after else Q())
        rows = rows.order_by("-quality", "-product_id")
    return list(rows[: PER_PAGE + 1])


def _beyond(key: Key, side: str) -> Q:
    """Past a key in the order; the first condition alone lets the index begin there."""
    same = Q(quality=key.quality, **{f"product__{side}": key.product})
    return Q(**{f"quality__{side}e": key.quality}) & (Q(**{f"quality__{side}": key.quality}) | same)


def counts(hits: Hits) -> Counts:
    """How many of the hits are of which kind."""
    by = {
        "category": Counter(row[2] for row in hits.rows),
        "state": Counter(row[3] for row in hits.rows),
        "facets": Counter(),
    }
    for facets, number in Counter(row[4] for row in hits.rows).items():  # few differ
        for one in facets.split():
            by["facets"][one] += number
    return Counts(len(hits.rows), hits.is_capped, by)


@remembered(seconds=60, of=current_version)
def counts_of_family(category: int | None) -> Counts:
    """What there is to filter by where nothing is, of a family or of all. One query."""
    return counts(look(Wanted(category=category)))
