"""A product as a sourcing listing of Alibaba.com, and what the platform would refuse of it. Pure.

Field names and the limits of subject and keywords are those of the platform's product interface
(its public Go client, bububa/opentaobao: AlibabaIcbuProductAddAPIRequest, SourcingTrade). Its code
lists were not found: values that stand for one of its codes are ours, with PLACEHOLDER before
them, and must be mapped before anything is sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exporters.icbu import KEYWORDS, SUBJECT_CHARACTERS, refused_price, split_keywords
from pavilion.languages import suffix

PLACEHOLDER = "placeholder:"
# Fields whose values are our own codes, by the reason above.
PLACEHOLDERS = (
    "category",
    "attributes",
    "fob_unit_type",
    "payment_methods",
    "min_order_unit",
    "supply_unit",
    "supply_period",
)
FALLBACK = ("en", "zh-hans", "es")


@dataclass(frozen=True)
class Finding:
    """Something about a field: it refuses the product, or only weakens its listing.

    `rule` says whether the platform's interface publishes it, or we suppose it.
    """

    field: str
    text: str | Promise
    refuses: bool = True
    published: bool = False


FINDINGS = {
    "subject_missing": Finding("subject", _("It has no name in any language.")),
    "subject_long": Finding(
        "subject", _("Its name is longer than 128 characters."), published=True
    ),
    "description_missing": Finding("description", _("It has no description in any language.")),
    "keywords_many": Finding("keywords", _("It has more than three search words."), published=True),
    "picture_missing": Finding("main_image", _("It has no picture that is ready.")),
    "price_missing": Finding("fob_min_price", _("It has no FOB price.")),
    "price_order": Finding("fob_min_price", _("Its lowest price is above its highest.")),
    "price_range": Finding(
        "fob_min_price", _("Its price is not between 0.01 and 9,999,999 US dollars.")
    ),
    "moq_missing": Finding("min_order_quantity", _("It has no minimum order.")),
    "subject_fallback": Finding(
        "subject", _("Its name is in another language than the one chosen."), refuses=False
    ),
    "description_fallback": Finding(
        "description",
        _("Its description is in another language than the one chosen."),
        refuses=False,
    ),
    "keywords_missing": Finding("keywords", _("It has no search words."), refuses=False),
    "supply_missing": Finding(
        "supply_quantity", _("It does not say how much can be supplied."), refuses=False
    ),
    "port_missing": Finding(
        "delivery_port", _("It does not name a port of departure."), refuses=False
    ),
    "delivery_missing": Finding(
        "delivery_time", _("It does not say how long a delivery takes."), refuses=False
    ),
    "payment_missing": Finding(
        "payment_methods", _("It does not say how a buyer can pay."), refuses=False
    ),
    "packaging_missing": Finding(
        "packaging_desc", _("It does not describe its packaging."), refuses=False
    ),
}


@dataclass(frozen=True)
class Entry:
    """A product for the platform: its listing, and the codes of what was found (FINDINGS)."""

    listing: dict
    codes: tuple[str, ...]

    @property
    def refusals(self) -> list[str]:
        return [code for code in self.codes if FINDINGS[code].refuses]

    @property
    def is_accepted(self) -> bool:
        return not self.refusals


def feed_entry(
    product,
    *,
    language: str,
    images: Iterable[str],
    certificates: Iterable[str],
    state: str,
    group: str,
) -> Entry:
    """`product` has the facts of exporters.models.Product, its texts a column each language.

    `images` are absolute addresses, the first one the cover; `certificates` and `state` (of
    origin) are names, `group` the company's own for such products. Texts that do not exist in
    `language` are taken from another one, and `fallbacks` of the listing names them.
    """
    subject, said_subject = _text(product, "name", language)
    description, said_description = _text(product, "description", language)
    packaging, _said = _text(product, "packaging", language)
    raw_keywords, _said = _text(product, "keywords", language)
    keywords = split_keywords(raw_keywords)
    lowest, highest = _prices(product)
    images = list(images)
    unit = _code(product.unit)
    codes = [
        *_text_findings(subject, description, keywords),
        *(["subject_fallback"] if said_subject not in ("", language) else []),
        *(["description_fallback"] if said_description not in ("", language) else []),
        *([] if images else ["picture_missing"]),
        *_price_findings(lowest, highest),
        *_trade_findings(product, packaging),
    ]
    listing = {
        "product": product.slug,
        "language": language,
        "fallbacks": {
            field: said
            for field, said in (("subject", said_subject), ("description", said_description))
            if said not in ("", language)
        },
        "subject": subject,
        "keywords": keywords,
        "category": _code(product.category.code),
        "group": group,
        "description": description,
        "main_image": images,
        "attributes": _attributes(product, certificates, state),
        "type": "sourcing",
        "fob_currency": "USD",
        "fob_min_price": _amount(lowest),
        "fob_max_price": _amount(highest),
        "fob_unit_type": unit,
        "payment_methods": [_code(term) for term in product.payment_terms],
        "min_order_quantity": product.moq,
        "min_order_unit": unit,
        "supply_quantity": product.supply_quantity,
        "supply_unit": unit if product.supply_quantity else "",
        "supply_period": _code(product.supply_period) if product.supply_quantity else "",
        "delivery_port": product.port,
        "delivery_time": _days(product.lead_time_days),
        "packaging_desc": packaging,
    }
    return Entry(listing, tuple(codes))


# The columns of a table, in the order of a listing.
COLUMNS = (
    "product", "language", "fallbacks", "subject", "keywords", "category", "group", "description",
    "main_image", "attributes", "type", "fob_currency", "fob_min_price", "fob_max_price",
    "fob_unit_type", "payment_methods", "min_order_quantity", "min_order_unit", "supply_quantity",
    "supply_unit", "supply_period", "delivery_port", "delivery_time", "packaging_desc",
)  # fmt: skip


def flat(listing: dict) -> list:
    """A listing as a row of a table: what it holds several of stands in one cell."""
    return [_cell(listing[column]) for column in COLUMNS]


def _cell(value):
    if isinstance(value, dict):
        return "; ".join(f"{key}: {text}" for key, text in value.items())
    if isinstance(value, list):
        return "; ".join(
            f"{each['name']}: {each['value']}" if isinstance(each, dict) else each for each in value
        )
    return value


def _text(product, field: str, language: str) -> tuple[str, str]:
    """The text in `language` or else in another one, and which one that is ("" for none)."""
    for code in (language, *FALLBACK):
        if text := (getattr(product, f"{field}_{suffix(code)}") or "").strip():
            return text, code
    return "", ""


def _text_findings(subject: str, description: str, keywords: list[str]) -> list[str]:
    found = []
    if not subject:
        found.append("subject_missing")
    if len(subject) > SUBJECT_CHARACTERS:
        found.append("subject_long")
    if not description:
        found.append("description_missing")
    if not keywords:
        found.append("keywords_missing")
    if len(keywords) > KEYWORDS:
        found.append("keywords_many")
    return found


def _prices(product) -> tuple[Decimal | None, Decimal | None]:
    """Lowest and highest; where there is but one, it is both."""
    lowest, highest = product.fob_min_usd, product.fob_max_usd
    return (highest if lowest is None else lowest), (lowest if highest is None else highest)


def _price_findings(lowest: Decimal | None, highest: Decimal | None) -> list[str]:
    if lowest is None or highest is None:
        return ["price_missing"]
    if lowest > highest:
        return ["price_order"]
    # Published for wholesale listings; taken for sourcing ones too, for which none was found.
    return ["price_range"] if refused_price(lowest) or refused_price(highest) else []


def _trade_findings(product, packaging: str) -> list[str]:
    lacks = {
        "moq_missing": not product.moq,
        "supply_missing": not product.supply_quantity,
        "port_missing": not product.port,
        "delivery_missing": product.lead_time_days is None,
        "payment_missing": not product.payment_terms,
        "packaging_missing": not packaging,
    }
    return [code for code, is_so in lacks.items() if is_so]


def _attributes(product, certificates: Iterable[str], state: str) -> list[dict[str, str]]:
    """HS codes have no field on the platform, and none here."""
    found = [{"name": "Place of Origin", "value": f"{state}, Mexico" if state else "Mexico"}]
    found += [{"name": "Certification", "value": name} for name in certificates]
    if product.gift_wrapping:
        found.append({"name": "Gift Wrapping", "value": "Yes"})
    return found


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _code(value: str) -> str:
    return f"{PLACEHOLDER}{value}"


def _days(days: int | None) -> str:
    if days is None:
        return ""
    return "1 day" if days == 1 else f"{days} days"
