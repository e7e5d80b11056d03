from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.models import User
from core.workdays import workdays_between
from core.workflow import TransitionLog
from exporters.enums import (
    CAME_BACK,
    DECIDED_STATUSES,
    EDITABLE_STATUSES,
    LIVE_STATUSES,
    STAFF_STATUS,
    UNDECIDED_STATUSES,
    ApplicationStatus,
    ChangeReason,
    ExportLevel,
    OnlineSales,
    RejectionReason,
    SuspensionReason,
)
from exporters.models.company import Company

# What the section on export experience asks, and a later application carries over.
EXPERIENCE = (
    "export_level",
    "first_export_year",
    "export_markets",
    "online_sales",
    "capacity",
    "languages_spoken",
    "motivation",
)
DECLARATIONS = ("declares_truth", "accepts_rules", "accepts_sharing", "declares_no_other_support")


# When an undecided application was sent; NULL once it is decided. Decided ones sort behind it.
OPEN_SINCE = models.Case(models.When(status__in=UNDECIDED_STATUSES, then=models.F("submitted_at")))


def last_request(field: str) -> models.Subquery:
    """A field of the last request for changes, for each application of the outer query."""
    requests = ApplicationTransition.objects.filter(
        application=models.OuterRef("pk"), transition="request_changes"
    )
    return models.Subquery(requests.order_by("-pk").values(field)[:1])


class ApplicationQuerySet(models.QuerySet):
    def approved(self):
        return self.filter(status=ApplicationStatus.APPROVED)

    def live(self):
        return self.filter(status__in=LIVE_STATUSES)

    def visible_to(self, user):
        """The applications of the companies in whose team `user` is."""
        return self.filter(company__team__user=user)

    def unassigned(self):
        return self.filter(status=ApplicationStatus.SUBMITTED, assigned_to=None)

    def on_desk_of(self, user):
        """What this coordinator must act on: in review, or come back after changes."""
        return self.filter(
            assigned_to=user,
            status__in=(ApplicationStatus.IN_REVIEW, ApplicationStatus.SUBMITTED),
        )

    def waiting_for_company(self):
        return self.filter(status=ApplicationStatus.CHANGES_REQUESTED)

    def undecided(self):
        """Sent, and neither decided nor ended: with the programme or with the company."""
        return self.filter(status__in=UNDECIDED_STATUSES)

    def with_request(self):
        """Adds `request_id` and `requested_at` of the last request for changes."""
        return self.annotate(request_id=last_request("pk"), requested_at=last_request("created_at"))


