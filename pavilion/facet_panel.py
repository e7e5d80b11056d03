"""The filters of a list as a page shows them: each value is a link that sets or removes it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote_plus

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.mexico import State
from core.templatetags.portal import usd0
from exporters.enums import CertificateKind, Size
from exporters.models import ProductCategory
from pavilion.address import CHOICES, Address
from pavilion.facets import MOQ_STEPS, PRICE_STEPS, count_text, word
from pavilion.search import Counts, Wanted

_HOLE = "\0"  # what no address holds


@dataclass(frozen=True)
class Value:
    label: str
    query: str  # the address with it, or without it where it is set already
    count: str = ""
    is_set: bool = False
    code: str = ""  # of a category: its motif and colour


@dataclass(frozen=True)
class Facet:
    name: str
    title: str
    values: list[Value]

    @property
    def is_set(self) -> bool:
        return any(value.is_set for value in self.values)


def wanted(address: Address, categories: Iterable[ProductCategory]) -> Wanted:
    """The search that an address asks for; a family that does not exist narrows nothing."""
    keys = {category.code: category.pk for category in categories}
    return Wanted(
        words=address.q,
        category=keys.get(address.category),
        state=address.state,
        facets=address.facets,
    )


def facets(
    address: Address, counts: Counts, categories: Iterable[ProductCategory], *, fixed: str = ""
) -> list[Facet]:
    """All facets that have something to choose from, but for the one that the page fixes."""
    found = []
    for name, title in _titles().items():
        if name == fixed:
            continue
        values = list(_values(name, address, counts, categories))
        if values:
            found.append(Facet(name, title, values))
    return found


def chips(address: Address, categories: Iterable[ProductCategory]) -> list[Value]:
    """What narrows the list, each with the address without it."""
    names = {category.code: category.name for category in categories}
    titles, found = _titles(), []
    for name, value in address.narrows.items():
        if name == "q":
            label = f"“{value}”"
        elif name == "category":
            label = names[value]
        elif name in ("price", "moq"):
            label = f"{titles[name]}: {_LABELS[name](value)}"
        else:
            label = _LABELS[name](value)
        found.append(Value(label, str(address.to(**{name: ""})), is_set=True))
    return found


def _titles() -> dict[str, str]:
    return {
        "category": _("Product family"),
        "certificate": _("Certification"),
        "state": _("State of Mexico where it is made"),
        "price": _("FOB price per unit"),
        "moq": _("Minimum order"),
        "size": _("Size of the company"),
        "gift": _("Packaging"),
    }


def _values(name: str, address: Address, counts: Counts, categories) -> Iterator[Value]:
    """The values that occur among the hits; where they have no order of their own, most first."""
    if name == "category":
        given = [(each.code, each.name, counts.by["category"][each.pk]) for each in categories]
    elif name == "state":
        given = [(code, str(State(code).label), counts.by["state"][code]) for code in State.values]
    else:
        occur = counts.by["facets"]
        given = [
            (code, _LABELS[name](code), occur[word(name, code)]) for code in CHOICES[name]
        ]  # fmt: skip
    if name in ("state", "certificate"):
        given.sort(key=lambda value: -value[2])
    now = getattr(address, name)
    without, with_one = str(address.to(**{name: ""})), _with_any(address, name)
    for code, label, number in given:
        is_set = code == now
        if number or is_set or counts.is_capped:  # what was not counted may exist all the same
            yield Value(
                label=label,
                query=without if is_set else with_one(code),
                count=count_text(number, is_least=counts.is_capped) if number else "",
                is_set=is_set,
                code=code if name == "category" else "",
            )


def _with_any(address: Address, name: str) -> Callable[[str], str]:
    """Writes the address with a value of this filter; what is the same in all is written once."""
    before, _, after = str(address.to(**{name: _HOLE})).partition(quote_plus(_HOLE))
    return lambda code: f"{before}{quote_plus(code)}{after}"


def _price(band: str) -> str:
    return _band(int(band), PRICE_STEPS, usd0, last=lambda step: step)


def _moq(band: str) -> str:
    return _band(int(band), MOQ_STEPS, _whole, last=lambda step: step - 1)


def _band(at: int, steps, write: Callable, *, last: Callable) -> str:
    """ "Under US$5", "US$5 – US$20", "US$200 or more"; `last`: the last one before a step."""
    if at == 0:
        return _("Under %(step)s") % {"step": write(steps[0])}
    if at == len(steps):
        return _("%(step)s or more") % {"step": write(steps[-1])}
    return f"{write(steps[at - 1])} – {write(last(steps[at]))}"


def _whole(number: int) -> str:
    return number_format(number, force_grouping=True)


_LABELS: dict[str, Callable[[str], str]] = {
    "state": lambda code: str(State(code).label),
    "size": lambda code: str(Size(code).label),
    "certificate": lambda code: str(CertificateKind(code).label),
    "price": _price,
    "moq": _moq,
    "gift": lambda _code: _("Gift wrapping"),
}
