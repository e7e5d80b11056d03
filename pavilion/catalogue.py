"""What the pavilion shows: the meter before the launch, products by category after it."""

from dataclasses import dataclass, field

from django.db.models import Count, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from exporters.enums import ApplicationStatus, ProductStatus
from exporters.models import Application, Product, ProductCategory
from pavilion.models import Pavilion

PER_CATEGORY = 6


@dataclass(frozen=True)
class Meter:
    """Approved vendors of the threshold, one tile for each."""

    approved: int
    threshold: int
    tiles: list[dict] = field(repr=False)

    @property
    def remaining(self) -> int:
        return max(self.threshold - self.approved, 0)


def meter(pavilion: Pavilion) -> Meter:
    """The mosaic: a lit tile for each approved vendor in the order of approval."""
    first_category = (
        Product.objects.filter(company=OuterRef("company")).order_by("pk").values("category__code")
    )
    vendors = (
        Application.objects.approved()
        .annotate(category=Subquery(first_category[:1]))
        .order_by("decided_at", "pk")
        .values_list("category", "company__slug", "company__trade_name", "company__legal_name")
    )
    approved = len(vendors)
    tiles = [
        {
            "category": category or "star",
            "name": trade_name or legal_name,
            "url": reverse("pavilion:company", args=[slug]) if pavilion.is_open else "",
        }
        for category, slug, trade_name, legal_name in vendors[: pavilion.threshold]
    ]
    waiting = {"category": "", "name": "", "url": ""}
    tiles += [waiting] * (pavilion.threshold - len(tiles))
    return Meter(approved, pavilion.threshold, tiles)


def categories_with_counts():
    """Each category with how many public products it has; most wanted first."""
    public = Q(
        products__status=ProductStatus.PUBLISHED,
        products__company__applications__status=ApplicationStatus.APPROVED,
    )
    return ProductCategory.objects.annotate(
        product_count=Count("products", filter=public, distinct=True),
    ).order_by("position")


def public_products():
    """Products that buyers may see, ready for cards."""
    return (
        Product.objects.public().select_related("company", "category").prefetch_related("pictures")
    )


def showcase() -> list[dict]:
    """Every category that has products, with its first ones."""
    groups = []
    by_category = _first_products_by_category()
    for category in categories_with_counts():
        products = by_category.get(category.pk, [])
        if products:
            groups.append({"category": category, "products": products})
    return groups


def _first_products_by_category() -> dict[int, list[Product]]:
    """At most PER_CATEGORY public products of each category, in two queries."""
    place = Window(RowNumber(), partition_by="category", order_by="pk")
    products = public_products().annotate(place=place).filter(place__lte=PER_CATEGORY)
    grouped: dict[int, list[Product]] = {}
    for product in products.order_by("pk"):
        grouped.setdefault(product.category_id, []).append(product)
    return grouped
