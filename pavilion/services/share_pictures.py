"""Pictures for links: asked for with each change that buyers see, drawn by the worker."""

import hashlib
import logging
import uuid

from celery import current_app
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from exporters.models import Company, Product
from pavilion.models import SharePicture
from pavilion.share_drawing import draw_picture

logger = logging.getLogger(__name__)
BATCH = 50


def ask_for_pictures(products: list[int], gone: list[int]) -> None:
    """Let the worker look at these public products, and at those that are public no longer.

    Inside the transaction of the change. The picture of a product that is gone is deleted.
    """
    now = timezone.now()
    SharePicture.objects.bulk_create(
        [SharePicture(product_id=key, asked_at=now) for key in products],
        update_conflicts=True,
        unique_fields=["product"],
        update_fields=["is_current", "asked_at"],
        batch_size=500,
    )
    if gone:
        SharePicture.objects.filter(product__in=gone).update(is_current=False, asked_at=now)
    # By name, since tasks stand above services. Lost with a dead broker, swept up later.
    transaction.on_commit(
        lambda: current_app.send_task("pavilion.tasks.draw_share_pictures"), robust=True
    )


def draw_pictures(limit: int = BATCH) -> int:
    """Draw what has been asked for, the oldest first; how many rows were brought up to date."""
    rows = SharePicture.objects.filter(is_current=False).order_by("asked_at")
    done = 0
    rows = rows.select_related("product__company", "product__listing")
    for row in rows.prefetch_related("product__pictures")[:limit]:
        try:
            done += _bring_up_to_date(row)
        except OSError:  # the disk: the next sweep tries again
            logger.exception("share_picture_not_drawn", extra={"product": row.pk})
    return done


def _bring_up_to_date(row: SharePicture) -> int:
    if not hasattr(row.product, "listing"):
        return _remove(row)
    cover = row.product.cover
    shown = _shown(row.product, row.product.company, cover)
    if shown == row.drawn_from:
        return _settle(row)
    title = row.product.name_en or row.product.name_es or ""
    picture = draw_picture(
        title=title,
        company=row.product.company.name,
        programme=settings.PROGRAMME_NAME,
        photograph=_content(cover),
    )
    old, storage = row.file.name, row.file.storage
    name = storage.save(f"share/{uuid.uuid4().hex}.jpg", ContentFile(picture))
    if not _settle(row, file=name, drawn_from=shown):
        storage.delete(name)  # asked for anew meanwhile: another run draws it
        return 0
    if old:
        storage.delete(old)
    return 1


def _settle(row: SharePicture, **changes) -> int:
    """Mark as current what has not been asked for again since it was read."""
    same = SharePicture.objects.filter(pk=row.pk, asked_at=row.asked_at, is_current=False)
    return same.update(is_current=True, **changes)


def _remove(row: SharePicture) -> int:
    same = SharePicture.objects.filter(pk=row.pk, asked_at=row.asked_at, is_current=False)
    removed, _ = same.delete()
    if removed and row.file:
        row.file.storage.delete(row.file.name)
    return removed


def _shown(product: Product, company: Company, cover) -> str:
    """A digest of all that the picture shows."""
    words = (
        product.name_en or product.name_es or "",
        company.name,
        cover.file.name if cover else "",
        settings.PROGRAMME_NAME,
    )
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def _content(cover) -> bytes | None:
    if cover is None:
        return None
    try:
        with cover.file.storage.open(cover.file.name) as file:
            return file.read()
    except FileNotFoundError:
        return None
