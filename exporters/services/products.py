"""The products of a company."""

import uuid

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.editing import require_open
from exporters.enums import CorrectionTarget, ProductStatus
from exporters.models import Application, Product
from exporters.workflow import APPLICATION


@transaction.atomic
def save_product(application: Application, product: Product) -> Product:
    """Add a product to the company of an open application, or change it.

    A retry with the same idempotency key changes the product that the first try stored.
    """
    require_open(APPLICATION.lock(application), CorrectionTarget.PRODUCTS)
    if product.pk is None:
        earlier = Product.objects.filter(
            idempotency_key=product.idempotency_key, company=application.company
        ).first()
        product.company = application.company
        product.slug = f"{slugify(product.name)[:120] or 'producto'}-{uuid.uuid4().hex[:8]}"
        if earlier:  # sent again, perhaps with a correction: the same product as it is now
            product.pk, product.slug, product.status = earlier.pk, earlier.slug, earlier.status
            product.created_at = earlier.created_at
    product.save()
    return product


@transaction.atomic
def delete_product(application: Application, product: Product) -> None:
    """Delete a product that was never public."""
    require_open(APPLICATION.lock(application), CorrectionTarget.PRODUCTS)
    if product.status != ProductStatus.DRAFT:
        raise TransitionNotAllowed(_("A product that was public can be hidden, not deleted."))
    product.delete()
