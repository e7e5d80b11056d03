import datetime
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import WebAddressField
from core.money import ZERO, in_cents
from core.uploads import private_storage
from core.workflow import TransitionLog
from exporters.models import Application, Company
from memberships.enums import (
    GIVEN_BACK_STATUSES,
    OPEN_STATUSES,
    RUNNING_STATUSES,
    MembershipStatus,
)
from memberships.models.fields import money_field
from memberships.models.fund import SubsidyFund
from memberships.models.plan import Plan
from memberships.models.promotion import PromotionPeriod
from memberships.pricing import Breakdown

PAY_DAYS = 30  # to pay the platform, once the offer is accepted

# Support that counts against another: it is set aside, granted, or was paid and not recovered.
KEEPS_SUPPORT = Q(subsidy__gt=0) & (
    ~Q(status__in=GIVEN_BACK_STATUSES) | Q(committed__gt=0) | Q(paid_out__gt=0)
)


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the companies of which `user` is a team member."""
        return self.filter(company__team__user=user)

    def supported(self):
        """Those whose support counts against another support."""
        return self.filter(KEEPS_SUPPORT)


class Membership(models.Model):
    """An approved company's membership, with the price as it was frozen at the offer."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="memberships")
    application = models.ForeignKey(Application, models.PROTECT, related_name="memberships")
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals", editable=False
    )
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="memberships")
    status = models.CharField(
        _("status"),
        max_length=15,
        choices=MembershipStatus.choices,
        default=MembershipStatus.OFFERED,
        editable=False,
    )
    promotion = models.ForeignKey(
        PromotionPeriod, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    fund = models.ForeignKey(
        SubsidyFund, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    priced_on = models.DateField(_("price of"))
    list_fee = money_field(_("list fee"))
    promotion_discount = money_field(_("promotion"))
    subsidy = money_field(_("support"))
    company_share = money_field(_("company pays"))
    entitled_subsidy = money_field(_("support by the rules"))
    # Of the support: set aside, granted by an approved claim, paid out.
    reserved = money_field(_("reserved"), default=ZERO, editable=False)
    committed = money_field(_("committed"), default=ZERO, editable=False)
    paid_out = money_field(_("support paid"), default=ZERO, editable=False)
    reply_by = models.DateField(_("reply by"), default=timezone.localdate)
    pay_by = models.DateField(_("pay by"), null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted on"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    paid_on = models.DateField(_("fee paid on"), null=True, blank=True)
    member_id = models.CharField(_("Alibaba member id"), max_length=60, blank=True)
    storefront_url = WebAddressField(_("storefront"), blank=True)
    verified_on = models.DateField(_("A&V passed on"), null=True, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    # None: the calendar offered a renewal.
    offered_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    offered_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-offered_at"]
        permissions = [("manage_membership", "Can confirm payments and activate memberships")]
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
                condition=Q(status__in=OPEN_STATUSES),
                name="one_open_offer_per_company",
                violation_error_message=_("This company already has an open offer."),
            ),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(status__in=RUNNING_STATUSES),
                name="one_running_membership_per_company",
                violation_error_message=_("This company already has a running membership."),
            ),
            models.UniqueConstraint(
                fields=["company", "fund"],
                condition=KEEPS_SUPPORT,
                name="fund_supports_a_company_once",
                violation_error_message=_("This fund already supports this company."),
            ),
            models.UniqueConstraint(
                fields=["renews"],
                condition=~Q(status__in=GIVEN_BACK_STATUSES),
                name="membership_is_renewed_once",
                violation_error_message=_("This membership already has a renewal."),
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, committed__gte=0, paid_out__gte=0)
                & Q(subsidy__gte=in_cents(F("reserved") + F("committed") + F("paid_out"))),
                name="support_is_not_paid_above_its_reservation",
                violation_error_message=_("More support would be paid than was reserved."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=RUNNING_STATUSES)
                | Q(starts_on__isnull=False, ends_on__isnull=False, ends_on__gte=F("starts_on")),
                name="running_membership_has_its_days",
                violation_error_message=_("A running membership needs its first and last day."),
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
    def claim_by(self) -> datetime.date | None:
        """The last day to ask for the support; None before the fee is paid, or without support."""
        if self.paid_on is None or self.fund is None:
            return None
        return self.paid_on + datetime.timedelta(days=self.fund.claim_days)

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


class PaperModel(models.Model):
    """A stored private file of a membership or a claim."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(storage=private_storage, max_length=200)
    original_name = models.CharField(_("file"), max_length=150)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["-uploaded_at"]

    def __str__(self):
        return self.original_name


class PaymentProof(PaperModel):
    """What the company sent to show that it paid its share."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="proofs")
    paid_on = models.DateField(_("paid on"))

    class Meta(PaperModel.Meta):
        verbose_name = _("proof of payment")
        verbose_name_plural = _("proofs of payment")
