from django.shortcuts import get_object_or_404, render

from pavilion import catalogue
from pavilion.views.door import OpenPavilionView


class ProductView(OpenPavilionView):
    def get(self, request, slug):
        product = get_object_or_404(catalogue.public_products(), slug=slug)
        others = catalogue.public_products().filter(company=product.company_id)
        context = {
            "product": product,
            "others": others.exclude(pk=product.pk)[:3],
            "preview": self.preview,
        }
        return render(request, "pavilion/product.html", context)
