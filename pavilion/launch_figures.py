"""The pavilion in figures, as its launch record keeps them and the press page shows them. Pure."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.money import ZERO

# Signed in Hangzhou by Alibaba and Mexico's ministry of economy (Xinhua; Baking Business).
AGREED_ON = datetime.date(2017, 9, 6)


@dataclass(frozen=True)
class Standing:
    """How the pavilion stands at a moment: approved vendors, what they show, who waits for it.

    `mosaic` are the families of the vendors' first products in the order of their approval, one
    for each vendor of the threshold. Amounts are US dollars.
    """

    vendors_by_state: Mapping[str, int] = field(default_factory=dict)
    vendors_by_size: Mapping[str, int] = field(default_factory=dict)
    products_by_category: Mapping[str, int] = field(default_factory=dict)
    buyers_by_language: Mapping[str, int] = field(default_factory=dict)
    mosaic: Sequence[str] = ()
    # (name, slug) of the first one, and of the one who reached the threshold.
    first_vendor: tuple[str, str] = ("", "")
    threshold_vendor: tuple[str, str] = ("", "")
    fees_paid: Decimal = ZERO
    support_paid: Decimal = ZERO
    support_reserved: Decimal = ZERO


def launch_figures(standing: Standing, *, threshold: int, day: datetime.date) -> dict:
    """As plain data, with the sums that it is read for; amounts as text with two places."""
    return {
        "day": day.isoformat(),
        "days_since_agreement": (day - AGREED_ON).days,
        "threshold": threshold,
        "vendors": sum(standing.vendors_by_state.values()),
        "vendors_by_state": dict(sorted(standing.vendors_by_state.items())),
        "vendors_by_size": dict(sorted(standing.vendors_by_size.items())),
        "products": sum(standing.products_by_category.values()),
        "products_by_category": dict(sorted(standing.products_by_category.items())),
        "buyers": sum(standing.buyers_by_language.values()),
        "buyers_by_language": dict(sorted(standing.buyers_by_language.items())),
        "fees_paid_usd": f"{standing.fees_paid:.2f}",
        "support_paid_usd": f"{standing.support_paid:.2f}",
        "support_reserved_usd": f"{standing.support_reserved:.2f}",
        "first_vendor": _vendor(standing.first_vendor),
        "threshold_vendor": _vendor(standing.threshold_vendor),
        "mosaic": list(standing.mosaic),
    }


def _vendor(vendor: tuple[str, str]) -> dict[str, str]:
    name, slug = vendor
    return {"name": name, "slug": slug}
