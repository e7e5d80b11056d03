import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def new_token() -> str:
    return secrets.token_urlsafe(32)


class WaitingBuyerQuerySet(models.QuerySet):
    def to_announce(self):
        """Confirmed addresses that have not been told of the launch."""
        return self.filter(confirmed_at__isnull=False, announced_at=None)


class WaitingBuyer(models.Model):
    """A buyer who asked to be told when the pavilion opens."""

    email = models.EmailField(_("e-mail"), unique=True)
    language = models.CharField(_("language"), max_length=10, default="es")
    interest = models.ForeignKey(
        "exporters.ProductCategory",
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("what you look for"),
    )
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    announced_at = models.DateTimeField(_("told"), null=True, blank=True, editable=False)

    objects = WaitingBuyerQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiting buyer")
        verbose_name_plural = _("waiting buyers")
        ordering = ["-created_at"]

    def __str__(self):
        return self.email
