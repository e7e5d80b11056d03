"""What staff decide about a product: publish it, return it, hide it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.access import acts_for
from exporters.models import Product
from exporters.services.catalogue import announce_change
from exporters.services.pictures import end_addresses
from exporters.workflow import PRODUCT


@transaction.atomic
def publish_product(product: Product, *, actor) -> Product:
    """Show a product to buyers; its company may still be waiting for its approval."""
    _require_independent(product, actor)
    published = product.published_at or timezone.now()
    moved = PRODUCT.move(
        product, "publish", actor=actor, published_at=published, changed_since_review=False
    )
    announce_change(moved.company, [moved.pk])
    return moved


@transaction.atomic
def return_product(product: Product, *, actor, reason_code: str, reason_text: str) -> Product:
    """Give a product back to its company, which was to be published."""
    return _decide(product, "return", actor, reason_code, reason_text)


@transaction.atomic
def hide_product(product: Product, *, actor, reason_code: str, reason_text: str) -> Product:
    """Take a product off the pavilion, at once."""
    return _decide(product, "hide", actor, reason_code, reason_text)


def _decide(product, step, actor, reason_code, reason_text) -> Product:
    _require_independent(product, actor)
    moved = PRODUCT.move(
        product,
        step,
        actor=actor,
        reason_code=reason_code,
        reason_text=reason_text,
        changed_since_review=False,
    )
    end_addresses(moved.company, [moved.pk])
    announce_change(moved.company, [moved.pk])
    return moved


def _require_independent(product: Product, actor) -> None:
    if acts_for(actor, product.company):
        raise TransitionNotAllowed(
            _("You are in this company's team. Someone else has to decide on its products.")
        )
