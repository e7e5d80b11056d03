"""The products of a company: what its team does with them."""

import uuid

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.editing import require_at_rest, require_products_open
from exporters.enums import ProductStatus
from exporters.merging import Fingerprint
from exporters.models import Application, Company, Product
from exporters.models.product import OFFER
from exporters.quality import needed
from exporters.services.catalogue import announce_change, with_quality_facts
from exporters.services.edits import copy_changes, explain
from exporters.services.pictures import delete_files_of, end_addresses
from exporters.workflow import APPLICATION, PRODUCT


@transaction.atomic
def save_product(
    application: Application,
    product: Product,
    fields: list[str] | None = None,
    version: Fingerprint | None = None,
) -> Product:
    """Add a product to the company of this live application, or change it; the fresh row.

    A retry with the same idempotency key changes the product that the first try stored. With
    `fields` only these are changed, and with a `version` of them, as for save_section, none
    that someone else has changed meanwhile. A public product stays public, and waits to be
    looked at again.
    """
    locked = APPLICATION.lock(application)
    require_products_open(locked)
    explain(product, locked)
    stored = _stored(application.company, product)
    if stored is None:
        product.company = application.company
        product.slug = f"{slugify(product.name)[:120] or 'producto'}-{uuid.uuid4().hex[:8]}"
        product.save()
        _store_certificates(product)
        announce_change(product.company, [product.pk])
        return product
    require_at_rest(stored)
    written = copy_changes(product, stored, list(OFFER) if fields is None else fields, version)
    if written:
        if stored.status == ProductStatus.PUBLISHED and not locked.is_editable:
            stored.changed_since_review = True
        columns = [name for name in written if name != "certificate_keys"]
        stored.save(update_fields=[*columns, "changed_since_review", "updated_at"])
        if "certificate_keys" in written:
            _store_certificates(stored)
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


def _store_certificates(product: Product) -> None:
    """Of the company's own, whatever was asked for."""
    keys = product.certificate_keys
    product.certificates.set(product.company.certificates.filter(pk__in=keys))


@transaction.atomic
def delete_product(application: Application, product: Product) -> None:
    """Delete a product that was never public, nor ever sent to be."""
    require_products_open(APPLICATION.lock(application))
    stored = _stored(application.company, product)
    if stored.status != ProductStatus.DRAFT or stored.published_at:
        raise TransitionNotAllowed(_("A product that was public can be hidden, not deleted."))
    if stored.transitions.exists():
        raise TransitionNotAllowed(
            _("This product has been sent to be published, so it stays, unseen, with its history.")
        )
    delete_files_of(stored)
    stored.delete()


@transaction.atomic
def submit_product(application: Application, product: Product, *, actor) -> Product:
    """Ask the programme to publish a product of an approved company; the fresh row."""
    locked = APPLICATION.lock(application)
    require_products_open(locked)
    if locked.is_editable:
        raise TransitionNotAllowed(
            _("Send your application: its products go public when it is approved.")
        )
    moved = PRODUCT.move(product, "submit", actor=actor)
    facts = with_quality_facts(Product.objects.filter(pk=moved.pk)).get()
    if missing := needed(facts, pictures=facts.described_pictures):
        texts = ", ".join(str(gap.text) for gap in missing)
        raise TransitionNotAllowed(_("Before it can be published it needs: %s.") % texts)
    announce_change(moved.company, [moved.pk])
    return moved


@transaction.atomic
def take_back_product(product: Product, *, actor) -> Product:
    """End its company's wish to have it published, so that it can be changed; the fresh row."""
    moved = PRODUCT.move(product, "take_back", actor=actor)
    announce_change(moved.company, [moved.pk])
    return moved


@transaction.atomic
def take_down_product(product: Product, *, actor) -> Product:
    """Take a product off the pavilion at its company's wish; the fresh row."""
    moved = PRODUCT.move(product, "take_down", actor=actor, changed_since_review=False)
    end_addresses(moved.company, [moved.pk])
    announce_change(moved.company, [moved.pk])
    return moved
