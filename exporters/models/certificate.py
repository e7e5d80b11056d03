import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.uploads import private_storage
from exporters.enums import (
    CertificateKind,
)
from exporters.models.company import Company


class CertificateQuerySet(models.QuerySet):
    def shown(self, day: datetime.date):
        """Those that buyers may see: looked at by staff, and valid on `day`."""
        in_force = Q(valid_until=None) | Q(valid_until__gte=day)
        return self.filter(in_force, verified_at__isnull=False)


class Certificate(models.Model):
    """A certification of a company, with its document; it may be of some of its products."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="certificates")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("certification"), max_length=13, choices=CertificateKind.choices)
    name = models.CharField(
        _("name"), max_length=80, blank=True, help_text=_("If it is another one.")
    )
    number = models.CharField(_("number"), max_length=60, blank=True)
    issued_by = models.CharField(_("issued by"), max_length=120, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    file = models.FileField(storage=private_storage, max_length=200, editable=False)
    original_name = models.CharField(_("file"), max_length=150, editable=False)
    content_type = models.CharField(max_length=40, editable=False)
    size = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    uploaded_by = models.ForeignKey("core.User", models.PROTECT, related_name="+", editable=False)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    verified_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    verified_at = models.DateTimeField(_("checked on"), null=True, blank=True, editable=False)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["kind", "-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=CertificateKind.OTHER) | ~Q(name=""),
                name="other_certificate_has_a_name",
                violation_error_message=_("Write the name of the certification."),
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None, verified_by=None)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="checked_certificate_has_its_checker",
                violation_error_message=_("A checked certificate needs who checked it."),
            ),
        ]

    def __str__(self):
        return self.name or self.get_kind_display()
