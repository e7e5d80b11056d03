from django.shortcuts import get_object_or_404, render

from exporters.models import Company
from pavilion import catalogue
from pavilion.views.door import OpenPavilionView


class CompanyView(OpenPavilionView):
    def get(self, request, slug):
        company = get_object_or_404(Company, slug=slug, applications__status="approved")
        products = catalogue.public_products().filter(company=company).order_by("pk")
        context = {"company": company, "products": products, "preview": self.preview}
        return render(request, "pavilion/company.html", context)
