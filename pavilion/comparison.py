"""Up to four products side by side: a row for each fact, and whether they differ in it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from exporters.models import Product
from pavilion.facts import facts
from pavilion.languages import Wording

MOST = 4


@dataclass(frozen=True)
class Row:
    label: str | Promise
    values: list[Wording]

    @property
    def differs(self) -> bool:
        return len({value.text for value in self.values}) > 1


def compare(products: list[Product]) -> list[Row]:
    """Rows that at least one of the products fills; see showroom.chosen_products."""
    columns = [facts(product, product.shown_certificates) for product in products]
    rows = [
        Row(_("Category"), [Wording(str(product.category)) for product in products]),
        Row(_("State"), [Wording(product.company.get_state_display()) for product in products]),
    ]
    rows += [
        Row(same[0].label, [fact.value for fact in same]) for same in zip(*columns, strict=True)
    ]
    return [row for row in rows if any(row.values)]
