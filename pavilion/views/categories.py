from django.http import Http404
from django.shortcuts import render

from pavilion import catalogue
from pavilion.page_cache import offer_to_everyone
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
        return offer_to_everyone(request, render(request, "pavilion/category.html", context))
