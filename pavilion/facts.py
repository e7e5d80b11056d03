"""The facts of trade of a product, as the pages of buyers say them. Writes nothing, asks nothing.

A product comes with its category and company; `certificates` are those that buyers may see.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.portal import usd
from exporters.enums import QUANTITIES, PaymentTerm, Unit
from exporters.models import Certificate, Product
from pavilion.languages import Wording, wording

PRICE, MOQ = "price", "moq"


@dataclass(frozen=True)
class Fact:
    key: str
    label: str | Promise
    value: Wording


_LABELS = {
    PRICE: gettext_lazy("FOB price"),
    MOQ: gettext_lazy("Minimum order (MOQ)"),
    "supply": gettext_lazy("Supply ability"),
    "lead_time": gettext_lazy("Lead time"),
    "port": gettext_lazy("Port of departure"),
    "payment": gettext_lazy("Payment terms"),
    "packaging": gettext_lazy("Packaging"),
    "gift_wrapping": gettext_lazy("Gift wrapping"),
    "certificates": gettext_lazy("Certificates"),
    "hs_code": gettext_lazy("HS code"),
}


def facts(product: Product, certificates: Iterable[Certificate]) -> list[Fact]:
    """All of them in their order; the value of one that the company did not give is empty."""
    texts = {
        PRICE: price_text(product),
        MOQ: product.moq_text,
        "supply": supply_text(product),
        "lead_time": lead_time_text(product),
        "port": product.port,
        "payment": payment_text(product),
        "gift_wrapping": _("Yes") if product.gift_wrapping else "",
        "certificates": ", ".join(str(certificate) for certificate in certificates),
        "hs_code": product.hs_code,
    }
    values = {key: Wording(text) for key, text in texts.items()}
    values["packaging"] = wording(product, "packaging")
    return [Fact(key, label, values[key]) for key, label in _LABELS.items()]


def price_text(product: Product) -> str:
    """ "US$9.80 – US$12.90 per box"; empty without a price."""
    low, high = product.fob_min_usd, product.fob_max_usd
    unit = product.get_unit_display()
    if low is None and high is None:
        return ""
    if low is None:
        return _("up to %(price)s per %(unit)s") % {"price": usd(high), "unit": unit}
    if high is None or high == low:
        return _("%(price)s per %(unit)s") % {"price": usd(low), "unit": unit}
    return _("%(low)s – %(high)s per %(unit)s") % {"low": usd(low), "high": usd(high), "unit": unit}


def supply_text(product: Product) -> str:
    """ "20,000 boxes a month"."""
    if product.supply_quantity is None:
        return ""
    number = number_format(product.supply_quantity, force_grouping=True)
    words = {"count": product.supply_quantity, "number": number}
    quantity = QUANTITIES[Unit(product.unit)] % words
    return f"{quantity} {product.get_supply_period_display()}"


def lead_time_text(product: Product) -> str:
    days = product.lead_time_days
    return "" if days is None else ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def payment_text(product: Product) -> str:
    known = [PaymentTerm(term).label for term in product.payment_terms if term in PaymentTerm]
    return ", ".join(map(str, known))


def summary(product: Product) -> str:
    """One line for those who have not opened the page: who offers it, for how much, from where."""
    offer = [price for price in (price_text(product),) if price]
    if product.moq_text:
        offer.append(_("minimum order %(quantity)s") % {"quantity": product.moq_text})
    where = [product.company.name, product.company.get_state_display()]
    parts = [
        " · ".join(filter(None, where)),
        ", ".join(offer),
        wording(product, "description").text,
    ]
    return " ".join(". ".join(part.rstrip(".") for part in parts if part).split())
