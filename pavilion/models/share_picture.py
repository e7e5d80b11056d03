from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exporters.models import Product


class SharePicture(models.Model):
    """The picture that other sites show beside a link to a product; the worker draws it.

    A row is asked for with each change of what buyers see, and current once it is drawn.
    """

    WIDTH, HEIGHT = 1200, 630  # what Facebook, LinkedIn, X and WeChat cut nothing off

    product = models.OneToOneField(
        Product, models.CASCADE, primary_key=True, related_name="share_picture"
    )
    file = models.FileField(upload_to="share", max_length=100, blank=True)
    drawn_from = models.CharField(max_length=64, default="", blank=True)  # digest of what it shows
    is_current = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("picture for links")
        verbose_name_plural = _("pictures for links")
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(is_current=False), name="share_picture_to_draw"
            )
        ]

    def __str__(self):
        return self.file.name
