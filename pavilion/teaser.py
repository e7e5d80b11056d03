"""What the public may know before the launch: how much is coming, of what.

Numbers only. Names, prices and pictures of a product, which often carry its maker's label, are
shown with the launch, to all buyers at once.
"""

from django.db.models import Count

from exporters.models import ProductCategory


def coming():
    """Each family with the number of its products and companies; the goods in demand first."""
    return ProductCategory.objects.annotate(
        product_count=Count("listings"),
        company_count=Count("listings__company", distinct=True),
    ).order_by("-in_demand", "position")
