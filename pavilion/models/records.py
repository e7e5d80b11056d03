import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnlyModel
from core.models import User
from core.uploads import private_storage
from exporters.models import Company
from pavilion.enums import HandoverFormat
from pavilion.models.pavilion import Pavilion


class LaunchRecord(AppendOnlyModel):
    """The figures of the pavilion as they stood at its launch."""

    pavilion = models.OneToOneField(Pavilion, models.PROTECT, related_name="launch_record")
    figures = models.JSONField()
    created_at = models.DateTimeField(_("on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("record of the launch")
        verbose_name_plural = _("records of the launch")

    def __str__(self):
        return f"{timezone.localdate(self.created_at):%Y-%m-%d}"


class Handover(AppendOnlyModel):
    """A listing feed that was handed to the platform: what was in it, and what was left out."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, related_name="handovers"
    )
    format = models.CharField(_("format"), max_length=4, choices=HandoverFormat.choices)
    language = models.CharField(_("language"), max_length=10, default="en")
    products = models.PositiveIntegerField(_("products"))
    # [{"product": its key, "reasons": codes of pavilion.listing_feed}]
    refused = models.JSONField(_("left out"), default=list)
    # How often each code of pavilion.listing_feed was found, also those that refuse nothing.
    findings = models.JSONField(default=dict)
    file = models.FileField(storage=private_storage, max_length=200)
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("hand-over to Alibaba.com")
        verbose_name_plural = _("hand-overs to Alibaba.com")
        ordering = ["-created_at"]
        permissions = [("make_handover", "Can hand listings over to the platform")]

    def __str__(self):
        return f"{self.company or self.products} · {timezone.localdate(self.created_at):%Y-%m-%d}"


class HandoverOrder(models.Model):
    """A hand-over that somebody asked for; the worker makes the large ones, and says how far."""

    idempotency_key = models.UUIDField(unique=True, editable=False)
    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="+")
    format = models.CharField(max_length=4, choices=HandoverFormat.choices)
    language = models.CharField(max_length=10)
    ordered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    # When the worker that makes it was last seen at it; another one takes over after a while.
    worked_at = models.DateTimeField(null=True, blank=True)
    handover = models.OneToOneField(
        Handover, models.PROTECT, null=True, blank=True, related_name="order"
    )

    class Meta:
        verbose_name = _("order of a hand-over")
        verbose_name_plural = _("orders of hand-overs")
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(handover=None),
                name="handovers_to_make",
            )
        ]

    def __str__(self):
        return f"{self.done}/{self.total}"

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 100


class Rehearsal(AppendOnlyModel):
    """What a rehearsal of the launch found: gaps, mails and pages as they were then."""

    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("on"), default=timezone.now, editable=False)
    outcome = models.JSONField()

    class Meta:
        verbose_name = _("rehearsal of the launch")
        verbose_name_plural = _("rehearsals of the launch")
        ordering = ["-created_at"]
        default_permissions = ()

    def __str__(self):
        return f"{timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"
