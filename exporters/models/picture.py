import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.uploads import private_storage
from exporters.enums import (
    PictureStatus,
)
from exporters.models.product import Product
from exporters.picture_files import WIDTHS, pixels_across, rendition_name


class ProductPicture(models.Model):
    """A picture of a product: its upload, kept privately, and what the worker made of it."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    original = models.FileField(storage=private_storage, max_length=200, blank=True, editable=False)
    status = models.CharField(
        max_length=7, choices=PictureStatus.choices, default=PictureStatus.READY, editable=False
    )
    # The largest rendition; the smaller ones lie beside it, see `rendition`.
    file = models.ImageField(
        upload_to="products",
        width_field="width",
        height_field="height",
        max_length=200,
        blank=True,
    )
    width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    # Its product is no longer public: the files get a new address, and the old one ends.
    address_ends = models.BooleanField(default=False, editable=False)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    idempotency_key = models.UUIDField(default=uuid.uuid4, editable=False)
    alt = models.CharField(_("alternative text"), max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "pk"]
        indexes = [
            models.Index(
                fields=["uploaded_at"],
                condition=Q(status=PictureStatus.PENDING),
                name="picture_to_prepare",
            ),
            models.Index(
                fields=["id"], condition=Q(address_ends=True), name="picture_to_readdress"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "idempotency_key"],
                name="picture_is_stored_once",
                violation_error_message=_("This picture has been saved already."),
            ),
            models.CheckConstraint(
                condition=~Q(status=PictureStatus.READY) | ~Q(file=""),
                name="ready_picture_has_its_file",
                violation_error_message=_("A picture that is ready needs its file."),
            ),
        ]

    def __str__(self):
        return self.alt

    @property
    def is_ready(self) -> bool:
        return self.status == PictureStatus.READY

    @property
    def public_files(self) -> list[str]:
        """The names of its renditions, the largest first; none while it is not ready."""
        names = [rendition_name(self.file.name, width) for width in WIDTHS if self.file]
        return list(dict.fromkeys(names))

    @property
    def srcset(self) -> str:
        """Its renditions for a browser to choose from; empty when there is but one."""
        if len(self.public_files) < 2 or not (self.width and self.height):
            return ""
        across = {  # the smaller file of two with the same picture
            pixels_across(width, self.width, self.height): rendition_name(self.file.name, width)
            for width in WIDTHS
        }
        storage = self.file.storage
        return ", ".join(f"{storage.url(across[size])} {size}w" for size in sorted(across))
