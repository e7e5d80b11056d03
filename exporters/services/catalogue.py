"""What buyers see of a company has changed: its products are rated anew, and the news goes up."""

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from exporters.enums import PictureStatus
from exporters.models import Company, Product, ProductCategory
from exporters.quality import gaps, score
from exporters.signals import catalogue_changed, category_changed


def announce_change(company: Company, products: list[int] | None = None) -> None:
    """Say that products of a company, or all that is seen of it, have changed.

    At the end of the caller's transaction, since receivers lock what all changes share.
    """
    rate_products(company, products)
    catalogue_changed.send(sender=Company, company=company, products=products)


@transaction.atomic
def change_category(category: ProductCategory) -> None:
    """Store a family's new names and place, and say so.

    Its time is taken after the news: a receiver by then holds what all changes share, so that
    nothing younger shows the old name.
    """
    category.save()
    category_changed.send(sender=ProductCategory, category=category)
    category.changed_at = timezone.now()
    category.save(update_fields=["changed_at"])


def rate_products(company: Company, products: list[int] | None = None) -> None:
    """Store the quality of a company's products, or of some of them; see exporters.quality."""
    rows = company.products.all()
    if products is not None:
        rows = rows.filter(pk__in=products)
    changed = []
    for product in with_quality_facts(rows):
        quality = score(gaps_of(product))
        if quality != product.quality:
            product.quality = quality
            changed.append(product)
    Product.objects.bulk_update(changed, ["quality"])


def with_quality_facts(products):
    """A queryset of products with what their quality depends on beside their own facts."""
    today = timezone.localdate()
    in_force = Q(certificates__valid_until=None) | Q(certificates__valid_until__gte=today)
    checked = in_force & Q(certificates__verified_at__isnull=False)
    ready = Q(pictures__status=PictureStatus.READY)
    described = (
        Q(pictures__alt_es__gt="") | Q(pictures__alt_en__gt="") | Q(pictures__alt_zh_hans__gt="")
    )
    return products.annotate(
        ready_pictures=Count("pictures", ready, distinct=True),
        described_pictures=Count("pictures", ready & described, distinct=True),
        checked_certificates=Count("certificates", checked, distinct=True),
    )


def gaps_of(product: Product):
    """What a product of `with_quality_facts` misses, the most costly first."""
    return gaps(product, pictures=product.ready_pictures, certificates=product.checked_certificates)
