"""What staff decide about a product: publish it, return it, hide it, confirm its changes."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters import notifications
from exporters.access import acts_for
from exporters.models import Product
from exporters.services.catalogue import announce_change
from exporters.services.edits import copy_changes
from exporters.services.pictures import end_addresses
from exporters.workflow import PRODUCT, PUBLISH


@transaction.atomic
def publish_product(product: Product, *, actor, seen: str | None = None) -> Product:
    """Show a product to buyers; its company may still be waiting for its approval.

    `seen` is its `state_seen` as it was on the page of who decides; None for that of now.
    """
    _require_independent(product, actor)
    locked = PRODUCT.lock(product)
    _require_seen(locked, seen)
    published = locked.published_at or timezone.now()
    moved = PRODUCT.move(
        locked, "publish", actor=actor, published_at=published, changed_since_review=False
    )
    announce_change(moved.company, [moved.pk])
    notifications.product_published(moved)
    return moved


@transaction.atomic
def confirm_changes(product: Product, *, actor, seen: str | None = None) -> Product:
    """What the company has changed in a public product is in order; `seen` as to publish it."""
    _require_independent(product, actor)
    locked = PRODUCT.lock(product)
    _require_seen(locked, seen)
    if not locked.changed_since_review:
        raise TransitionNotAllowed(_("Nothing has changed since it was looked at."))
    return PRODUCT.move(product, "confirm", actor=actor, changed_since_review=False)


@transaction.atomic
def return_product(product: Product, *, actor, reason_code: str, reason_text: str) -> Product:
    """Give a product back to its company, which was to be published."""
    moved = _decide(product, "return", actor, reason_code, reason_text)
    notifications.product_returned(moved, reason_code, reason_text)
    return moved


@transaction.atomic
def hide_product(product: Product, *, actor, reason_code: str, reason_text: str) -> Product:
    """Take a product off the pavilion, at once."""
    moved = _decide(product, "hide", actor, reason_code, reason_text)
    notifications.product_hidden(moved, reason_code, reason_text)
    return moved


@transaction.atomic
def correct_product(product: Product, fields: list[str], *, actor) -> Product:
    """Store what staff have corrected in these fields; the fresh row."""
    if not actor.has_perm(PUBLISH):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    _require_independent(product, actor)
    stored = PRODUCT.lock(product)
    if written := copy_changes(product, stored, fields, None):
        stored.save(update_fields=[*written, "updated_at"])
        announce_change(stored.company, [stored.pk])
    return stored


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


def _require_seen(locked: Product, seen: str | None) -> None:
    if seen is not None and seen != locked.state_seen:
        raise TransitionNotAllowed(
            _("The company has changed it since you opened this page. Look at it again.")
        )
