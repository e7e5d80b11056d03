from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from exporters.forms import ProductForm
from exporters.models import Product
from exporters.services.products import delete_product, save_product
from exporters.views.sections import SectionView


class ProductEditView(SectionView):
    """Add a product to the application's company, or change one."""

    section = "products"
    template_name = "exporters/product_form.html"

    def product(self):
        pk = self.kwargs.get("pk")
        if pk is None:
            return Product(company=self.application.company)
        return get_object_or_404(self.application.company.products, pk=pk)

    def get(self, request, **kwargs):
        return self.page(ProductForm(instance=self.product()), product=self.product())

    def post(self, request, **kwargs):
        product = self.product()
        form = ProductForm(request.POST, instance=product)
        if not form.is_valid():
            return self.page(form, status=422, product=product)
        save_product(self.application, form.instance)
        messages.success(request, _("Saved."))
        return redirect("exporters:section_products", self.application.reference)


class ProductDeleteView(ProductEditView):
    """Asks, then deletes."""

    def get(self, request, **kwargs):
        context = {"application": self.application, "product": self.product()}
        return render(request, "exporters/product_delete.html", context)

    def post(self, request, **kwargs):
        product = self.product()
        delete_product(self.application, product)
        messages.success(request, _("“%(name)s” was deleted.") % {"name": product.name})
        return redirect("exporters:section_products", self.application.reference)
