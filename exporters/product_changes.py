"""What a company has changed in a public product since somebody of the programme looked at it."""

import datetime
from dataclasses import dataclass

from exporters.enums import PaymentTerm, ProductStatus
from exporters.merging import plain, values_of
from exporters.models import Product, ProductCategory
from exporters.models.product import OFFER
from exporters.snapshot import changed_words

Pieces = list[tuple[str, bool]]  # a text in pieces, each with whether the other side lacks it


@dataclass(frozen=True)
class FieldDifference:
    label: str
    before: Pieces
    after: Pieces


@dataclass(frozen=True)
class Review:
    """The last look at a product, and what is not as it was then."""

    when: datetime.datetime
    who: object  # the user
    differences: list[FieldDifference]


def changes_since_review(product: Product) -> Review | None:
    """None when nobody has looked at it, or no version of that time is kept.

    Pictures and certificates have no versions: they are looked at as they are.
    """
    looked = product.transitions.filter(to_status=ProductStatus.PUBLISHED)
    step = looked.select_related("actor").order_by("-pk").first()
    if step is None:
        return None
    versions = product.history.filter(history_date__lte=step.created_at)
    before = versions.order_by("-history_date", "-history_id").first()
    if before is None:
        return None
    was, now = values_of(before, OFFER), values_of(product, OFFER)
    found = [
        _difference(product._meta.get_field(name), was[name], now[name])
        for name in OFFER
        if plain(was[name]) != plain(now[name])
    ]
    return Review(step.created_at, step.actor, found)


def _difference(field, was, now) -> FieldDifference:
    labels = dict(field.flatchoices)
    if field.name == "category":
        labels = {row.pk: row.name for row in ProductCategory.objects.all()}
    if field.name == "payment_terms":
        labels = dict(PaymentTerm.choices)
    before, after = changed_words(_words(was, labels), _words(now, labels))
    return FieldDifference(str(field.verbose_name), before, after)


def _words(value, labels: dict) -> str:
    if isinstance(value, list):
        return ", ".join(str(labels.get(each, each)) for each in value)
    return str(labels.get(value, plain(value)))
