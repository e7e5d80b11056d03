"""What a caller may ask for: parameters of an address, cleaned, each of them once.

An unknown name is refused: a mistyped filter that is ignored would answer everything.
"""

from typing import Literal

from ninja.errors import ValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from core.mexico import State
from exporters.enums import CertificateKind, Size
from pavilion.facets import MOQ_STEPS, PRICE_STEPS
from pavilion.languages import LANGUAGES
from pavilion.search import Wanted
from pavilion.tokens import MAX_QUERY

MAX_LIMIT = 100
_MAX_CURSOR = 18  # digits that any database takes


def _bands(steps, unit: str) -> str:
    """Bands in words: "0: below 5; 1: from 5 to below 20; …"."""
    inner = [f"{at}: from {low} to below {high}" for at, low, high in _pairs(steps)]
    return (
        "; ".join([f"0: below {steps[0]}", *inner, f"{len(steps)}: {steps[-1]} or more"])
        + f" ({unit})"
    )


def _pairs(steps):
    return [(at, *pair) for at, pair in enumerate(zip(steps, steps[1:], strict=False), start=1)]


def _codes(steps) -> tuple[str, ...]:
    return tuple(str(at) for at in range(len(steps) + 1))


class Parameters(BaseModel):
    """Those of every address."""

    model_config = ConfigDict(extra="forbid")

    lang: Literal[*LANGUAGES] = Field(
        "es",
        description="The language of names and texts. Where something is not written in it, "
        "the next of es, en, zh-hans is given, and said beside it.",
    )

    @model_validator(mode="before")
    @classmethod
    def as_they_were_given(cls, data: dict, info: ValidationInfo) -> dict:
        """All of the address, unknown ones too; an empty one is as if it were not there."""
        given = info.context["request"].GET.lists()
        parameters = {name: values[0] if len(values) == 1 else values for name, values in given}
        return {name: value for name, value in parameters.items() if value != ""}


class PageParameters(Parameters):
    """Those of a list."""

    limit: int = Field(25, ge=1, le=MAX_LIMIT, description="How many rows a page has at most.")
    after: str | None = Field(
        None,
        max_length=_MAX_CURSOR,
        description="Where the page begins, as `next` of the page before it says. Opaque.",
    )
    before: str | None = Field(
        None,
        max_length=_MAX_CURSOR,
        description="Where the page ends, as `prev` of the page after it says. Opaque.",
    )


class CompanyParameters(PageParameters):
    """A company is found when one of its products is."""

    q: str = Field(
        "",
        max_length=MAX_QUERY,
        description="Words in Spanish, English or Chinese, without regard to case or accents. "
        "All must occur: in a product's name, texts or category, or in the company's name.",
        json_schema_extra={"example": "miel"},
    )
    category: str | None = Field(
        None, max_length=20, description="The code of a category, see `/categories`."
    )
    state: Literal[*State.values] | None = Field(
        None,
        description="The state of Mexico in which the company is, by its code of two digits "
        "(the statistical office's: 01 Aguascalientes to 32 Zacatecas).",
    )
    size: Literal[*Size.values] | None = Field(
        None, description="The size of the company by Mexican law."
    )
    certificate: Literal[*CertificateKind.values] | None = Field(
        None, description="A kind of certificate, checked by the programme."
    )

    def wanted(self, category: int | None) -> Wanted:
        """What one of its products must be, for the search; `category` is the primary key."""
        return Wanted(words=self.q, category=category)


class ProductParameters(CompanyParameters):
    moq: Literal[*_codes(MOQ_STEPS)] | None = Field(
        None, description=f"A band of the minimum order. {_bands(MOQ_STEPS, 'units')}."
    )
    price: Literal[*_codes(PRICE_STEPS)] | None = Field(
        None,
        description=f"A band of the lowest FOB price. {_bands(PRICE_STEPS, 'US dollars a unit')}.",
    )
    gift: Literal["yes"] | None = Field(None, description="Only what comes gift-wrapped.")
    company: str | None = Field(
        None, max_length=140, description="The slug of a company: only its products."
    )

    def wanted(self, category: int | None) -> Wanted:
        names = ("size", "certificate", "moq", "price", "gift")
        facets = {name: value for name in names if (value := getattr(self, name))}
        return Wanted(self.q, category, self.state or "", facets=facets)


def refuse(name: str, message: str) -> ValidationError:
    """The error to raise for a parameter whose value only the rows show to be wrong."""
    return ValidationError([{"type": "value_error", "loc": ("query", name), "msg": message}])
