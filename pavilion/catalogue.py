"""What the pavilion shows before anyone asks for something: the meter, the families, their best."""

from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery
from django.db.models.expressions import RawSQL
from django.utils.safestring import SafeString, mark_safe

from core.addresses import addresses_of
from core.memo import remembered
from exporters.models import Application, Product, ProductCategory
from pavilion.best import Kind, best_cards_of
from pavilion.facets import CAP, count_text
from pavilion.state import current_pavilion, current_version

PER_CATEGORY = 5
ABOVE_THE_FOLD = 3  # cards of a page whose picture is loaded at once


@dataclass(frozen=True)
class Meter:
    """Approved vendors of the threshold, one tile for each."""

    approved: int
    threshold: int
    tiles: list[dict] = field(repr=False)

    @property
    def remaining(self) -> int:
        return max(self.threshold - self.approved, 0)


def meter() -> Meter:
    """The mosaic: a lit tile for each approved vendor in the order of approval."""
    pavilion, vendors = current_pavilion(), _lit_vendors()
    page_of = addresses_of("pavilion:company")
    tiles = [
        {
            "category": category or "star",
            "name": trade_name or legal_name,
            "url": page_of(slug) if pavilion.is_open else "",
        }
        for category, slug, trade_name, legal_name, _total in vendors
    ]
    waiting = {"category": "", "name": "", "url": ""}
    tiles += [waiting] * (pavilion.threshold - len(tiles))
    return Meter(vendors[0][4] if vendors else 0, pavilion.threshold, tiles)


@remembered(seconds=60, of=current_version)
def _lit_vendors() -> list[tuple]:
    """Up to the threshold; the last of each row is how many there are in all. One query."""
    first_category = (
        Product.objects.filter(company=OuterRef("company")).order_by("pk").values("category__code")
    )
    approved = Application.objects.approved()
    # Once for all rows: the database does not count anew for each.
    total = RawSQL("(SELECT COUNT(*) FROM exporters_application WHERE status = %s)", ["approved"])  # noqa: S611 - a constant
    return list(
        approved.annotate(category=Subquery(first_category[:1]), total=total)
        .order_by("decided_at", "pk")
        .values_list(
            "category", "company__slug", "company__trade_name", "company__legal_name", "total"
        )[: current_pavilion().threshold]
    )


@remembered(seconds=60, of=current_version)
def categories() -> list[ProductCategory]:
    """All families, those most wanted first. To be read only, since threads share them."""
    return list(ProductCategory.objects.order_by("-in_demand", "position"))


@remembered(seconds=60, of=current_version)
def categories_with_counts() -> list[ProductCategory]:
    """All families with how many public products each has; the count goes no further than CAP.

    Each looks at CAP entries of its index at most, however many products there are. To be read
    only, as those above.
    """
    counted = RawSQL(  # noqa: S611 - constants
        "(SELECT COUNT(*) FROM (SELECT 1 FROM pavilion_listing"
        " WHERE category_id = exporters_productcategory.id LIMIT %s) AS few)",
        [CAP + 1],
    )
    found = list(
        ProductCategory.objects.annotate(product_count=counted).order_by("-in_demand", "position")
    )
    for category in found:
        category.count_text = count_text(category.product_count)
    return found


def best_cards(keys: list[int], language: str) -> dict[int, list[SafeString]]:
    """The cards of the best products of these categories. One query, a look into an index each."""
    found = best_cards_of(
        (Kind("category_id = %s", (key,), PER_CATEGORY) for key in keys), language
    )
    return {key: list(cards.values()) for key, cards in zip(keys, found, strict=True) if cards}


def seen_first(cards: list[str]) -> list[SafeString]:
    """Finished cards; the pictures of the first ones do not wait for the page to be laid out."""
    ways = [' fetchpriority="high"', *[""] * (ABOVE_THE_FOLD - 1)]
    at_once = [
        card.replace(' loading="lazy"', way, 1) for card, way in zip(cards, ways, strict=False)
    ]
    return [mark_safe(card) for card in [*at_once, *cards[ABOVE_THE_FOLD:]]]  # noqa: S308


def groups(language: str) -> list[dict]:
    """Every family that has products, with the cards of its best ones."""
    families = [category for category in categories_with_counts() if category.product_count]
    best = best_cards([category.pk for category in families], language)
    found = [
        {"category": category, "cards": best[category.pk]}
        for category in families
        if category.pk in best
    ]
    if found:
        found[0]["cards"] = seen_first(found[0]["cards"])
    return found
