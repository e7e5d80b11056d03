from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render

from exporters.models import ProductCategory
from pavilion import catalogue
from pavilion.views.door import OpenPavilionView

PER_PAGE = 24


class CategoryView(OpenPavilionView):
    def get(self, request, code):
        category = get_object_or_404(ProductCategory, code=code)
        products = catalogue.public_products().filter(category=category).order_by("pk")
        page = Paginator(products, PER_PAGE).get_page(request.GET.get("page"))
        context = {"category": category, "page": page, "preview": self.preview}
        return render(request, "pavilion/category.html", context)
