import uuid
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from core.workflow import TransitionLog
from exporters.enums import (
    QUANTITIES,
    ApplicationStatus,
    ProductStatus,
    SupplyPeriod,
    Unit,
)
from exporters.models.company import Company

# What a company says of a product, in the order of its form.
OFFER = (
    "name_es", "category", "hs_code", "description_es",
    "fob_min_usd", "fob_max_usd", "unit", "moq", "lead_time_days", "port",
    "supply_quantity", "supply_period", "payment_terms",
    "packaging_es", "gift_wrapping", "keywords_es",
    "name_en", "description_en", "packaging_en", "keywords_en",
    "name_zh_hans", "description_zh_hans", "packaging_zh_hans", "keywords_zh_hans",
)  # fmt: skip


class ProductCategory(models.Model):
    """A family of products; its code names the motif and the accent colour."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    in_demand = models.BooleanField(
        _("in high demand"), default=False, help_text=_("Named by buyers in 2018.")
    )
    position = models.PositiveSmallIntegerField(default=0)
    # What shows its name and is older than this has to be written again.
    changed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")
        ordering = ["position"]

    def __str__(self):
        return self.name


TO_MODERATE = Q(status=ProductStatus.IN_REVIEW) | Q(
    status=ProductStatus.PUBLISHED, changed_since_review=True
)


class ProductQuerySet(models.QuerySet):
    def public(self):
        """What buyers may see: published, of a company that is approved at this moment."""
        return self.filter(
            status=ProductStatus.PUBLISHED,
            company__applications__status=ApplicationStatus.APPROVED,
        )

    def to_moderate(self):
        """What waits for somebody of the programme: to be published, or public and changed."""
        return self.filter(TO_MODERATE)


class Product(models.Model):
    """Something a company offers to buyers abroad. Prices are FOB, in US dollars per unit."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="products")
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, related_name="products", verbose_name=_("category")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ProductStatus.choices,
        default=ProductStatus.DRAFT,
        editable=False,
    )
    slug = models.SlugField(max_length=140, unique=True, editable=False)
    # At most what a listing on Alibaba.com takes as its subject.
    name = models.CharField(_("product name"), max_length=128)
    description = models.TextField(_("description"), max_length=3000, blank=True)
    hs_code = models.CharField(
        _("HS code"),
        max_length=7,
        validators=[
            RegexValidator(
                r"^[0-9]{4}\.[0-9]{2}\Z", _("Write six digits with a point, for example 0804.40.")
            )
        ],
    )
    fob_min_usd = models.DecimalField(
        _("lowest FOB price (USD)"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    fob_max_usd = models.DecimalField(
        _("highest FOB price (USD)"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    unit = models.CharField(_("unit"), max_length=6, choices=Unit.choices, default=Unit.KG)
    moq = models.PositiveIntegerField(
        _("minimum order (MOQ)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000_000)],
    )
    lead_time_days = models.PositiveSmallIntegerField(
        _("lead time (days)"), null=True, blank=True, validators=[MaxValueValidator(730)]
    )
    port = models.CharField(_("port of departure"), max_length=60, blank=True)
    supply_quantity = models.PositiveIntegerField(
        _("supply ability"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000_000)],
    )
    supply_period = models.CharField(
        _("for"), max_length=5, choices=SupplyPeriod.choices, default=SupplyPeriod.MONTH
    )
    payment_terms = models.JSONField(_("payment terms"), default=list, blank=True)
    packaging = models.CharField(_("packaging"), max_length=300, blank=True)
    gift_wrapping = models.BooleanField(_("gift wrapping"), default=False)
    # Up to three, with commas between them, as a listing on Alibaba.com takes them.
    keywords = models.CharField(_("search words"), max_length=200, blank=True)
    certificates = models.ManyToManyField(
        "exporters.Certificate", blank=True, related_name="products", verbose_name=_("certificates")
    )
    # Of 100: what a buyer misses lowers it. Written by the services, orders the showcase.
    quality = models.PositiveSmallIntegerField(default=0, editable=False)
    # Public and changed since somebody of the programme looked at it.
    changed_since_review = models.BooleanField(default=False, editable=False)
    published_at = models.DateTimeField(_("published on"), null=True, blank=True, editable=False)
    idempotency_key = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["category", "status"], name="product_by_category"),
            models.Index(
                fields=["status", "updated_at"], condition=TO_MODERATE, name="product_to_moderate"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "idempotency_key"],
                name="product_is_stored_once",
                violation_error_message=_("This product has been saved already."),
            ),
            models.CheckConstraint(
                condition=Q(fob_min_usd__isnull=True)
                | Q(fob_max_usd__isnull=True)
                | Q(fob_min_usd__lte=F("fob_max_usd")),
                name="lowest_price_is_not_above_highest",
                violation_error_message=_("The lowest price is above the highest."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def certificate_keys(self) -> list[int]:
        """The keys of its certificates, in order. What is set here a service has yet to store."""
        if "_certificate_keys" not in self.__dict__:
            rows = self.certificates.order_by("pk") if self.pk else ()
            self._certificate_keys = [row.pk for row in rows]
        return self._certificate_keys

    @certificate_keys.setter
    def certificate_keys(self, keys: list[int]) -> None:
        self._certificate_keys = sorted(keys)

    @property
    def state_seen(self) -> str:
        """What of it somebody looked at: another one after each change of its company."""
        return self.updated_at.isoformat()

    @property
    def moq_text(self) -> str:
        """The minimum order with its unit, "2,400 bottles"; empty when there is none."""
        if self.moq is None:
            return ""
        number = number_format(self.moq, force_grouping=True)
        return QUANTITIES[Unit(self.unit)] % {"count": self.moq, "number": number}

    @property
    def cover(self):
        """The first picture that is ready, or None; uses prefetched pictures."""
        if self.pk is None:
            return None
        return next((each for each in self.pictures.all() if each.is_ready), None)


class ProductTransition(TransitionLog):
    product = models.ForeignKey(Product, models.PROTECT, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self):
        return f"{self.product} → {self.to_status}"
