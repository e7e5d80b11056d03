import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnlyModel, AppendOnlyQuerySet
from core.models import User
from core.workflow import TransitionLog
from exporters.models import Application, Company, Product
from pavilion.countries import country_name
from pavilion.enums import EnquiryStatus
from pavilion.models.buyer import new_token
from pavilion.reply_time import ANSWER_WITHIN, Clock


class Enquiry(models.Model):
    """What a buyer asked, of one company or of several; each answers in a thread of its own.

    Nobody is told before the buyer followed the link that its address got.
    """

    name = models.CharField(_("your name"), max_length=120)
    organisation = models.CharField(_("company"), max_length=150, blank=True)
    country = models.CharField(_("country"), max_length=2)
    email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=10, default="es")
    text = models.TextField(_("what you would like to know"), max_length=3000)
    quantity = models.CharField(_("quantity"), max_length=100, blank=True)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(confirmed_at=None),
                name="enquiries_to_confirm",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(name="", organisation="", email="", text="", quantity=""),
                name="erased_enquiry_names_nobody",
                violation_error_message=_("An erased enquiry keeps no personal data."),
            )
        ]

    def __str__(self):
        """Names nobody: it is read where the buyer is not to be seen."""
        return f"{self.country} · {self.created_at:%Y-%m-%d}"

    @property
    def country_name(self) -> str:
        return country_name(self.country)

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None


class EnquiryThreadQuerySet(models.QuerySet):
    def told(self):
        """Those of which the company knows."""
        return self.exclude(status=EnquiryStatus.UNCONFIRMED)

    def waiting(self):
        return self.filter(status=EnquiryStatus.WAITING)

    def overdue(self, now: datetime.datetime):
        """Those whose buyer has waited longer than the platform allows."""
        return self.waiting().filter(waiting_since__lte=now - ANSWER_WITHIN)

    def waiting_first(self):
        """The longest waiting on top, below them where something was written last."""
        return self.order_by(
            models.F("waiting_since").asc(nulls_last=True),
            models.F("last_message_at").desc(nulls_last=True),
            "-pk",
        )

    def with_unread(self, user):
        """Adds `is_unread`: the buyer wrote, and `user` has not opened the thread since."""
        seen = EnquiryReadMark.objects.filter(
            thread=models.OuterRef("pk"),
            user=user,
            read_at__gte=models.OuterRef("buyer_wrote_at"),
        )
        return self.annotate(is_unread=~models.Exists(seen))

    def with_standing(self):
        """Adds `may_answer`: whether the company is approved at this moment."""
        approved = Application.objects.approved().filter(company=models.OuterRef("company"))
        return self.annotate(may_answer=models.Exists(approved))


class EnquiryThread(models.Model):
    """An enquiry as one company has it, with the clock of its answer."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="threads")
    company = models.ForeignKey(Company, models.PROTECT, related_name="enquiries")
    products = models.ManyToManyField(Product, related_name="enquiries", verbose_name=_("products"))
    status = models.CharField(
        _("status"),
        max_length=11,
        choices=EnquiryStatus.choices,
        default=EnquiryStatus.UNCONFIRMED,
        editable=False,
    )
    # From the confirmation on; the platform counts answers within 24 hours.
    received_at = models.DateTimeField(_("received"), null=True, blank=True, editable=False)
    first_answer_at = models.DateTimeField(_("first answer"), null=True, blank=True, editable=False)
    # From the buyer's first unanswered message on; None while it is the buyer's turn.
    waiting_since = models.DateTimeField(_("waits since"), null=True, blank=True, editable=False)
    buyer_wrote_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_message_at = models.DateTimeField(null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = EnquiryThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("enquiry to a company")
        verbose_name_plural = _("enquiries to companies")
        ordering = ["-received_at", "-pk"]
        permissions = [("watch_enquiries", "Can see which enquiries wait")]
        indexes = [
            models.Index(
                fields=["waiting_since"],
                condition=Q(status=EnquiryStatus.WAITING),
                name="enquiries_that_wait",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry", "company"],
                name="company_gets_an_enquiry_once",
                violation_error_message=_("This company has this enquiry already."),
            ),
            models.CheckConstraint(
                condition=Q(first_answer_at=None)
                | Q(received_at__isnull=False, first_answer_at__gte=models.F("received_at")),
                name="answer_follows_the_enquiry",
                violation_error_message=_("An answer comes after its enquiry."),
            ),
            models.CheckConstraint(
                condition=Q(status=EnquiryStatus.WAITING, waiting_since__isnull=False)
                | (~Q(status=EnquiryStatus.WAITING) & Q(waiting_since=None)),
                name="waiting_enquiry_has_its_clock",
                violation_error_message=_("The clock runs while a buyer waits, and only then."),
            ),
        ]

    def __str__(self):
        return f"{self.enquiry} → {self.company}"

    @property
    def clock(self) -> Clock | None:
        """None while nobody waits for the company."""
        return Clock(self.waiting_since, timezone.now()) if self.waiting_since else None


class EnquiryTransition(TransitionLog):
    thread = models.ForeignKey(EnquiryThread, models.CASCADE, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self):
        return f"{self.thread} → {self.to_status}"


class EnquiryMessageQuerySet(AppendOnlyQuerySet):
    def rewrite(self, text: str) -> None:
        """The one change that a message knows: its buyer had its data erased."""
        super(AppendOnlyQuerySet, self).update(text=text)


class EnquiryMessage(AppendOnlyModel):
    """One message of a thread; without an author it is the buyer's."""

    thread = models.ForeignKey(EnquiryThread, models.CASCADE, related_name="messages")
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("message"), max_length=3000)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = EnquiryMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "pk"]

    def __str__(self):
        return f"{self.thread} · {self.created_at:%Y-%m-%d %H:%M}"


class EnquiryReadMark(models.Model):
    """Until when a person of the company has read a thread."""

    thread = models.ForeignKey(EnquiryThread, models.CASCADE, related_name="read_marks")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "user"],
                name="one_enquiry_mark_per_person",
                violation_error_message=_("This person already has a mark here."),
            )
        ]

    def __str__(self):
        return f"{self.thread} · {self.user}"
