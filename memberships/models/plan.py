import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.fields import WebAddressField
from memberships.models.fields import money_field
from memberships.pricing import PlanTerms


class Plan(models.Model):
    """A membership of the platform; its list fee has dates of its own."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    benefits = models.TextField(
        _("benefits"), max_length=2000, blank=True, help_text=_("What it includes, a line each.")
    )
    is_offered = models.BooleanField(
        _("offered"), default=False, help_text=_("The plan of new offers; one at a time.")
    )
    source_url = WebAddressField(_("source"), blank=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_offered"],
                condition=Q(is_offered=True),
                name="one_plan_is_offered",
                violation_error_message=_("Another plan is already offered."),
            ),
        ]

    def __str__(self):
        return self.name


class PlanFeeQuerySet(models.QuerySet):
    def on(self, day: datetime.date) -> "PlanFeeQuerySet":
        """The list fees of a day; where two would do, the one that began last comes first."""
        open_end = Q(valid_to=None) | Q(valid_to__gte=day)
        return self.filter(open_end, valid_from__lte=day).order_by("-valid_from")


class PlanFee(models.Model):
    """The list fee of a plan for a year, from one day to another."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="fees", verbose_name=_("plan"))
    amount = money_field(_("list fee per year (USD)"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source_url = WebAddressField(_("source"), blank=True)

    history = HistoricalRecords()

    objects = PlanFeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("list fee")
        verbose_name_plural = _("list fees")
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "valid_from"],
                name="one_list_fee_from_a_day",
                violation_error_message=_("This plan already has a fee from this day."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="list_fee_is_not_negative",
                violation_error_message=_("The list fee cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="list_fee_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.plan} · {self.amount} · {self.valid_from}"

    @property
    def terms(self) -> PlanTerms:
        return PlanTerms(self.amount)
