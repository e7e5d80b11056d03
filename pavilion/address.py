"""A search as it stands in the address of a page: read without trust, written in one way.

What cannot be is left out, so that any address leads to a page, and addresses that ask for the
same are one. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from core.mexico import State
from exporters.enums import CertificateKind, Size
from pavilion.facets import MOQ_STEPS, PRICE_STEPS
from pavilion.tokens import MAX_QUERY

CHOICES = {
    "state": State.values,
    "size": Size.values,
    "certificate": CertificateKind.values,
    "price": [str(band) for band in range(len(PRICE_STEPS) + 1)],
    "moq": [str(band) for band in range(len(MOQ_STEPS) + 1)],
    "gift": ["yes"],
}
_CODE = re.compile(r"[a-z0-9_-]{1,20}", re.ASCII)


@dataclass(frozen=True)
class Key:
    """The place of a row in the order of a list: best first."""

    quality: int
    product: int

    def __str__(self):
        return f"{self.quality}-{self.product}"

    @classmethod
    def read(cls, text: str) -> "Key | None":
        """None for what is not a key."""
        quality, _, product = text.partition("-")
        if len(text) > 18 or not (quality.isascii() and product.isascii()):
            return None
        if not (quality.isdecimal() and product.isdecimal()):
            return None
        return cls(int(quality), int(product))


@dataclass(frozen=True)
class Address:
    """What a buyer looks for, and the page of it; "" and None narrow nothing."""

    q: str = ""
    category: str = ""  # its code; whether there is such a one is not known here
    state: str = ""
    size: str = ""
    certificate: str = ""
    price: str = ""
    moq: str = ""
    gift: str = ""
    after: Key | None = None
    before: Key | None = None
    preview: str = ""  # staff look behind the door

    @classmethod
    def read(cls, params: Mapping[str, str]) -> "Address":
        found = {name: params.get(name, "") for name in CHOICES}
        found = {name: value for name, value in found.items() if value in CHOICES[name]}
        code = params.get("category", "")
        after = Key.read(params.get("after", ""))
        return cls(
            q=clean(params.get("q", "")),
            category=code if _CODE.fullmatch(code) else "",
            after=after,
            before=None if after else Key.read(params.get("before", "")),
            preview="1" if "preview" in params else "",
            **found,
        )

    @property
    def narrows(self) -> dict[str, str]:
        """What it narrows down by, of whatever kind."""
        return {name: value for name in _NARROWING if (value := getattr(self, name))}

    @property
    def facets(self) -> dict[str, str]:
        """The part of it that listings keep as words, see pavilion.facets."""
        return {name: value for name in _WORDS if (value := getattr(self, name))}

    @property
    def is_plain(self) -> bool:
        """Asks for nothing: the page as it opens."""
        return not (self.narrows or self.after or self.before)

    def to(self, **changes) -> "Address":
        """Changed, from its first page on."""
        return replace(self, **{"after": None, "before": None} | changes)

    def __str__(self):
        """As a query string, "?q=botas&state=11"; never quite empty, so that links work."""
        parts = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return "?" + urlencode([(name, str(value)) for name, value in parts if value])


_WORDS = ("size", "certificate", "price", "moq", "gift")
_NARROWING = ("q", "category", "state", *_WORDS)


def clean(text: str) -> str:
    """What someone types, on one line, without what cannot be seen; its beginning counts."""
    line = " ".join(text[: 2 * MAX_QUERY].split())
    return "".join(char for char in line if char.isprintable())[:MAX_QUERY].strip()
