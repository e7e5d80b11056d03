from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PavilionStatus(TextChoices):
    WAITING = "waiting", _("Waiting for the launch")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class EnquiryStatus(TextChoices):
    """Of what a buyer asked of one company."""

    UNCONFIRMED = "unconfirmed", _("Waiting for the buyer to confirm its address")
    WAITING = "waiting", _("Waiting for an answer")
    ANSWERED = "answered", _("Answered")
    QUOTED = "quoted", _("Quoted")
    SAMPLE_SENT = "sample_sent", _("Sample sent")
    ORDERED = "ordered", _("Ordered")
    NOT_A_FIT = "not_a_fit", _("Not a fit")
    ERASED = "erased", _("Erased")


# What became of it, once the company has answered.
OUTCOMES = (
    EnquiryStatus.ANSWERED,
    EnquiryStatus.QUOTED,
    EnquiryStatus.SAMPLE_SENT,
    EnquiryStatus.ORDERED,
    EnquiryStatus.NOT_A_FIT,
)


class HandoverFormat(TextChoices):
    JSON = "json", "JSON"
    XLSX = "xlsx", "Excel"
