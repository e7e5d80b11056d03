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
        return f"{self.created_at:%Y-%m-%d}"


class Handover(AppendOnlyModel):
    """A listing feed that was handed to the platform: what was in it, and what was left out."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, related_name="handovers"
    )
    format = models.CharField(_("format"), max_length=4, choices=HandoverFormat.choices)
    products = models.PositiveIntegerField(_("products"))
    refused = models.JSONField(_("left out"), default=list)
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
        return f"{self.company or self.products} · {self.created_at:%Y-%m-%d}"
