"""The listings of the showcase follow the products, inside the transaction that changes them.

A suspended company is gone with the commit that suspends it. Of two changes at once the second
waits, and then sees what the first has made true.
"""

import time
from collections.abc import Iterator

from celery import current_app
from django.db import transaction
from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils import timezone, translation

from exporters.enums import ApplicationStatus
from exporters.models import Certificate, Company, Product, ProductCategory
from pavilion.facets import facet_words
from pavilion.languages import LANGUAGES, suffix
from pavilion.models import Listing
from pavilion.services.share_pictures import ask_for_pictures
from pavilion.services.versions import begin_change
from pavilion.tokens import tokens

BATCH = 500
# Buyers see its page, or have until now.
_WITH_A_PAGE = (ApplicationStatus.APPROVED, ApplicationStatus.SUSPENDED)
_WORDS = ("name", "description", "keywords", "packaging")
_WRITTEN = (
    "company", "category", "slug", "state", "facets", "quality", "published_at", "tokens",
    "updated_at",
    *(f"card_{suffix(language)}" for language in LANGUAGES),
)  # fmt: skip


@transaction.atomic(savepoint=False)
def refresh_listings(company: Company, products: list[int] | None = None) -> None:
    """Bring the listings of a company, or of some of its products, to what is public now.

    Locks these products, then the catalogue's version: in this order everywhere, and last. What
    is public is asked once they are locked: an approval and a publication at once see each other.
    All of a company is more than its listings: its own page, and its tile in the mosaic.
    """
    rows = Product.objects.filter(company=company)
    if products is not None:
        rows = rows.filter(pk__in=products)
    changed = _bring_up_to_date(_lock(rows))
    if changed or products is not None:
        return
    if company.applications.filter(status__in=_WITH_A_PAGE).exists():
        begin_change()


def _lock(rows) -> list[int]:
    """The keys of these products, in their order and locked."""
    locked = rows.select_for_update(no_key=True).order_by("pk")
    return list(locked.values_list("pk", flat=True))


def _bring_up_to_date(keys: list[int]) -> bool:
    """The listings of these locked products become what is public of them now; whether any is."""
    public = list(for_listing(Product.objects.filter(pk__in=keys).public()))
    shown = [product.pk for product in public]
    listed = Listing.objects.filter(product__in=keys).exclude(product__in=shown)
    gone = list(listed.values_list("pk", flat=True))
    if not (shown or gone):
        return False
    begin_change()
    if gone:
        Listing.objects.filter(pk__in=gone).delete()
    store_listings(public)
    ask_for_pictures(shown, gone)
    return True


# --- All of them, or a family's ------------------------------------------------------------------


@transaction.atomic
def follow_category(category: ProductCategory) -> None:
    """A family has another name or place: pages say so at once, its cards as they are rewritten."""
    begin_change()
    # By name, since tasks stand above services. Lost with a dead broker, made up for at night.
    transaction.on_commit(
        lambda: current_app.send_task("pavilion.tasks.rebuild_listings"), robust=True
    )


def rebuild_outdated(*, seconds: float) -> bool:
    """Write the listings again that are older than the name of their family.

    Stops after about so many seconds; whether it was done by then. What is left is found again.
    """
    until = time.monotonic() + seconds
    for category in ProductCategory.objects.exclude(changed_at=None):
        for _number in _rebuilt(category, category.changed_at):
            if time.monotonic() > until:
                return False
    return True


def rebuild_listings(category: ProductCategory | None = None) -> int:
    """Write all listings again, or those of a family, batch by batch; returns how many."""
    return sum(_rebuilt(category, timezone.now()))


def _rebuilt(category: ProductCategory | None, before) -> Iterator[int]:
    """Rewrites listings that were written before that time; yields how many, after each batch.

    Each batch is a transaction of its own, so that nobody waits for long.
    """
    rows = Listing.objects.filter(updated_at__lt=before).order_by("product")
    if category:
        rows = rows.filter(category=category)
    last = 0
    while keys := list(rows.filter(product__gt=last).values_list("product", flat=True)[:BATCH]):
        with transaction.atomic():
            _bring_up_to_date(_lock(Product.objects.filter(pk__in=keys)))
        last = keys[-1]
        yield len(keys)


# --- One of them ---------------------------------------------------------------------------------


def for_listing(products):
    """A queryset of products with all that `store_listings` reads."""
    shown = Certificate.objects.shown(timezone.localdate())
    return products.select_related("company", "category").prefetch_related(
        "pictures", Prefetch("certificates", shown, to_attr="shown_certificates")
    )


def store_listings(products: list[Product]) -> None:
    """Write the listings of these public products, see `for_listing`; counts no new version."""
    Listing.objects.bulk_create(
        [listing_of(product) for product in products],
        update_conflicts=True,
        unique_fields=["product"],
        update_fields=_WRITTEN,
        batch_size=500,
    )


def listing_of(product: Product) -> Listing:
    """What a product of `for_listing` is shown and found by; not stored."""
    company = product.company
    facets = facet_words(
        size=company.size,
        certificates=sorted({certificate.kind for certificate in product.shown_certificates}),
        gift_wrapping=product.gift_wrapping,
        price=product.fob_min_usd or product.fob_max_usd,
        moq=product.moq,
    )
    return Listing(
        product=product,
        company=company,
        category=product.category,
        slug=product.slug,
        state=company.state,
        facets=" ".join(facets),
        quality=product.quality,
        published_at=product.published_at,
        tokens=[*tokens(" ".join(_words(product))), *facets],
        updated_at=timezone.now(),
        **{f"card_{suffix(language)}": _card(product, language) for language in LANGUAGES},
    )


def _words(product: Product) -> list[str]:
    """All by which a buyer may look for it, in every language; its names come first."""
    columns = [f"{name}_{suffix(language)}" for name in _WORDS for language in LANGUAGES]
    category = [getattr(product.category, f"name_{suffix(language)}") for language in LANGUAGES]
    company = [product.company.legal_name, product.company.trade_name]
    words = [*(getattr(product, column) for column in columns), *category, *company]
    return [word for word in (*words, product.hs_code) if word]


def _card(product: Product, language: str) -> str:
    with translation.override(language):
        return render_to_string("pavilion/_card.html", {"product": product})
