from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.workflow import TransitionLog
from exporters.models import Application
from pavilion.enums import PavilionStatus

THRESHOLD = 100  # vendors; Alibaba's condition for a country pavilion, August 2018


class Pavilion(models.Model):
    """The one pavilion: its threshold and whether it is open. Row 1, made by a migration."""

    threshold = models.PositiveIntegerField(
        _("approved vendors needed"),
        default=THRESHOLD,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
    )
    status = models.CharField(
        _("status"),
        max_length=7,
        choices=PavilionStatus.choices,
        default=PavilionStatus.WAITING,
        editable=False,
    )
    launched_at = models.DateTimeField(_("launched"), null=True, blank=True, editable=False)
    launched_by = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    approved_at_launch = models.PositiveIntegerField(null=True, blank=True, editable=False)
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords(
        excluded_fields=[
            "status", "launched_at", "launched_by", "approved_at_launch", "announced_at",
            "updated_at",
        ]
    )  # fmt: skip

    class Meta:
        verbose_name = _("pavilion")
        verbose_name_plural = _("pavilion")
        permissions = [
            ("steer_pavilion", "Can set the threshold, close and reopen the pavilion"),
            ("preview_pavilion", "Can see the pavilion before its launch"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="there_is_one_pavilion"),
            models.CheckConstraint(
                condition=Q(status=PavilionStatus.WAITING) | Q(launched_at__isnull=False),
                name="open_pavilion_was_launched",
                violation_error_message=_("A pavilion opens by its launch."),
            ),
        ]

    def __str__(self):
        return str(self._meta.verbose_name).capitalize()

    @property
    def is_open(self) -> bool:
        return self.status == PavilionStatus.OPEN


class PavilionTransition(TransitionLog):
    pavilion = models.ForeignKey(Pavilion, models.PROTECT, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self):
        return self.to_status
