"""What a listing on Alibaba.com takes: the limits of the fields of its public API.

As of alibaba.icbu.product.add and its trade structures, in the words of a public client:
github.com/bububa/opentaobao, model/icbu/AlibabaIcbuProductAddAPIRequest.go and
{SourcingTrade,WholesaleTrade}.go. Prices, minimum order and handling days are limited for the
wholesale type alone; our products are kept within those of price and order all the same, so that
either type takes them.

Pure. Each check gives the reason of a refusal in words, or "" when the value is taken.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

SUBJECT_CHARACTERS = 128
KEYWORDS = 3
LOWEST_PRICE, HIGHEST_PRICE = Decimal("0.01"), Decimal(9_999_999)
SMALLEST_MOQ, LARGEST_MOQ = 1, 99_999
SHORTEST_HANDLING, LONGEST_HANDLING = 1, 60  # days

Reason = str | Promise

# Neither may stand inside a search word. Chinese writes its own.
_BETWEEN_WORDS = re.compile(r"[,;，；、\n]")


@dataclass(frozen=True)
class Offer:
    """A product as one listing in one language holds it; prices in US dollars per unit."""

    subject: str
    keywords: Sequence[str] = ()
    lowest_price: Decimal | None = None
    highest_price: Decimal | None = None
    moq: int | None = None
    handling_days: int | None = None


@dataclass(frozen=True)
class Refusal:
    field: str  # of Offer
    reason: Reason


def refusals(offer: Offer, *, wholesale: bool = False) -> Iterator[Refusal]:
    """What Alibaba.com would refuse of an offer. The wholesale type asks for price and order."""
    reasons = {
        "subject": refused_subject(offer.subject),
        "keywords": refused_keywords(offer.keywords),
        "lowest_price": refused_price(offer.lowest_price),
        "highest_price": refused_price(offer.highest_price),
        "moq": refused_moq(offer.moq),
    }
    if wholesale:
        reasons["handling_days"] = refused_handling(offer.handling_days)
        if offer.lowest_price is None and offer.highest_price is None:
            reasons["lowest_price"] = _("It needs a price.")
        if offer.moq is None:
            reasons["moq"] = _("It needs a minimum order.")
    for field, reason in reasons.items():
        if reason:
            yield Refusal(field, reason)


def split_keywords(text: str) -> list[str]:
    """The search words of a text that has commas or semicolons between them."""
    return [word for part in _BETWEEN_WORDS.split(text or "") if (word := " ".join(part.split()))]


def refused_subject(subject: str) -> Reason:
    if not subject.strip():
        return _("It needs a name.")
    if len(subject) > SUBJECT_CHARACTERS:
        return _said(_("At most {limit} characters."), SUBJECT_CHARACTERS)
    return ""


def refused_keywords(keywords: Sequence[str]) -> Reason:
    if len(keywords) > KEYWORDS:
        return _said(_("At most {limit} search words, with commas between them."), KEYWORDS)
    if any(_BETWEEN_WORDS.search(word) for word in keywords):
        return _("A search word has neither a comma nor a semicolon in it.")
    return ""


def refused_price(price: Decimal | None) -> Reason:
    if price is None:
        return ""
    if not price.is_finite() or price < LOWEST_PRICE:
        return _said(_("The lowest price is {limit} dollars."), LOWEST_PRICE)
    if price > HIGHEST_PRICE:
        return _said(_("The highest price is {limit} dollars."), f"{HIGHEST_PRICE:,}")
    return ""


def refused_moq(moq: int | None) -> Reason:
    if moq is None or SMALLEST_MOQ <= moq <= LARGEST_MOQ:
        return ""
    return _said(
        _("The minimum order is from 1 to {limit}. Choose a larger unit if it is more."),
        f"{LARGEST_MOQ:,}",
    )


def refused_handling(days: int | None) -> Reason:
    if days is not None and SHORTEST_HANDLING <= days <= LONGEST_HANDLING:
        return ""
    return _said(_("A wholesale listing is handled in 1 to {limit} days."), LONGEST_HANDLING)


def _said(text: Promise, limit: object) -> Promise:
    return format_lazy(text, limit=limit)
