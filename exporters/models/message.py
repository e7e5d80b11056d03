import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnlyModel, AppendOnlyQuerySet
from core.models import User
from core.uploads import private_storage
from exporters.enums import DocumentCheck, ScanStatus
from exporters.models.application import Application


class MessageQuerySet(AppendOnlyQuerySet):
    def unread_by(self, user, *, from_staff: bool):
        """What the other side wrote since `user` last read the thread."""
        read = ReadMark.objects.filter(
            application=models.OuterRef("application"),
            user=user,
            read_at__gte=models.OuterRef("created_at"),
        )
        return self.filter(~models.Exists(read), from_staff=from_staff)


class Message(AppendOnlyModel):
    """A message on an application, between its company and the programme."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="messages")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    from_staff = models.BooleanField()
    body = models.TextField(_("message"), max_length=4000)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    idempotency_key = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["application", "from_staff", "created_at"], name="message_thread")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "idempotency_key"],
                name="message_is_stored_once",
                violation_error_message=_("This message has been sent already."),
            )
        ]

    def __str__(self):
        return f"{self.application} · {self.created_at:%Y-%m-%d %H:%M}"


class MessageAttachment(models.Model):
    """A file with a message, under the rules of uploads."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    file = models.FileField(storage=private_storage, max_length=200)
    original_name = models.CharField(_("file"), max_length=150)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    check_status = models.CharField(
        max_length=10, choices=DocumentCheck.choices, default=DocumentCheck.PENDING
    )
    scan_status = models.CharField(
        max_length=11, choices=ScanStatus.choices, default=ScanStatus.PENDING
    )

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["message"],
                condition=models.Q(check_status=DocumentCheck.PENDING),
                name="attachment_to_check",
            )
        ]

    def __str__(self):
        return self.original_name

    @property
    def may_be_opened(self) -> bool:
        """Checked and found in order. Until then nobody gets a file that came from outside."""
        return (
            self.check_status == DocumentCheck.READABLE and self.scan_status != ScanStatus.INFECTED
        )


class ReadMark(models.Model):
    """Until when a person has read the messages of an application, and was last mailed of them."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="read_marks")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    read_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user"],
                name="one_read_mark_per_person",
                violation_error_message=_("This person already has a mark here."),
            )
        ]

    def __str__(self):
        return f"{self.application} · {self.user}"
