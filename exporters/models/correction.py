from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnlyModel
from core.models import User
from exporters.enums import ChangeReason, CorrectionTarget
from exporters.models.application import Application, ApplicationTransition


class CorrectionQuerySet(models.QuerySet):
    def open(self):
        """Asked and not yet sent back."""
        return self.filter(resolved_at=None)


class Correction(models.Model):
    """One thing that a coordinator asked a company to change, and what it answered."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="corrections")
    request = models.ForeignKey(ApplicationTransition, models.PROTECT, related_name="corrections")
    target = models.CharField(_("what"), max_length=20, choices=CorrectionTarget.choices)
    reason_code = models.CharField(_("reason"), max_length=20, choices=ChangeReason.choices)
    message = models.TextField(_("explanation"), max_length=2000)
    answer = models.TextField(_("answer of the company"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    resolved_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["application"], condition=Q(resolved_at=None), name="open_corrections"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "target"],
                name="correction_asks_once_for_a_thing",
                violation_error_message=_("Write one explanation for each section or document."),
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="answer_has_date_and_person",
                violation_error_message=_("An answer needs its date and the person who gave it."),
            ),
        ]

    def __str__(self):
        return self.get_target_display()

    @property
    def section(self) -> str:
        return CorrectionTarget(self.target).section

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None


class Submission(AppendOnlyModel):
    """What a company sent, each time it sent: for comparing one version with the next."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField(help_text="As exporters.snapshot.snapshot gives it.")
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("version sent")
        verbose_name_plural = _("versions sent")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "number"],
                name="version_is_numbered_once",
                violation_error_message=_("This version has been sent already."),
            )
        ]

    def __str__(self):
        return f"{self.application} · {self.number}"
