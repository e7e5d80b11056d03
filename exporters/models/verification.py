from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnlyModel
from core.mexico import State
from core.models import User
from core.periods import Period
from exporters.enums import MarketAccess, Outcome, VerificationKind
from exporters.models.application import Application
from exporters.models.product import Product


class Verification(AppendOnlyModel):
    """A coordinator's answer to one question of the checklist; the last one counts."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="verifications")
    kind = models.CharField(_("check"), max_length=20, choices=VerificationKind.choices)
    product = models.ForeignKey(
        Product, models.SET_NULL, null=True, blank=True, related_name="verifications"
    )
    subject = models.CharField(max_length=128, blank=True)  # the product's name at that time
    # Fingerprint of what was verified (exporters.checklist): when it differs, it is stale.
    facts = models.CharField(max_length=32)
    outcome = models.CharField(_("outcome"), max_length=6, choices=Outcome.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    verified_at = models.DateTimeField(_("on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["verified_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(product=None) | Q(kind=VerificationKind.MARKET_ACCESS),
                name="only_market_access_is_of_a_product",
                violation_error_message=_("Only market access is verified product by product."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.FAILED) | ~Q(note=""),
                name="failed_check_has_a_note",
                violation_error_message=_("Write what is not in order."),
            ),
        ]

    def __str__(self):
        return f"{self.application} · {self.get_kind_display()}"


class MarketAccessRule(models.Model):
    """Whether goods of an HS code from a state may enter a market, from one day to another."""

    market = models.CharField(_("market"), max_length=2, default="CN", editable=False)
    hs_prefix = models.CharField(
        _("HS code begins with"),
        max_length=6,
        validators=[
            RegexValidator(r"^[0-9]{2,6}\Z", _("Write two to six digits, without points."))
        ],
    )
    state = models.CharField(
        _("state of origin"),
        max_length=2,
        choices=State.choices,
        blank=True,
        help_text=_("Empty: all states."),
    )
    access = models.CharField(_("access"), max_length=6, choices=MarketAccess.choices)
    requirement = models.TextField(_("what is required"), max_length=600, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source_url = models.CharField(_("source"), max_length=300)

    class Meta:
        verbose_name = _("market access rule")
        verbose_name_plural = _("market access rules")
        ordering = ["hs_prefix", "state", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["market", "hs_prefix", "state", "valid_from"],
                name="one_access_rule_from_a_day",
                violation_error_message=_("There is already a rule for these goods from this day."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="access_rule_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self):
        state = self.get_state_display() or "*"
        return f"{self.hs_prefix} · {state} · {self.get_access_display()}"

    @property
    def period(self) -> Period:
        return Period(self.valid_from, self.valid_to)
