"""The card that buyers see of a product, while its company is still typing."""

import copy

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.views import View

from core import throttle
from exporters.forms import ProductForm
from exporters.merging import sent
from exporters.models import Product
from exporters.views.scope import CompanyScope

LANGUAGES = dict(settings.LANGUAGES)
PREVIEWS_PER_MINUTE = 60  # by one person; a form asks at most every second


class ProductPreviewView(CompanyScope, View):
    """The card of an unsaved form; nothing of it is stored."""

    http_method_names = ("post", "options")

    def post(self, request, slug):
        if not throttle.allow(
            "preview", str(request.user.pk), limit=PREVIEWS_PER_MINUTE, seconds=60
        ):
            return HttpResponse(status=204)  # the card stays as it is
        number = request.GET.get("product", "")
        rows = self.company.products.select_related("category")
        known = number.isascii() and number.isdecimal() and len(number) < 19
        stored = rows.filter(pk=int(number)).first() if known else None
        row = stored or Product(company=self.company)
        row.company = self.company
        form = ProductForm(request.POST, instance=row)
        form.is_valid()  # what can be read of it stands on the row
        context = preview_context(request, form.instance)
        return render(request, "exporters/_product_preview.html", context)


def typed_product(form: ProductForm) -> Product:
    """The product with what was typed and kept, as an unbound form shows it."""
    data = {name: sent(form[name].value()) for name in form.fields}
    bound = ProductForm(data, instance=copy.copy(form.instance))
    bound.is_valid()
    return bound.instance


def preview_context(request, product: Product) -> dict:
    """What `_product_preview.html` needs: the card as buyers of one language see it."""
    company = product.company
    wanted = request.POST.get("preview") or request.POST.get("preview_language")
    wanted = wanted or request.GET.get("preview") or get_language()
    language = wanted if wanted in LANGUAGES else settings.LANGUAGE_CODE
    card = ""
    if product.category_id and product.name:
        facts = {"product": product, "url": "#preview", "company_name": company.name}
        with translation.override(language):
            card = render_to_string("components/product_card.html", facts)
    url = reverse("exporters:company_product_preview", args=[company.slug])
    return {
        "preview_card": card,
        "preview_language": language,
        "preview_languages": settings.LANGUAGES,
        "preview_falls_back": card and not getattr(product, f"name_{language.replace('-', '_')}"),
        "preview_url": f"{url}?product={product.pk}" if product.pk else url,
    }
