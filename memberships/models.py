from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.append_only import AppendOnlyModel
from core.fields import WebAddressField
from core.money import ZERO, in_cents
from core.periods import Period
from core.workflow import TransitionLog
from exporters.enums import Size
from exporters.models import Application, Company
from memberships.enums import EntryKind, MembershipStatus, PromotionStatus
from memberships.pricing import Breakdown, FundTerms, PlanTerms, PromotionTerms

PERCENT = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]
NOT_NEGATIVE = [MinValueValidator(ZERO)]
SUBSIDISED_SIZES = (Size.MICRO, Size.SMALL, Size.MEDIUM)


def money_field(label, **kwargs):
    """An amount in US dollars with cents."""
    return models.DecimalField(
        label, max_digits=12, decimal_places=2, validators=NOT_NEGATIVE, **kwargs
    )


class Plan(models.Model):
    """A membership of the platform, with its list fee for a year."""

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    list_fee = money_field(_("list fee per year (USD)"))
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
            models.CheckConstraint(
                condition=Q(list_fee__gte=0),
                name="list_fee_is_not_negative",
                violation_error_message=_("The list fee cannot be negative."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def terms(self) -> PlanTerms:
        return PlanTerms(self.list_fee)


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
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

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
        ]

    def __str__(self):
        return self.name

    @property
    def is_settled(self) -> bool:
        return self.status in (PromotionStatus.CONFIRMED, PromotionStatus.ENDED)

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on)

    @property
    def terms(self) -> PromotionTerms:
        return PromotionTerms(
            self.percentage, self.period, self.status == PromotionStatus.CONFIRMED
        )


class PromotionTransition(TransitionLog):
    promotion = models.ForeignKey(PromotionPeriod, models.PROTECT, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self):
        return f"{self.promotion} → {self.to_status}"


def all_sizes() -> list[str]:
    return [str(size) for size in SUBSIDISED_SIZES]


class SubsidyFund(models.Model):
    """Public money for memberships. The running totals change only through `ledger`."""

    name = models.CharField(_("name"), max_length=100)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    share_percent = models.DecimalField(
        _("share of what the promotion leaves (%)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(100),
        validators=PERCENT,
    )
    cap_per_company = money_field(_("cap per company (USD)"))
    eligible_sizes = models.JSONField(_("eligible sizes"), default=all_sizes)
    budget = money_field(_("budget (USD)"), default=ZERO, editable=False)
    available = money_field(_("available (USD)"), default=ZERO, editable=False)
    reserved = money_field(_("reserved (USD)"), default=ZERO, editable=False)
    source_url = WebAddressField(_("legal basis"), blank=True)
    history = HistoricalRecords(excluded_fields=["budget", "available", "reserved"])

    class Meta:
        verbose_name = _("subsidy fund")
        verbose_name_plural = _("subsidy funds")
        ordering = ["-starts_on", "-pk"]
        permissions = [("allocate_subsidyfund", "Can put money into a fund")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="fund_starts_before_it_ends",
                violation_error_message=_("The last day is before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(available__gte=0),
                name="fund_is_never_overspent",
                violation_error_message=_("The fund does not cover this."),
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0),
                name="fund_reserves_are_not_negative",
                violation_error_message=_("More was released than reserved."),
            ),
            models.CheckConstraint(
                condition=Q(budget=in_cents(F("available") + F("reserved"))),
                name="fund_budget_is_the_sum_of_its_parts",
                violation_error_message=_("The parts of the fund do not add up to its budget."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def terms(self) -> FundTerms:
        return FundTerms(
            share_percent=self.share_percent,
            cap=self.cap_per_company,
            available=self.available,
            sizes=frozenset(self.eligible_sizes),
            period=Period(self.starts_on, self.ends_on),
        )


class Membership(models.Model):
    """An approved company's membership, with the price as it was frozen at the offer."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="memberships")
    application = models.OneToOneField(Application, models.PROTECT, related_name="membership")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="memberships")
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=MembershipStatus.choices,
        default=MembershipStatus.OFFERED,
        editable=False,
    )
    promotion = models.ForeignKey(
        PromotionPeriod, models.PROTECT, null=True, related_name="memberships"
    )
    fund = models.ForeignKey(SubsidyFund, models.PROTECT, null=True, related_name="memberships")
    priced_on = models.DateField(_("price of"))
    list_fee = money_field(_("list fee"))
    promotion_discount = money_field(_("promotion"))
    subsidy = money_field(_("support"))
    company_share = money_field(_("company pays"))
    entitled_subsidy = money_field(_("support by the rules"))
    offered_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-offered_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    list_fee=in_cents(F("promotion_discount") + F("subsidy") + F("company_share"))
                ),
                name="price_is_the_sum_of_its_parts",
                violation_error_message=_("The parts of the price do not add up to the fee."),
            ),
            models.CheckConstraint(
                condition=Q(promotion_discount__gte=0, subsidy__gte=0, company_share__gte=0),
                name="price_parts_are_not_negative",
                violation_error_message=_("No part of the price can be negative."),
            ),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(status=MembershipStatus.OFFERED),
                name="one_live_membership_per_company",
                violation_error_message=_("This company already has a membership."),
            ),
            models.CheckConstraint(
                condition=Q(subsidy__lte=F("entitled_subsidy")),
                name="support_is_within_the_rules",
                violation_error_message=_("The support is above what the rules grant."),
            ),
            models.CheckConstraint(
                condition=Q(subsidy=0) | Q(fund__isnull=False),
                name="support_comes_from_a_fund",
                violation_error_message=_("Support needs the fund that it comes from."),
            ),
        ]

    def __str__(self):
        return f"{self.company} · {self.plan}"

    @property
    def breakdown(self) -> Breakdown:
        return Breakdown(
            list_fee=self.list_fee,
            promotion_discount=self.promotion_discount,
            subsidy=self.subsidy,
            company_share=self.company_share,
            entitled_subsidy=self.entitled_subsidy,
        )


class MembershipTransition(TransitionLog):
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self):
        return f"{self.membership} → {self.to_status}"


class FundEntry(AppendOnlyModel):
    """One movement of a fund; amounts are positive, the kind says the direction."""

    fund = models.ForeignKey(SubsidyFund, models.PROTECT, related_name="entries")
    kind = models.CharField(_("movement"), max_length=8, choices=EntryKind.choices)
    amount = money_field(_("amount (USD)"))
    membership = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="fund_entries"
    )
    actor = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    idempotency_key = models.UUIDField(null=True, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("fund entry")
        verbose_name_plural = _("fund entries")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="fund_entry_moves_something",
                violation_error_message=_("A movement is above zero."),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount}"
