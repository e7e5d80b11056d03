import datetime
import secrets
import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.append_only import AppendOnlyModel
from core.fields import WebAddressField
from core.mexico import State, state_name
from core.models import User
from exporters.company_size import size_cap, size_score
from exporters.enums import LIVE_STATUSES, Sector, Size, TeamChange, TeamRole
from exporters.rfc import check_digit_holds, is_person

INVITATION_VALID = datetime.timedelta(days=14)


class CompanyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The companies of which `user` is a team member."""
        return self.filter(team__user=user)


class Company(models.Model):
    """A firm that applies, once per RFC. Facts that only the submission needs may be empty."""

    rfc = models.CharField(
        _("RFC"),
        max_length=13,
        unique=True,
        error_messages={"unique": _("This RFC is already registered.")},
    )
    legal_name = models.CharField(_("legal name"), max_length=200)
    trade_name = models.CharField(_("trade name"), max_length=120, blank=True)
    slug = models.SlugField(max_length=140, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=2, choices=State.choices, blank=True)
    municipality = models.CharField(_("municipality"), max_length=120, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    website = WebAddressField(_("website"), blank=True)
    sector = models.CharField(_("sector"), max_length=10, choices=Sector.choices, blank=True)
    employees = models.PositiveIntegerField(
        _("employees"), null=True, blank=True, validators=[MaxValueValidator(1_000_000)]
    )
    annual_sales_mxn = models.DecimalField(
        _("annual sales (MXN)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    size = models.CharField(
        _("size"), max_length=6, choices=Size.choices, blank=True, editable=False
    )
    about = models.TextField(_("about the company"), max_length=2000, blank=True)
    language = models.CharField(_("language of our mail"), max_length=10, default="es")
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["legal_name"]
        indexes = [
            models.Index(fields=["state"], name="company_by_state"),
            models.Index(fields=["size"], name="company_by_size"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(annual_sales_mxn__isnull=True)
                | models.Q(annual_sales_mxn__gte=0),
                name="sales_are_not_negative",
                violation_error_message=_("Annual sales cannot be negative."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        return self.trade_name or self.legal_name

    # Django's own read and hash all choices each time: 10 % of a page of the queue.
    def get_state_display(self) -> str:
        return state_name(self.state)

    def get_size_display(self) -> str:
        return str(Size(self.size).label) if self.size in Size else ""

    @property
    def has_live_application(self) -> bool:
        """Uses prefetched applications where there are some."""
        return any(application.status in LIVE_STATUSES for application in self.applications.all())

    @property
    def is_person(self) -> bool:
        return is_person(self.rfc)

    @property
    def rfc_check_digit_holds(self) -> bool:
        return check_digit_holds(self.rfc)

    @property
    def size_score(self):
        """The combined score behind `size`, or None while its facts are missing."""
        if not self.size:
            return None
        return size_score(self.employees, self.annual_sales_mxn)

    @property
    def size_cap(self):
        return size_cap(self.sector, self.size) if self.size else None


class TeamEvent(AppendOnlyModel):
    """Who changed what in a company's team."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="team_events")
    change = models.CharField(max_length=20, choices=TeamChange.choices)
    person = models.CharField(max_length=254)  # the name or e-mail of whom it concerns
    detail = models.CharField(max_length=60, blank=True)  # the role
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("change of the team")
        verbose_name_plural = _("changes of the team")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.get_change_display()} · {self.person}"


class TeamMember(models.Model):
    """A person who may act for a company."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="team")
    user = models.ForeignKey(User, models.CASCADE, related_name="team_memberships")
    role = models.CharField(_("role"), max_length=6, choices=TeamRole.choices)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "user"],
                name="person_is_once_in_a_team",
                violation_error_message=_("This person is already in the team."),
            )
        ]

    def __str__(self):
        return f"{self.user} · {self.company}"

    @property
    def is_owner(self) -> bool:
        return self.role == TeamRole.OWNER


def new_token() -> str:
    return secrets.token_urlsafe(32)


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Neither accepted nor revoked, and still valid."""
        return self.filter(
            accepted_at=None, revoked_at=None, created_at__gt=timezone.now() - INVITATION_VALID
        )


class Invitation(models.Model):
    """An e-mail that lets a colleague join the team."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=6, choices=TeamRole.choices)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_per_email",
                violation_error_message=_("This person has already been invited."),
            )
        ]

    def __str__(self):
        return self.email

    @property
    def expires_at(self) -> datetime.datetime:
        return self.created_at + INVITATION_VALID
