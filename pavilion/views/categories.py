from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pavilion import catalogue
from pavilion.page_cache import offer_to_everyone
from pavilion.structured_data import breadcrumbs, item_list
from pavilion.views.door import OpenPavilionView
from pavilion.views.results import read_address, results


class CategoryView(OpenPavilionView):
    """One family, searched and narrowed down as the whole showcase is."""

    def get(self, request, code):
        category = next((each for each in catalogue.categories() if each.code == code), None)
        if category is None:
            raise Http404
        address = read_address(request, is_open=not self.preview, category=code)
        context = {"category": category, "preview": self.preview}
        context |= results(address, fixed="category")
        trail = [
            (_("Mexico Pavilion"), reverse("pavilion:showcase")),
            (category.name, reverse("pavilion:category", args=[category.code])),
        ]
        context["structured"] = [breadcrumbs(trail), item_list(context["slugs"])]
        return offer_to_everyone(request, render(request, "pavilion/category.html", context))
