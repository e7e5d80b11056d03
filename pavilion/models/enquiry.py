import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnlyModel
from core.models import User
from core.workflow import TransitionLog
from exporters.models import Company, Product
from pavilion.enums import EnquiryStatus
from pavilion.models.buyer import new_token


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
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(name="", email="", text=""),
                name="erased_enquiry_names_nobody",
                violation_error_message=_("An erased enquiry keeps no personal data."),
            )
        ]

    def __str__(self):
        return f"{self.organisation or self.name} · {self.created_at:%Y-%m-%d}"


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
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("enquiry to a company")
        verbose_name_plural = _("enquiries to companies")
        ordering = ["-received_at", "-pk"]
        permissions = [("watch_enquiries", "Can see which enquiries wait")]
        indexes = [
            models.Index(
                fields=["received_at"],
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
        ]

    def __str__(self):
        return f"{self.enquiry} → {self.company}"


class EnquiryTransition(TransitionLog):
    thread = models.ForeignKey(EnquiryThread, models.CASCADE, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self):
        return f"{self.thread} → {self.to_status}"


class EnquiryMessage(AppendOnlyModel):
    """One message of a thread; without an author it is the buyer's."""

    thread = models.ForeignKey(EnquiryThread, models.CASCADE, related_name="messages")
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("message"), max_length=3000)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "pk"]

    def __str__(self):
        return f"{self.thread} · {self.created_at:%Y-%m-%d %H:%M}"
