from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.append_only import AppendOnlyModel
from core.fields import WebAddressField
from core.money import ZERO, in_cents
from core.periods import Period
from exporters.enums import Size
from memberships.enums import ClaimDocumentKind, EntryKind
from memberships.models.fields import PERCENT, money_field
from memberships.pricing import FundTerms

SUBSIDISED_SIZES = (Size.MICRO, Size.SMALL, Size.MEDIUM)


def this_year() -> int:
    return timezone.localdate().year


def claim_documents() -> list[str]:
    return [str(ClaimDocumentKind.INVOICE), str(ClaimDocumentKind.PAYMENT)]


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
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), default=this_year)
    eligible_sizes = models.JSONField(_("eligible sizes"), default=all_sizes)
    eligible_states = models.JSONField(
        _("eligible states"), default=list, blank=True, help_text=_("None chosen: all states.")
    )
    reply_days = models.PositiveSmallIntegerField(
        _("days to accept an offer"), default=30, validators=[MinValueValidator(1)]
    )
    claim_days = models.PositiveSmallIntegerField(
        _("days to claim after the payment"), default=90, validators=[MinValueValidator(1)]
    )
    required_documents = models.JSONField(_("documents of a claim"), default=claim_documents)
    legal_basis = models.TextField(_("legal basis"), max_length=600, blank=True)
    budget = money_field(_("budget (USD)"), default=ZERO, editable=False)
    available = money_field(_("available (USD)"), default=ZERO, editable=False)
    reserved = money_field(_("reserved (USD)"), default=ZERO, editable=False)
    committed = money_field(_("committed (USD)"), default=ZERO, editable=False)
    paid = money_field(_("paid (USD)"), default=ZERO, editable=False)
    source_url = WebAddressField(_("source"), blank=True)
    history = HistoricalRecords(
        excluded_fields=["budget", "available", "reserved", "committed", "paid"]
    )

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
                condition=Q(reserved__gte=0, committed__gte=0, paid__gte=0),
                name="fund_parts_are_not_negative",
                violation_error_message=_("More was taken from a part of the fund than it held."),
            ),
            models.CheckConstraint(
                condition=Q(
                    budget=in_cents(F("available") + F("reserved") + F("committed") + F("paid"))
                ),
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
            states=frozenset(self.eligible_states),
            period=Period(self.starts_on, self.ends_on),
        )


class FundEntry(AppendOnlyModel):
    """One movement of a fund; amounts are positive, the kind says the direction."""

    fund = models.ForeignKey(SubsidyFund, models.PROTECT, related_name="entries")
    kind = models.CharField(_("movement"), max_length=9, choices=EntryKind.choices)
    amount = money_field(_("amount (USD)"))
    membership = models.ForeignKey(
        "memberships.Membership", models.PROTECT, null=True, blank=True, related_name="fund_entries"
    )
    claim = models.ForeignKey(
        "memberships.SubsidyClaim",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fund_entries",
    )
    actor = models.ForeignKey("core.User", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("fund entry")
        verbose_name_plural = _("fund entries")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["fund", "-id"], name="fund_entries_latest"),
            models.Index(
                fields=["fund"], condition=Q(kind=EntryKind.RECOVER), name="fund_recoveries"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="fund_entry_moves_something",
                violation_error_message=_("A movement is above zero."),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount}"
