"""A product in the open section of an application; its form is that of every product."""

import contextlib
import uuid

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.forms import ProductForm
from exporters.models import Product
from exporters.models.product import OFFER
from exporters.services.products import delete_product, save_product
from exporters.views import kept
from exporters.views.drafts import DraftView
from exporters.views.previews import LANGUAGES, preview_context, typed_product
from exporters.views.section_page import SectionView


class ProductFormView(DraftView):
    """Add a product to `self.company`, or change one; its scope says when and where.

    The scope has `list_url`, where the products stand, and `trail`, the pages above this one.
    """

    template_name = "exporters/product_form.html"
    form_class = ProductForm

    @property
    def fields(self) -> list[str]:
        prefetch_related_objects([self.company], "certificates")  # once a page
        return [*OFFER, "certificate_keys"] if self.company.certificates.all() else list(OFFER)

    def instance(self):
        if "pk" not in self.kwargs:
            return self._added() or Product(company=self.company)
        rows = self.company.products.select_related("category")
        if product := rows.filter(pk=self.kwargs["pk"]).first():
            product.company = self.company
            return product
        was_ours = Product.history.filter(id=self.kwargs["pk"], company=self.company).exists()
        if self.request.method == "POST" and was_ours:
            raise TransitionNotAllowed(_("This product has been deleted meanwhile."))
        raise Http404

    def _added(self) -> Product | None:
        """The product that an earlier post of this page has stored."""
        with contextlib.suppress(ValueError):
            key = uuid.UUID(self.request.POST.get("key", ""))
            return self.company.products.filter(idempotency_key=key).first()
        return None

    def save(self, row, fields, version):
        return save_product(self.application, row, fields, version)

    def take(self):
        """Without a script “preview” is a button: what was typed is kept, and shown as a card."""
        language = self.request.POST.get("preview")
        if language in LANGUAGES and kept.keep(self.request, self.form_class):
            return redirect(f"{self.request.path}?preview={language}#preview")
        return super().take()

    def after_save(self):
        return redirect(self.list_url())

    def page(self, form=None, status=200, template=None, **context):
        if template is None:
            context |= {"trail": self.trail(), "back_url": self.list_url(), "product": None}
            asked = "preview" in self.request.GET and context.get("is_kept", False)
            product = typed_product(form) if asked else form.instance
            context |= preview_context(self.request, product)
        return super().page(form, status=status, template=template, **context)


class ProductEditView(ProductFormView, SectionView):
    section = "products"

    @property
    def company(self):
        return self.application.company

    def list_url(self):
        return reverse("exporters:section_products", args=[self.application.reference])

    def trail(self):
        reference = self.application.reference
        application = reverse("exporters:application_detail", args=[reference])
        return [(application, reference), (self.list_url(), _("Products"))]

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
        back = reverse("exporters:section_products", args=[self.application.reference])
        context = {"back_url": back, "product": self.product()}
        return render(request, "exporters/product_delete.html", context)

    def post(self, request, **kwargs):
        product = self.product()
        delete_product(self.application, product)
        messages.success(request, _("“%(name)s” was deleted.") % {"name": product.name})
        return redirect("exporters:section_products", self.application.reference)
