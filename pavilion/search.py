"""What a buyer looks for in the showcase: words and facets, page by page.

The order is best first: quality, then the newest. The key of a page's last row finds the next
one at any depth, and a page's address stays right when rows come and go.
"""

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from pavilion.languages import suffix
from pavilion.models import Listing
from pavilion.tokens import terms

PER_PAGE = 24
CAP = 1000  # counts go no further: "1000+"

# Upper ends of the price bands in US dollars, and of the minimum orders; the last is open.
PRICE_BANDS = (5, 20, 50, 200)
MOQ_BANDS = (50, 200, 1000, 5000)


@dataclass(frozen=True)
class Wanted:
    """A search, cleaned by its form; empty values do not narrow it."""

    words: str = ""
    category: int | None = None
    state: str = ""
    size: str = ""
    certificate: str = ""
    price: int | None = None  # index of a band
    moq: int | None = None
    gift: bool = False


@dataclass(frozen=True)
class Key:
    """The place of a row in the order: (quality, product)."""

    quality: int
    product: int

    def __str__(self):
        return f"{self.quality}-{self.product}"

    @classmethod
    def read(cls, text: str) -> "Key | None":
        """None for what is not a key."""
        quality, _, product = text.partition("-")
        if not (quality.isdecimal() and product.isdecimal() and len(text) <= 24):
            return None
        return cls(int(quality), int(product))


@dataclass(frozen=True)
class Page:
    cards: list[str] = field(repr=False)
    after: Key | None  # of the next page
    before: Key | None  # of the previous page


def found(wanted: Wanted) -> QuerySet[Listing]:
    """All listings that are wanted, in no order."""
    rows = Listing.objects.order_by()
    if words := terms(wanted.words):
        rows = rows.filter(tokens__has=words)
    exact = {"category": wanted.category, "state": wanted.state, "size": wanted.size}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.certificate:
        rows = rows.filter(certificate_list__contains=f" {wanted.certificate} ")
    if wanted.gift:
        rows = rows.filter(gift_wrapping=True)
    if wanted.price is not None:
        rows = rows.filter(_band("price_usd", PRICE_BANDS, wanted.price))
    if wanted.moq is not None:
        rows = rows.filter(_band("moq", MOQ_BANDS, wanted.moq))
    return rows


def page(wanted: Wanted, language: str, *, after: Key | None = None, before: Key | None = None):
    """The cards after a key, or before one; without a key the first ones."""
    card = f"card_{suffix(language)}"
    rows = found(wanted)
    if before:
        later = Q(quality__gt=before.quality) | Q(
            quality=before.quality, product__gt=before.product
        )
        rows = rows.filter(later).order_by("quality", "product")
    else:
        if after:
            earlier = Q(quality__lt=after.quality) | Q(
                quality=after.quality, product__lt=after.product
            )
            rows = rows.filter(quality__lte=after.quality).filter(earlier)
        rows = rows.order_by("-quality", "-product")
    picked = list(rows.values_list("quality", "product", card)[: PER_PAGE + 1])
    more, picked = len(picked) > PER_PAGE, picked[:PER_PAGE]
    if before:
        picked.reverse()
    first, last = (Key(*picked[at][:2]) if picked else None for at in (0, -1))
    goes_on = bool(before) or more
    return Page(
        cards=[row[2] for row in picked],
        after=last if goes_on else None,
        before=first if (after or (before and more)) else None,
    )


def _band(name: str, ends: tuple[int, ...], index: int) -> Q:
    below = Q(**{f"{name}__lt": ends[index]}) if index < len(ends) else Q()
    above = Q(**{f"{name}__gte": ends[index - 1]}) if index else Q()
    return Q(**{f"{name}__isnull": False}) & below & above


def counts(rows: QuerySet[Listing], name: str) -> dict:
    """How many of the first 1,001 rows have each value of a facet."""
    some = rows.values("pk")[: CAP + 1]
    return dict(
        Listing.objects.filter(pk__in=some)
        .order_by()
        .values_list(name)
        .annotate(number=Count("pk"))
    )
