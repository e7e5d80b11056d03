import datetime
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.uploads import private_storage
from exporters.enums import DocumentCheck, DocumentKind, ScanStatus
from exporters.models.application import Application

# How long a document serves, in days from its issue.
VALID_DAYS = {
    DocumentKind.TAX_OPINION: settings.TAX_OPINION_VALID_DAYS,
    DocumentKind.ADDRESS: settings.ADDRESS_PROOF_VALID_DAYS,
}
# From so many days before it expires, a document is shown as expiring.
EXPIRY_WARNING_DAYS = 10


class DocumentQuerySet(models.QuerySet):
    def current(self):
        return self.filter(replaced_at=None)

    def expiring_by(self, day: datetime.date):
        """Current documents whose last valid day is `day` or before it."""
        ends = models.Q()
        for kind, days in VALID_DAYS.items():
            ends |= models.Q(kind=kind, issued_on__lte=day - datetime.timedelta(days=days))
        return self.current().filter(ends)


class Document(models.Model):
    """One version of one document of an application; a replacement keeps the old one."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="documents")
    kind = models.CharField(_("document"), max_length=20, choices=DocumentKind.choices)
    file = models.FileField(storage=private_storage, max_length=200)
    original_name = models.CharField(_("file"), max_length=150)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    issued_on = models.DateField(_("date of issue"), null=True, blank=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    replaced_at = models.DateTimeField(null=True, blank=True, editable=False)
    check_status = models.CharField(
        max_length=10, choices=DocumentCheck.choices, default=DocumentCheck.PENDING
    )
    scan_status = models.CharField(
        max_length=11, choices=ScanStatus.choices, default=ScanStatus.PENDING
    )
    idempotency_key = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["kind", "-uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "idempotency_key"],
                name="document_is_stored_once",
                violation_error_message=_("This document has been saved already."),
            ),
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=models.Q(replaced_at=None),
                name="one_current_document_of_a_kind",
                violation_error_message=_("There is already a document of this kind."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["uploaded_at"],
                condition=models.Q(check_status=DocumentCheck.PENDING),
                name="document_to_check",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.original_name}"

    @property
    def needs_date(self) -> bool:
        return self.kind in VALID_DAYS

    @property
    def valid_until(self) -> datetime.date | None:
        if not self.needs_date or self.issued_on is None:
            return None
        return self.issued_on + datetime.timedelta(days=VALID_DAYS[self.kind])

    @property
    def is_expired(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    @property
    def days_left(self) -> int | None:
        """Days until it expires, 0 on its last day; None when it never does."""
        if self.valid_until is None:
            return None
        return (self.valid_until - timezone.localdate()).days

    @property
    def expires_soon(self) -> bool:
        return self.days_left is not None and 0 <= self.days_left <= EXPIRY_WARNING_DAYS

    @property
    def had_expired(self) -> bool:
        """Whether it had expired by the day on which it was replaced."""
        return (
            self.replaced_at is not None
            and self.valid_until is not None
            and self.valid_until < timezone.localdate(self.replaced_at)
        )

    @property
    def is_usable(self) -> bool:
        """Nothing known speaks against it; a check that is still running does not."""
        return (
            self.check_status != DocumentCheck.UNREADABLE
            and self.scan_status != ScanStatus.INFECTED
            and not self.is_expired
        )


class DocumentPage(models.Model):
    """A page of a document as a picture, for the reviewer's screen."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField()
    file = models.FileField(storage=private_storage, max_length=200)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="page_is_once_in_document")
        ]

    def __str__(self):
        return f"{self.document} · {self.number}"
