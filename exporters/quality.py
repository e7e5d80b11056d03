"""How complete a product is for a buyer, of 100, and what it still misses.

Pure: reads a product's own facts and how many pictures and checked certificates it has.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONG_TEXT = 200  # characters from which a description tells enough
ENOUGH_PICTURES = 3


@dataclass(frozen=True)
class Gap:
    """Something that a buyer misses, and the points that it costs."""

    field: str
    text: str | Promise
    points: int


def gaps(product, *, pictures: int, certificates: int) -> list[Gap]:
    """What is missing, the most costly first; together with the score they are 100."""
    found = [*_text_gaps(product), *_offer_gaps(product)]
    if pictures == 0:
        found.append(Gap("pictures", _("Add a picture: without one nobody stops."), 25))
    elif pictures < ENOUGH_PICTURES:
        found.append(Gap("pictures", _("Show it from more sides: three pictures or more."), 8))
    if certificates == 0:
        found.append(Gap("certificates", _("Add a certificate, if it has one."), 5))
    return sorted(found, key=lambda gap: -gap.points)


def needed(product, *, pictures: int) -> list[Gap]:
    """Without which a product cannot go public; `pictures` are those ready and described."""
    facts = [
        ("name_es", product.name_es, _("its name")),
        ("category", product.category_id, _("its category")),
        ("hs_code", product.hs_code, _("its HS code")),
        ("fob_min_usd", product.fob_min_usd or product.fob_max_usd, _("a price")),
        ("moq", product.moq, _("the minimum order")),
        ("pictures", pictures, _("a picture with its description")),
    ]
    return [Gap(field, text, 0) for field, value, text in facts if not value]


def score(found: list[Gap]) -> int:
    return 100 - sum(gap.points for gap in found)


def _text_gaps(product) -> Iterator[Gap]:
    if not product.name_en:
        yield Gap("name_en", _("Write its name in English."), 10)
    if not product.name_zh_hans:
        yield Gap("name_zh_hans", _("Write its name in Chinese."), 10)
    if len(product.description_es or "") < LONG_TEXT:
        yield Gap("description_es", _("Describe it in 200 characters or more."), 8)
    if not product.description_en:
        yield Gap("description_en", _("Describe it in English."), 7)
    if not product.description_zh_hans:
        yield Gap("description_zh_hans", _("Describe it in Chinese."), 7)
    if not product.keywords_en:
        yield Gap("keywords_en", _("Add search words in English."), 3)


def _offer_gaps(product) -> Iterator[Gap]:
    if product.fob_min_usd is None and product.fob_max_usd is None:
        yield Gap("fob_min_usd", _("Give a price range: buyers leave offers without one."), 8)
    if product.moq is None:
        yield Gap("moq", _("Say what the smallest order is."), 5)
    if product.lead_time_days is None:
        yield Gap("lead_time_days", _("Say how long you need to deliver."), 3)
    if not product.port:
        yield Gap("port", _("Name the port of departure."), 2)
    if product.supply_quantity is None:
        yield Gap("supply_quantity", _("Say how much you can supply."), 3)
    if not product.payment_terms:
        yield Gap("payment_terms", _("Say how a buyer can pay."), 2)
    if not product.packaging_es:
        yield Gap("packaging_es", _("Describe the packaging."), 2)
