"""What the review desk keeps for itself: saved filters and the record of exports."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnlyModel
from core.models import User
from exporters.models.application import Application


class SavedFilter(models.Model):
    """A filter of the queue that a person named, to come back to it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="one_filter_of_a_name",
                violation_error_message=_("You already have a filter of this name."),
            )
        ]

    def __str__(self):
        return self.name


class QueueExport(AppendOnlyModel):
    """Who took which part of the queue out of the portal."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    query = models.CharField(_("filter"), max_length=500, blank=True)
    format = models.CharField(_("format"), max_length=4)
    rows = models.PositiveIntegerField(_("rows"))
    created_at = models.DateTimeField(_("on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.created_at:%Y-%m-%d %H:%M} · {self.user} · {self.rows}"


class ExportedApplication(AppendOnlyModel):
    """That an application was in an export: part of its history."""

    export = models.ForeignKey(QueueExport, models.PROTECT, related_name="applications")
    application = models.ForeignKey(Application, models.PROTECT, related_name="exports")

    def __str__(self):
        return f"{self.application} · {self.export}"
