from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnlyModel
from core.periods import Period
from core.workflow import TransitionLog
from memberships.enums import EarnedBy, PromotionStatus
from memberships.models.fields import PERCENT
from memberships.models.plan import Plan
from memberships.pricing import PromotionTerms


class PromotionQuerySet(models.QuerySet):
    def honoured(self):
        """Those that may still give a company its discount."""
        over = Q(status=PromotionStatus.ENDED, earned_by=EarnedBy.SUBMISSION)
        return self.filter(Q(status=PromotionStatus.CONFIRMED) | over)


class PromotionPeriod(models.Model):
    """A discount of the platform on a plan, between two inclusive days."""

    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="promotions", verbose_name=_("plan")
    )
    name = models.CharField(_("name"), max_length=100)
    percentage = models.DecimalField(
        _("percentage of the list fee"), max_digits=5, decimal_places=2, validators=PERCENT
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=PromotionStatus.choices,
        default=PromotionStatus.PROPOSED,
        editable=False,
    )
    earned_by = models.CharField(
        _("earned by"),
        max_length=10,
        choices=EarnedBy.choices,
        default=EarnedBy.ACCEPTANCE,
        help_text=_("The day that must lie in the period."),
    )
    renewal_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renewals",
        verbose_name=_("renewal of"),
    )
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("promotion period")
        verbose_name_plural = _("promotion periods")
        ordering = ["-starts_on"]
        permissions = [("decide_promotionperiod", "Can negotiate, confirm and end promotions")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="promotion_starts_before_it_ends",
                violation_error_message=_("The last day is before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(percentage__gte=0, percentage__lte=100),
                name="promotion_is_between_0_and_100_percent",
                violation_error_message=_("The percentage is between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=~Q(renewal_of=F("pk")),
                name="promotion_does_not_renew_itself",
                violation_error_message=_("A promotion cannot be its own renewal."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_settled(self) -> bool:
        return self.status in (PromotionStatus.CONFIRMED, PromotionStatus.ENDED)

    @property
    def is_honoured(self) -> bool:
        """Confirmed; or over, for those who applied in time and are accepted later."""
        if self.status == PromotionStatus.ENDED:
            return self.earned_by == EarnedBy.SUBMISSION
        return self.status == PromotionStatus.CONFIRMED

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on)

    @property
    def terms(self) -> PromotionTerms:
        return PromotionTerms(
            self.percentage,
            self.period,
            self.is_honoured,
            EarnedBy(self.earned_by),
        )


class PromotionTransition(TransitionLog):
    promotion = models.ForeignKey(PromotionPeriod, models.PROTECT, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self):
        return f"{self.promotion} → {self.to_status}"


class PromotionNote(AppendOnlyModel):
    """What was said in the negotiation of a promotion, and when."""

    promotion = models.ForeignKey(PromotionPeriod, models.PROTECT, related_name="log")
    on = models.DateField(_("on"))
    text = models.TextField(_("what was said"), max_length=2000)
    author = models.ForeignKey("core.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("note of the negotiation")
        verbose_name_plural = _("notes of the negotiation")
        ordering = ["-on", "-pk"]

    def __str__(self):
        return f"{self.promotion} · {self.on}"
