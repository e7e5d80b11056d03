import datetime
import hashlib
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.uploads import private_storage
from exporters.enums import (
    ApplicationStatus,
    CertificateKind,
    CertificateReason,
    DocumentCheck,
    ScanStatus,
)
from exporters.models.application import Application
from exporters.models.company import Company

# From so many days before it ends, a certificate is shown as ending, and its company is told.
EXPIRY_WARNING_DAYS = 30


class CertificateQuerySet(models.QuerySet):
    def shown(self, day: datetime.date):
        """Those that buyers may see: looked at by staff, and valid on `day`."""
        in_force = Q(valid_until=None) | Q(valid_until__gte=day)
        return self.filter(in_force, verified_at__isnull=False)

    def sent(self):
        """Those of companies that have sent an application: drafts are nobody else's business."""
        sent = Application.objects.filter(company=models.OuterRef("company")).exclude(
            status=ApplicationStatus.DRAFT
        )
        return self.filter(models.Exists(sent))

    def to_check(self, day: datetime.date):
        """Those that wait for the programme, and are still valid on `day`."""
        in_force = Q(valid_until=None) | Q(valid_until__gte=day)
        return self.sent().filter(in_force, verified_at=None, refused_at=None)


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
    refused_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    refused_at = models.DateTimeField(_("refused on"), null=True, blank=True, editable=False)
    refusal_code = models.CharField(
        _("reason"), max_length=13, choices=CertificateReason.choices, blank=True, editable=False
    )
    refusal_text = models.TextField(_("explanation"), blank=True, editable=False)
    check_status = models.CharField(
        max_length=10,
        choices=DocumentCheck.choices,
        default=DocumentCheck.PENDING,
        editable=False,
    )
    scan_status = models.CharField(
        max_length=11, choices=ScanStatus.choices, default=ScanStatus.PENDING, editable=False
    )
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["kind", "-uploaded_at"]
        indexes = [
            models.Index(
                fields=["uploaded_at"],
                condition=Q(check_status=DocumentCheck.PENDING),
                name="certificate_file_to_check",
            ),
            models.Index(
                fields=["valid_until"],
                condition=Q(verified_at__isnull=False),
                name="certificate_by_its_last_day",
            ),
        ]
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
            models.CheckConstraint(
                condition=Q(refused_at=None, refused_by=None, refusal_code="", refusal_text="")
                | (Q(refused_at__isnull=False, refused_by__isnull=False) & ~Q(refusal_code="")),
                name="refused_certificate_has_its_reason",
                violation_error_message=_("A refused certificate needs who refused it, and why."),
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None) | Q(refused_at=None),
                name="certificate_is_checked_or_refused",
                violation_error_message=_("A certificate is either checked or refused."),
            ),
        ]

    def __str__(self):
        return self.name or self.get_kind_display()

    @property
    def state(self) -> str:
        """pending, checked, refused or expired: what its company and the desk read."""
        if self.refused_at:
            return "refused"
        if self.is_expired:
            return "expired"
        return "checked" if self.verified_at else "pending"

    @property
    def is_expired(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    @property
    def days_left(self) -> int | None:
        """Days until it ends, 0 on its last day; None when it never does."""
        if self.valid_until is None:
            return None
        return (self.valid_until - timezone.localdate()).days

    @property
    def expires_soon(self) -> bool:
        return self.days_left is not None and 0 <= self.days_left <= EXPIRY_WARNING_DAYS

    @property
    def is_readable(self) -> bool:
        """Its file has been looked at by the worker, and opens."""
        infected = self.scan_status == ScanStatus.INFECTED
        return self.check_status == DocumentCheck.READABLE and not infected

    @property
    def facts(self) -> str:
        """What a check of it stands on, in a few characters: it changes with each correction."""
        parts = (self.kind, self.name, self.number, self.issued_by, self.valid_until, self.sha256)
        return hashlib.sha256(repr([str(part) for part in parts]).encode()).hexdigest()[:16]


class CertificatePage(models.Model):
    """A page of a certificate as a picture, for the screen of who checks it."""

    certificate = models.ForeignKey(Certificate, models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField()
    file = models.FileField(storage=private_storage, max_length=200)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "number"],
                name="page_is_once_in_certificate",
                violation_error_message=_("This page has been drawn already."),
            )
        ]

    def __str__(self):
        return f"{self.certificate} · {self.number}"