class Application(models.Model):
    """A company's request to join the programme, from the draft to the end of its life."""

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="applications", verbose_name=_("company")
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=ApplicationStatus.choices,
        default=ApplicationStatus.DRAFT,
        editable=False,
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    previous = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="next",
        editable=False,
        help_text=_("The ended application whose data this one carried over."),
    )
    assigned_to = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_applications",
        editable=False,
        verbose_name=_("coordinator"),
    )
    worked_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("When its coordinator last worked on it."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(_("sent on"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    # The reviewers' clock, in working days; see exporters.clock. It stands while the company acts.
    waiting_since = models.DateField(_("waiting since"), null=True, blank=True, editable=False)
    days_waited = models.PositiveSmallIntegerField(
        _("working days in review"), default=0, editable=False
    )
    risk_flags = models.JSONField(default=list, blank=True, editable=False)
    letter_code = models.CharField(
        _("code of the approval letter"),
        max_length=20,
        unique=True,
        null=True,
        blank=True,
        editable=False,
    )

    export_level = models.CharField(
        _("Does the company export?"), max_length=10, choices=ExportLevel.choices, blank=True
    )
    first_export_year = models.PositiveSmallIntegerField(
        _("First year of export"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
    )
    export_markets = models.CharField(_("Countries you have sold to"), max_length=300, blank=True)
    online_sales = models.CharField(
        _("Do you sell online?"), max_length=10, choices=OnlineSales.choices, blank=True
    )
    capacity = models.CharField(
        _("How much can you supply in a month?"), max_length=200, blank=True
    )
    languages_spoken = models.CharField(
        _("In which languages can you answer a buyer?"), max_length=120, blank=True
    )
    motivation = models.TextField(
        _("What do you want to achieve on Alibaba.com?"), max_length=2000, blank=True
    )

    declares_truth = models.BooleanField(_("All is true"), default=False)
    accepts_rules = models.BooleanField(_("Accepts the rules"), default=False)
    accepts_sharing = models.BooleanField(_("Accepts the sharing of data"), default=False)
    declares_no_other_support = models.BooleanField(_("No other support"), default=False)

    history = HistoricalRecords(
        excluded_fields=[
            "reference", "company", "status", "created_by", "assigned_to", "created_at",
            "updated_at", "submitted_at", "decided_at", "decided_by", "previous", "worked_at",
            "waiting_since", "days_waited", "risk_flags", "letter_code",
        ]
    )  # fmt: skip

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-created_at"]
        permissions = [
            ("review_application", "Can claim, review and decide applications"),
            ("suspend_application", "Can suspend, reinstate and revoke an approval"),
            ("assign_application", "Can assign applications to any coordinator"),
            ("override_checks", "Can let an approval pass an open check, with a reason"),
            ("release_decision", "Can release staged decisions"),
            ("export_application", "Can export the review queue"),
        ]
        indexes = [
            models.Index(fields=["status", "submitted_at"], name="application_queue"),
            models.Index(fields=["assigned_to", "status"], name="application_desk"),
            models.Index(fields=["status", "waiting_since"], name="application_waiting"),
            models.Index(fields=["decided_at"], name="application_decided"),
            models.Index(
                OPEN_SINCE.asc(),
                models.F("submitted_at").desc(),
                models.F("id").desc(),
                name="application_waiting_first",
            ),
            models.Index(
                OPEN_SINCE.asc(),
                models.F("submitted_at").desc(),
                models.F("id").desc(),
                condition=~Q(risk_flags=[]),
                name="application_at_risk",
            ),
            # The counts of the desk, which need not read the rows themselves.
            models.Index(fields=["status", "assigned_to", "id"], name="application_counts"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(status__in=LIVE_STATUSES),
                name="one_live_application_per_company",
                violation_error_message=_("This company already has an open application."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=DECIDED_STATUSES)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="decided_application_has_date_and_decider",
                violation_error_message=_("A decision needs its date and the person who took it."),
            ),
            models.CheckConstraint(
                condition=~Q(status=ApplicationStatus.IN_REVIEW) | Q(assigned_to__isnull=False),
                name="review_has_a_coordinator",
                violation_error_message=_("A review needs an assigned coordinator."),
            ),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.DRAFT) | Q(submitted_at__isnull=False),
                name="beyond_draft_has_been_submitted",
                violation_error_message=_("Only a draft has not been sent."),
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE_STATUSES

    @property
    def is_decided(self) -> bool:
        return self.status in DECIDED_STATUSES

    @property
    def staff_status(self) -> str:
        if self.status == ApplicationStatus.SUBMITTED and self.assigned_to_id:
            return CAME_BACK
        return STAFF_STATUS[self.status]

    @property
    def has_ended(self) -> bool:
        """Whether the company may apply again."""
        return self.status not in LIVE_STATUSES

    @property
    def declared(self) -> bool:
        return all(getattr(self, name) for name in DECLARATIONS)

    @property
    def working_days(self) -> int:
        """Working days with the programme until today, or until the clock stopped."""
        if self.waiting_since is None:
            return self.days_waited
        return workdays_between(self.waiting_since, timezone.localdate())


class ApplicationTransition(TransitionLog):
    application = models.ForeignKey(Application, models.PROTECT, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self):
        return f"{self.application} → {self.to_status}"

    @property
    def to_status_label(self) -> str:
        return ApplicationStatus(self.to_status).label

    @property
    def staff_title(self) -> str:
        return STAFF_STEPS[self.transition]

    @property
    def reason_label(self) -> str:
        for reasons in (ChangeReason, RejectionReason, SuspensionReason):
            if self.reason_code in reasons.values and self.transition in _REASONED[reasons]:
                return reasons(self.reason_code).label
        return ""


# What happened, in the words of the review desk.
STAFF_STEPS = {
    "submit": _("The company sent the application"),
    "resubmit": _("The company sent it back with its changes"),
    "withdraw": _("The company withdrew"),
    "expire": _("Closed: the company did not answer"),
    "claim": _("The review started"),
    "release": _("The file was released"),
    "release_idle": _("The file went back to the queue: nobody worked on it"),
    "assign": _("The file was assigned"),
    "request_changes": _("Changes were requested"),
    "approve": _("Approved"),
    "reject": _("Rejected"),
    "suspend": _("Suspended"),
    "reinstate": _("Reinstated"),
    "revoke": _("Revoked"),
}
_REASONED = {
    ChangeReason: {"request_changes"},
    RejectionReason: {"reject"},
    SuspensionReason: {"suspend", "revoke"},
}
