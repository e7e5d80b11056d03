"""What the pavilion shows, ready to be read: written by the services, never by hand."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exporters.models import Company, Product, ProductCategory
from pavilion.fields import TokensField


class Listing(models.Model):
    """A public product with all that search and cards need, in one row.

    A product that is not public has none. `tokens` are the words of its three languages
    (pavilion.tokens); each card is the finished HTML of its language.
    """

    product = models.OneToOneField(
        Product, models.CASCADE, primary_key=True, related_name="listing"
    )
    company = models.ForeignKey(Company, models.CASCADE, related_name="listings")
    category = models.ForeignKey(ProductCategory, models.PROTECT, related_name="listings")
    slug = models.SlugField(max_length=140, unique=True)
    state = models.CharField(max_length=2)
    # The values by which it can be narrowed down, as words (pavilion.facets); in `tokens` too.
    facets = models.CharField(max_length=300, default="")
    quality = models.PositiveSmallIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    tokens = TokensField()
    card_es = models.TextField()
    card_en = models.TextField()
    card_zh_hans = models.TextField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ["-quality", "-product"]
        indexes = [
            # Each list in the order of its pages: a key of the last row finds the next.
            models.Index(fields=["-quality", "-product"], name="listings_best_first"),
            models.Index(
                fields=["category", "-quality", "-product"], name="listings_of_a_category"
            ),
            models.Index(fields=["company", "-quality", "-product"], name="listings_of_a_company"),
            models.Index(fields=["state", "-quality", "-product"], name="listings_of_a_state"),
            models.Index(fields=["-published_at", "-product"], name="listings_newest_first"),
        ]

    def __str__(self):
        return self.slug


class CatalogueVersion(models.Model):
    """One row, whose number grows with each published change: caches keep it in their keys."""

    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="there_is_one_catalogue_version")
        ]

    def __str__(self):
        return str(self.number)
