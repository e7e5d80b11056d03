from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import User
from exporters.enums import Decision
from exporters.models.application import Application


class StagedDecisionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(released_at=None, discarded_at=None)


class StagedDecision(models.Model):
    """A decision that is taken but not yet in force: someone else releases it.

    For announcing many together, and where an approval needs a second person.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="staged_decisions")
    decision = models.CharField(_("decision"), max_length=7, choices=Decision.choices)
    reason_code = models.CharField(_("reason"), max_length=40, blank=True)
    reason_text = models.TextField(_("explanation"), blank=True)
    confirmed_terms = models.TextField(blank=True, editable=False)
    staged_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    staged_at = models.DateTimeField(_("decided on"), default=timezone.now, editable=False)
    released_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("released by")
    )
    released_at = models.DateTimeField(_("released on"), null=True, editable=False)
    discarded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    discarded_at = models.DateTimeField(_("discarded on"), null=True, editable=False)

    objects = StagedDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("staged decision")
        verbose_name_plural = _("staged decisions")
        ordering = ["staged_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(released_at=None, discarded_at=None),
                name="one_open_decision_per_application",
                violation_error_message=_("A decision on this application is already prepared."),
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="release_has_date_and_person",
                violation_error_message=_("A release needs its date and the person who gave it."),
            ),
        ]

    def __str__(self):
        return f"{self.application} · {self.get_decision_display()}"
