from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from pavilion import showroom
from pavilion.comparison import MOST, compare
from pavilion.languages import wording
from pavilion.views.door import OpenPavilionView

_ASKED = 30  # addresses that are looked at; more are somebody's try
_LONGEST = 140  # of a slug


def asked_products(request) -> list[str]:
    """The slugs of ?p=…&p=…, each once."""
    slugs = [slug for slug in request.GET.getlist("p") if 0 < len(slug) <= _LONGEST]
    return list(dict.fromkeys(slugs))[:_ASKED]


def query_of(slugs: list[str]) -> str:
    """The slugs as a query, "p=a&p=b"."""
    return urlencode([("p", slug) for slug in slugs])


def address_with(name: str, slugs: list[str]) -> str:
    query = query_of(slugs)
    return f"{reverse(name)}?{query}" if query else reverse(name)


class CompareView(OpenPavilionView):
    """Up to four products side by side. The address is all that it knows."""

    def get(self, request):
        asked = asked_products(request)
        products = showroom.chosen_products(asked[:MOST])
        slugs = [product.slug for product in products]
        columns = [
            {
                "product": product,
                "name": wording(product, "name"),
                "cover": product.cover,
                "without": address_with(
                    "pavilion:compare", [slug for slug in slugs if slug != product.slug]
                ),
            }
            for product in products
        ]
        context = {
            "columns": columns,
            "rows": compare(products),
            "slugs": slugs,
            "ask_query": query_of(slugs),
            "gone": len(asked[:MOST]) - len(products),
            "too_many": len(asked) > MOST,
            "has_room": len(products) < MOST,
            "suggestions": _suggestions(products, slugs) if len(products) == 1 else [],
            "preview": self.preview,
        }
        return render(request, "pavilion/compare.html", context)


def _suggestions(products, slugs) -> list[dict]:
    """What a single product may be compared with."""
    similar = showroom.similar_listings(products[0], get_language())
    return [
        {
            "name": wording(listing.product, "name"),
            "url": address_with("pavilion:compare", [*slugs, listing.slug]),
        }
        for listing in similar
    ]
