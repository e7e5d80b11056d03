"""The report of a listing feed in words: which products are left out, and what else was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exporters.models import Product
from pavilion.listing_feed import FINDINGS, Finding


@dataclass(frozen=True)
class RefusedProduct:
    """`product` is None once it has been deleted."""

    key: int
    product: Product | None
    reasons: list[Finding]


def refused_products(rows: Sequence[dict]) -> list[RefusedProduct]:
    """Rows of Report.refused with their products, in one query."""
    keys = [row["product"] for row in rows]
    products = Product.objects.select_related("company").in_bulk(keys)
    return [
        RefusedProduct(
            row["product"],
            products.get(row["product"]),
            [FINDINGS[code] for code in row["reasons"] if code in FINDINGS],
        )
        for row in rows
    ]


def found_of(findings: Mapping[str, int], *, refusing: bool) -> list[tuple[Finding, int]]:
    """How often each was found, the most frequent first: those that refuse, or the others."""
    found = [
        (FINDINGS[code], count)
        for code, count in findings.items()
        if code in FINDINGS and FINDINGS[code].refuses == refusing
    ]
    return sorted(found, key=lambda pair: -pair[1])
