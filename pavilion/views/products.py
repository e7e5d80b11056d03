from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from pavilion import showroom
from pavilion.access import may_see_of
from pavilion.facts import facts, summary
from pavilion.languages import wording
from pavilion.state import current_pavilion
from pavilion.structured_data import breadcrumbs, product_data


class ProductView(View):
    """A product as buyers see it; its own team sees it before that too."""

    def dispatch(self, request, slug):
        self.pavilion = current_pavilion()
        self.product = showroom.find_product(slug)
        if self.product is None:
            raise Http404
        self.is_public = self.product.listed is not None
        if not may_see_of(
            request.user, self.pavilion, self.product.company, is_public=self.is_public
        ):
            raise Http404
        return super().dispatch(request, slug)

    def get(self, request, slug):
        product = self.product
        company, pictures = product.company, showroom.gallery(product)
        certificates = list(showroom.certificates_of(product))
        rows = facts(product, certificates)
        trail = _trail(product)
        context = {
            "product": product,
            "company": company,
            "name": wording(product, "name"),
            "text": wording(product, "description"),
            "about": wording(company, "about"),
            "pictures": pictures,
            "certificates": certificates,
            "facts": [fact for fact in rows if fact.value and fact.key != "certificates"],
            "trail": trail,
            "summary": summary(product),
            "structured": [product_data(product, pictures, rows), breadcrumbs(trail)],
            "share_picture": _share_picture(product),
            "preview": not self.pavilion.is_open,
            "is_public": self.is_public,
            **showroom.cards_beside(product, get_language()),
        }
        return render(request, "pavilion/product.html", context)


def _trail(product) -> list[tuple[str, str]]:
    category, name = product.category, wording(product, "name").text
    return [
        (_("Mexico Pavilion"), reverse("pavilion:showcase")),
        (category.name, reverse("pavilion:category", args=[category.code])),
        (name, reverse("pavilion:product", args=[product.slug])),
    ]


def _share_picture(product):
    """The drawn picture for links, None until the worker has made it."""
    picture = getattr(product, "share_picture", None)
    return picture.file if picture and picture.file else None
