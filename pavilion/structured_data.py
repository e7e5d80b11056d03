"""What search engines are told of a page, in the words of schema.org."""

from collections.abc import Iterable

from django.urls import reverse

from core.addresses import addresses_of
from core.templatetags.portal import absolute
from exporters.models import Company, Product
from pavilion.facts import Fact, lead_time_text
from pavilion.languages import wording

_CONTEXT = "https://schema.org"
Crumb = tuple[str, str]  # what it is called, its path


def product_data(product: Product, pictures: Iterable, facts: Iterable[Fact]) -> dict:
    data = {
        "@context": _CONTEXT,
        "@type": "Product",
        "name": wording(product, "name").text,
        "description": wording(product, "description").text,
        "url": absolute(reverse("pavilion:product", args=[product.slug])),
        "image": [absolute(picture.file.url) for picture in pictures],
        "category": str(product.category),
        "countryOfOrigin": {"@type": "Country", "name": "MX"},
        "manufacturer": _organization(product.company),
        "offers": _offer(product),
        "additionalProperty": [
            {"@type": "PropertyValue", "name": str(fact.label), "value": fact.value.text}
            for fact in facts
            if fact.value
        ],
    }
    return _without_gaps(data)


def _offer(product: Product) -> dict | None:
    """The FOB range; None without a price, since an offer without one is none."""
    low, high = product.fob_min_usd, product.fob_max_usd
    low, high = (low or high), (high or low)
    if low is None:
        return None
    offer = {
        "url": absolute(reverse("pavilion:product", args=[product.slug])),
        "priceCurrency": "USD",
        "availability": f"{_CONTEXT}/InStock",
        "seller": _organization(product.company),
        "description": f"FOB {product.port}".strip(),
    }
    if product.moq is not None:
        offer["eligibleQuantity"] = {
            "@type": "QuantitativeValue",
            "minValue": product.moq,
            "unitText": product.get_unit_display(),
        }
    if lead := lead_time_text(product):
        offer["deliveryLeadTime"] = {
            "@type": "QuantitativeValue",
            "value": product.lead_time_days,
            "unitCode": "DAY",
            "name": lead,
        }
    if low == high:
        return {"@type": "Offer", "price": str(low), **offer}
    prices = {"lowPrice": str(low), "highPrice": str(high), "offerCount": 1}
    return {"@type": "AggregateOffer", **prices, **offer}


def company_data(company: Company) -> dict:
    data = _organization(company) | {
        "@context": _CONTEXT,
        "legalName": company.legal_name,
        "description": wording(company, "about").text,
        "address": {
            "@type": "PostalAddress",
            "addressRegion": company.get_state_display(),
            "addressCountry": "MX",
        },
        "sameAs": company.website,
    }
    return _without_gaps(data)


def _organization(company: Company) -> dict:
    url = absolute(reverse("pavilion:company", args=[company.slug]))
    return {"@type": "Organization", "name": company.name, "url": url}


def breadcrumbs(crumbs: Iterable[Crumb]) -> dict:
    return {
        "@context": _CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": absolute(path)}
            for place, (name, path) in enumerate(crumbs, start=1)
        ],
    }


def item_list(slugs: Iterable[str]) -> dict:
    """The products of a list, in its order."""
    page_of = addresses_of("pavilion:product")
    return {
        "@context": _CONTEXT,
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "url": absolute(page_of(slug))}
            for place, slug in enumerate(slugs, start=1)
        ],
    }


def _without_gaps(data: dict) -> dict:
    return {key: value for key, value in data.items() if value not in ("", None, [])}
