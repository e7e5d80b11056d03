import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.append_only import AppendOnlyModel
from core.fields import WebAddressField
from core.models import User
from core.money import ZERO
from core.workflow import TransitionLog
from memberships import exchange
from memberships.enums import LIVE_CLAIMS, ClaimDocumentKind, ClaimStatus, LineResult
from memberships.models.fields import money_field
from memberships.models.fund import SubsidyFund
from memberships.models.membership import Membership, PaperModel


class SubsidyClaim(models.Model):
    """A company's request to be paid the support of its membership."""

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="claims")
    status = models.CharField(
        _("status"),
        max_length=9,
        choices=ClaimStatus.choices,
        default=ClaimStatus.REQUESTED,
        editable=False,
    )
    amount = money_field(_("amount asked for (USD)"))
    approved_amount = money_field(_("amount approved (USD)"), default=ZERO, editable=False)
    paid_amount = money_field(_("amount paid (USD)"), default=ZERO, editable=False)
    declares_no_double_funding = models.BooleanField(_("no other support"), default=False)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    requested_at = models.DateTimeField(_("asked for on"), default=timezone.now, editable=False)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    # Of the form that asked last: a retry finds its result.
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("subsidy claim")
        verbose_name_plural = _("subsidy claims")
        ordering = ["requested_at"]
        # The public register: what was paid on, the latest first.
        indexes = [
            models.Index(
                fields=["-id"], condition=Q(paid_amount__gt=0), name="claims_with_payments"
            )
        ]
        permissions = [
            ("verify_subsidyclaim", "Can verify, return and reject claims"),
            ("approve_subsidyclaim", "Can approve claims"),
            ("pay_subsidyclaim", "Can pay claims and recover payments"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(status__in=LIVE_CLAIMS),
                name="one_open_claim_per_membership",
                violation_error_message=_("This membership already has an open claim."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="claim_asks_for_something",
                violation_error_message=_("A claim is above zero."),
            ),
            models.CheckConstraint(
                condition=Q(approved_amount__lte=F("amount"), paid_amount__gte=0)
                & Q(paid_amount__lte=F("approved_amount")),
                name="claim_is_not_paid_above_its_approval",
                violation_error_message=_("More would be paid than was approved."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(ClaimStatus.APPROVED, ClaimStatus.PAID))
                | Q(approved_by__isnull=False, approved_amount__gt=0),
                name="approved_claim_has_an_approver",
                violation_error_message=_("An approved claim needs its approver and amount."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | (Q(verified_by__isnull=False) & ~Q(verified_by=F("approved_by"))),
                name="claim_is_approved_by_another_than_verified_it",
                violation_error_message=_("Someone else than who verified it approves a claim."),
            ),
        ]

    def __str__(self):
        return self.reference


class ClaimTransition(TransitionLog):
    claim = models.ForeignKey(SubsidyClaim, models.PROTECT, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self):
        return f"{self.claim} → {self.to_status}"


class ClaimDocument(PaperModel):
    claim = models.ForeignKey(SubsidyClaim, models.PROTECT, related_name="documents")
    kind = models.CharField(_("document"), max_length=10, choices=ClaimDocumentKind.choices)

    class Meta(PaperModel.Meta):
        verbose_name = _("document of a claim")
        verbose_name_plural = _("documents of a claim")


class ExchangeRate(models.Model):
    """Pesos per US dollar of a day, as published (FIX)."""

    day = models.DateField(_("day"), unique=True)
    mxn = models.DecimalField(
        _("pesos per US dollar"), max_digits=10, decimal_places=4, validators=[MinValueValidator(0)]
    )
    source_url = WebAddressField(_("source"), blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mxn__gt=0),
                name="exchange_rate_is_above_zero",
                violation_error_message=_("A rate is above zero."),
            )
        ]

    def __str__(self):
        return f"{self.day}: {self.mxn}"


class PaymentBatch(models.Model):
    """Payments that go to the treasury together, as one file."""

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    fund = models.ForeignKey(SubsidyFund, models.PROTECT, related_name="batches")
    rate = models.ForeignKey(ExchangeRate, models.PROTECT, related_name="+")
    # As it was that day: a correction of the table does not change what was sent.
    mxn_per_usd = models.DecimalField(_("pesos per US dollar"), max_digits=10, decimal_places=4)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("on"), default=timezone.now, editable=False)
    reconciled_at = models.DateTimeField(_("reconciled on"), null=True, blank=True, editable=False)
    # Of the form that made it: a retry finds its result.
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("payment batch")
        verbose_name_plural = _("payment batches")
        ordering = ["-created_at"]

    def __str__(self):
        return self.reference


class PaymentLine(models.Model):
    """One payment of a batch, in both currencies at the batch's rate, and the treasury's answer."""

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="lines")
    claim = models.ForeignKey(SubsidyClaim, models.PROTECT, related_name="payments")
    sent_amount = money_field(_("amount sent (USD)"))
    # What was paid, once the treasury has answered; what is asked of it until then.
    amount = money_field(_("amount (USD)"))
    amount_mxn = money_field(_("amount (MXN)"))
    result = models.CharField(
        _("result"), max_length=7, choices=LineResult.choices, default=LineResult.SENT
    )
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    treasury_reference = models.CharField(_("treasury reference"), max_length=60, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(result=LineResult.SENT),
                name="claim_is_in_one_open_payment",
                violation_error_message=_("This claim is already being paid."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount_mxn__gt=0),
                name="payment_is_above_zero",
                violation_error_message=_("A payment is above zero."),
            ),
            models.CheckConstraint(
                condition=Q(amount__lte=F("sent_amount")),
                name="no_more_is_paid_than_was_sent",
                violation_error_message=_("More was paid than was sent to the treasury."),
            ),
            models.CheckConstraint(
                condition=~Q(result=LineResult.PAID) | Q(paid_on__isnull=False),
                name="paid_line_has_its_day",
                violation_error_message=_("A payment needs its day."),
            ),
        ]

    def __str__(self):
        return f"{self.batch} · {self.claim}"

    @property
    def sent_mxn(self):
        """The pesos that the treasury was asked to pay, whatever it answered."""
        return exchange.pesos(self.sent_amount, self.batch.mxn_per_usd)


class RegisterSnapshot(AppendOnlyModel):
    """The register of beneficiaries as it was published for a quarter."""

    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    rows = models.JSONField()
    total = money_field(_("total (USD)"))
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(_("published on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("published register")
        verbose_name_plural = _("published registers")
        ordering = ["-year", "-quarter"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "quarter"],
                name="register_is_published_once_a_quarter",
                violation_error_message=_("This quarter has been published already."),
            ),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4),
                name="quarter_is_one_of_four",
                violation_error_message=_("A year has four quarters."),
            ),
        ]

    def __str__(self):
        return f"{self.year}-{self.quarter}"
