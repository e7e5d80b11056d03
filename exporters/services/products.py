"""The products of a company."""

import uuid

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.editing import require_open
from exporters.enums import CorrectionTarget, ProductStatus
from exporters.merging import Fingerprint
from exporters.models import Application, Company, Product
from exporters.services.catalogue import announce_change
from exporters.services.edits import copy_changes, explain
from exporters.services.pictures import delete_files_of
from exporters.workflow import APPLICATION


@transaction.atomic
def save_product(
    application: Application,
    product: Product,
    fields: list[str] | None = None,
    version: Fingerprint | None = None,
) -> Product:
    """Add a product to the company of an open application, or change it; returns the fresh row.

    A retry with the same idempotency key changes the product that the first try stored. With
    `fields` only these are changed, and with a `version` of them, as for save_section, none
    that someone else has changed meanwhile.
    """
    locked = APPLICATION.lock(application)
    require_open(locked, CorrectionTarget.PRODUCTS)
    explain(product, locked)
    stored = _stored(application.company, product)
    if stored is None:
        product.company = application.company
        product.slug = f"{slugify(product.name)[:120] or 'producto'}-{uuid.uuid4().hex[:8]}"
        product.save()
        announce_change(product.company, [product.pk])
        return product
    if fields is None:
        product.pk, product.slug, product.status = stored.pk, stored.slug, stored.status
        product.company, product.created_at = stored.company, stored.created_at
        product.save()
        announce_change(product.company, [product.pk])
        return product
    if written := copy_changes(product, stored, fields, version):
        stored.save(update_fields=[*written, "updated_at"])
        announce_change(stored.company, [stored.pk])
    return stored


def _stored(company: Company, product: Product) -> Product | None:
    """The row of this product, locked; None while there is none."""
    rows = company.products.select_for_update()
    if product.pk is None:
        return rows.filter(idempotency_key=product.idempotency_key).first()
    if row := rows.filter(pk=product.pk).first():
        return row
    raise TransitionNotAllowed(_("This product has been deleted meanwhile."))


@transaction.atomic
def delete_product(application: Application, product: Product) -> None:
    """Delete a product that was never public."""
    require_open(APPLICATION.lock(application), CorrectionTarget.PRODUCTS)
    if product.status != ProductStatus.DRAFT:
        raise TransitionNotAllowed(_("A product that was public can be hidden, not deleted."))
    delete_files_of(product)
    product.delete()
