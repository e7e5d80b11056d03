"""An application as it was sent, and what differs between two such versions."""

import difflib
from dataclasses import dataclass

from django.conf import settings
from django.db.models import BooleanField
from django.utils import translation
from django.utils.translation import gettext as _

from exporters.completeness import SECTIONS
from exporters.enums import DocumentKind, PaymentTerm
from exporters.models import Application, Company, Document, Product
from exporters.models.application import DECLARATIONS
from exporters.models.product import OFFER

Snapshot = dict[str, dict[str, str]]

_COMPANY = (
    "rfc", "legal_name", "trade_name", "state", "municipality", "sector", "employees",
    "annual_sales_mxn", "contact_name", "contact_email", "phone", "website", "about_es",
    "about_en", "about_zh_hans",
)  # fmt: skip
_EXPERIENCE = (
    "export_level", "first_export_year", "export_markets", "online_sales", "capacity",
    "languages_spoken", "motivation",
)  # fmt: skip


# Each part's answers in the order of the form; the database keeps none.
_KEYS = {
    "company": _COMPANY,
    "experience": _EXPERIENCE,
    "product": OFFER,
    "documents": tuple(DocumentKind.values),
    "declarations": DECLARATIONS,
}
_PARTS = list(_KEYS)


@dataclass(frozen=True)
class Difference:
    """One answer that changed; "" on a side on which it did not exist."""

    part: str
    key: str
    before: str
    after: str


def snapshot(application: Application) -> Snapshot:
    """The answers of every part by field: {"company": {...}, "product:7": {...}}."""
    company = application.company
    documents = application.documents.current()
    return {
        "company": _values(company, _COMPANY),
        "experience": _values(application, _EXPERIENCE),
        **{
            f"product:{product.pk}": _product(product)
            for product in company.products.select_related("category")
        },
        "documents": {document.kind: _file(document) for document in documents},
        "declarations": _values(application, DECLARATIONS),
    }


def differences(before: Snapshot, after: Snapshot) -> list[Difference]:
    """Every answer that is not the same in both, in the order of the form."""
    found = []
    for part in sorted({*before, *after}, key=_place):
        old, new = before.get(part, {}), after.get(part, {})
        for key in _KEYS[_kind(part)]:
            was, now = old.get(key, ""), new.get(key, "")
            if was != now:
                found.append(Difference(part, key, was, now))
    return found


def _kind(part: str) -> str:
    return part.partition(":")[0]


def _place(part: str) -> tuple[int, int]:
    kind, _colon, number = part.partition(":")
    return _PARTS.index(kind), int(number or 0)


def changed_words(before: str, after: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Both texts in pieces to join by spaces, each with whether the other text lacks it."""
    old, new = (text.split(" ") if text else [] for text in (before, after))
    left, right = [], []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if i2 > i1:
            left.append((" ".join(old[i1:i2]), tag != "equal"))
        if j2 > j1:
            right.append((" ".join(new[j1:j2]), tag != "equal"))
    return left, right


def part_label(part: str, *versions: Snapshot) -> str:
    """The name of a part: its section, or the product as the last of these versions calls it."""
    if not part.startswith("product:"):
        return str(SECTIONS[part])
    names = [version[part]["name_es"] for version in versions if part in version]
    return _("Product: %(name)s") % {"name": names[-1] if names else "—"}


def key_label(part: str, key: str) -> str:
    """The question, in the reader's language."""
    if part == "documents":
        return str(DocumentKind(key).label)
    return str(_model(part)._meta.get_field(key).verbose_name)


def value_label(part: str, key: str, value: str) -> str:
    """The answer as a person reads it: the label of a choice, yes or no."""
    if part == "documents" or not value:
        return value
    field = _model(part)._meta.get_field(key)
    if isinstance(field, BooleanField):
        return _("Yes") if value == "True" else _("No")
    if key == "payment_terms":
        return ", ".join(dict(PaymentTerm.choices).get(term, term) for term in value.split(", "))
    return str(dict(field.flatchoices).get(value, value))


def _model(part: str):
    return {"company": Company}.get(part, Product if part.startswith("product:") else Application)


def _values(row, names) -> dict[str, str]:
    # In one language, or a colleague who reads another one would seem to change each category.
    with translation.override(settings.LANGUAGE_CODE):
        values = ((name, getattr(row, name)) for name in names)
        return {name: _text(value) for name, value in values}


def _product(product: Product) -> dict[str, str]:
    """Without what says nothing, which versions from before it was asked for do not have."""
    values = _values(product, OFFER)
    if not product.gift_wrapping:
        values["gift_wrapping"] = ""
    if product.supply_quantity is None:
        values["supply_period"] = ""
    return values


def _text(value) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _file(document: Document) -> str:
    issued = f" · {document.issued_on.isoformat()}" if document.issued_on else ""
    return f"{document.original_name} · {document.sha256[:8]}{issued}"
