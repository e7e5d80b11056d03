import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.mexico import State
from core.models import User
from core.workflow import TransitionLog
from exporters.enums import ENDED_LEADS, LeadSource, LeadStage, Objection
from exporters.models.company import Company, new_token
from exporters.models.product import ProductCategory

LEAD_INVITATION_VALID = datetime.timedelta(days=30)


class LeadQuerySet(models.QuerySet):
    def open(self):
        """Those whom one may still win."""
        return self.exclude(status__in=ENDED_LEADS)

    def due(self, day: datetime.date):
        """Those with a next action for `day` or before. An ended lead has no next action."""
        return self.filter(next_action_on__lte=day)


class Lead(models.Model):
    """A company that the programme has met and would like to win."""

    company_name = models.CharField(_("company"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    rfc = models.CharField(_("RFC"), max_length=13, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    state = models.CharField(_("state"), max_length=2, choices=State.choices, blank=True)
    category = models.ForeignKey(
        ProductCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("product"),
    )
    language = models.CharField(_("language of our mail"), max_length=10, default="es")
    notes = models.TextField(_("notes"), max_length=4000, blank=True)
    source_kind = models.CharField(_("source"), max_length=10, choices=LeadSource.choices)
    source_name = models.CharField(
        _("chamber or event"), max_length=120, blank=True, help_text=_("Or who recommended it.")
    )
    source_state = models.CharField(
        _("state of the chamber or event"), max_length=2, choices=State.choices, blank=True
    )
    status = models.CharField(
        _("stage"),
        max_length=12,
        choices=LeadStage.choices,
        default=LeadStage.NEW,
        editable=False,
    )
    next_action = models.CharField(_("next action"), max_length=200, blank=True)
    next_action_on = models.DateField(_("on which day"), null=True, blank=True)
    owner = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        limit_choices_to={"is_staff": True, "is_active": True},
        verbose_name=_("owner"),
    )
    company = models.OneToOneField(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="lead",
        verbose_name=_("registered company"),
    )
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(_("added on"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["owner", "next_action_on"], name="lead_due"),
            models.Index(fields=["email"], name="lead_email"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rfc"],
                condition=~Q(rfc=""),
                name="one_lead_per_rfc",
                violation_error_message=_("There is already a lead with this RFC."),
            ),
            models.CheckConstraint(
                condition=Q(status=LeadStage.CONVERTED, company__isnull=False)
                | (~Q(status=LeadStage.CONVERTED) & Q(company__isnull=True)),
                name="converted_lead_has_its_company",
                violation_error_message=_("A lead is converted by the company that registers."),
            ),
            models.CheckConstraint(
                condition=Q(next_action="", next_action_on__isnull=True)
                | (~Q(next_action="") & Q(next_action_on__isnull=False)),
                name="next_action_has_its_date",
                violation_error_message=_("Say what comes next, and on which day."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=ENDED_LEADS) | Q(next_action_on__isnull=True),
                name="ended_lead_has_no_next_action",
                violation_error_message=_("Reopen the lead before you plan its next action."),
            ),
        ]

    def __str__(self):
        return self.company_name

    @property
    def is_open(self) -> bool:
        return self.status not in ENDED_LEADS

    @property
    def is_overdue(self) -> bool:
        return self.next_action_on is not None and self.next_action_on < timezone.localdate()

    @property
    def source(self) -> str:
        """“Fair · Expo Agro, Sinaloa”, as far as it is known."""
        place = ", ".join(filter(None, [self.source_name, self.get_source_state_display()]))
        return " · ".join(filter(None, [str(self.get_source_kind_display()), place]))


class LeadObjection(models.Model):
    """What a company says against joining."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="objections")
    code = models.CharField(_("objection"), max_length=15, choices=Objection.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "code"],
                name="objection_is_once_per_lead",
                violation_error_message=_("This objection is already noted. Add to its note."),
            )
        ]

    def __str__(self):
        return self.get_code_display()


class LeadInvitationQuerySet(models.QuerySet):
    def open(self):
        """Neither accepted nor revoked, and still valid."""
        return self.filter(
            accepted_at=None, revoked_at=None, sent_at__gt=timezone.now() - LEAD_INVITATION_VALID
        )


class LeadInvitation(models.Model):
    """A mail whose link leads to an application that already knows the company."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    sent_at = models.DateTimeField(_("sent on"), default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(_("accepted on"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True, editable=False)

    objects = LeadInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_per_lead",
                violation_error_message=_("This company has already been invited."),
            )
        ]

    def __str__(self):
        return self.email

    @property
    def expires_at(self) -> datetime.datetime:
        return self.sent_at + LEAD_INVITATION_VALID


class LeadTransition(TransitionLog):
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self):
        return f"{self.from_status} → {self.to_status}"  # the lead itself would be a query each
