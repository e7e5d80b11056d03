import contextlib
import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.forms import ProductForm
from exporters.models import Product
from exporters.services.products import delete_product, save_product
from exporters.views.drafts import DraftView
from exporters.views.section_page import SectionView


class ProductEditView(DraftView):
    """Add a product to the application's company, or change one."""

    section = "products"
    template_name = "exporters/product_form.html"
    form_class = ProductForm

    def instance(self):
        company = self.application.company
        if "pk" not in self.kwargs:
            return self._added() or Product(company=company)
        if product := company.products.filter(pk=self.kwargs["pk"]).first():
            return product
        was_ours = Product.history.filter(id=self.kwargs["pk"], company=company).exists()
        if self.request.method == "POST" and was_ours:
            raise TransitionNotAllowed(_("This product has been deleted meanwhile."))
        raise Http404

    def _added(self) -> Product | None:
        """The product that an earlier post of this page has stored."""
        with contextlib.suppress(ValueError):
            key = uuid.UUID(self.request.POST.get("key", ""))
            return self.application.company.products.filter(idempotency_key=key).first()
        return None

    def save(self, row, fields, version):
        return save_product(self.application, row, fields, version)

    def after_save(self):
        return redirect("exporters:section_products", self.application.reference)

    def address_of(self, stored):
        if "pk" in self.kwargs:
            return ""
        return reverse("exporters:product_edit", args=[self.application.reference, stored.pk])


class ProductDeleteView(SectionView):
    """Asks, then deletes."""

    section = "products"

    def product(self):
        return get_object_or_404(self.application.company.products, pk=self.kwargs["pk"])

    def get(self, request, **kwargs):
        context = {"application": self.application, "product": self.product()}
        return render(request, "exporters/product_delete.html", context)

    def post(self, request, **kwargs):
        product = self.product()
        delete_product(self.application, product)
        messages.success(request, _("“%(name)s” was deleted.") % {"name": product.name})
        return redirect("exporters:section_products", self.application.reference)
