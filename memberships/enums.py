from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PromotionStatus(TextChoices):
    PROPOSED = "proposed", _("Proposed")
    NEGOTIATING = "negotiating", _("Under negotiation")
    CONFIRMED = "confirmed", _("Confirmed")
    ENDED = "ended", _("Ended")
    REJECTED = "rejected", _("Not agreed")


class EarnedBy(TextChoices):
    """The day that must lie in a promotion's period."""

    ACCEPTANCE = "acceptance", _("Day of acceptance")
    SUBMISSION = "submission", _("Day of application")


class EntryKind(TextChoices):
    ALLOCATE = "allocate", _("Allocated")
    RESERVE = "reserve", _("Reserved")
    RELEASE = "release", _("Released")
    COMMIT = "commit", _("Committed")
    REVERT = "revert", _("Commitment taken back")
    DISBURSE = "disburse", _("Paid")
    RECOVER = "recover", _("Recovered")


class MembershipStatus(TextChoices):
    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    REPORTED = "reported", _("Payment reported")
    PAID = "paid", _("Fee paid")
    ACTIVE = "active", pgettext_lazy("membership", "Active")
    RENEWAL_OFFERED = "renewal_offered", _("Renewal offered")
    RENEWED = "renewed", _("Renewed")
    LAPSED = "lapsed", _("Ended")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Offer expired")
    CANCELLED = "cancelled", _("Cancelled")


# On the way to a membership; in force; its support went back to the fund.
OPEN_STATUSES = (
    MembershipStatus.OFFERED,
    MembershipStatus.ACCEPTED,
    MembershipStatus.REPORTED,
    MembershipStatus.PAID,
)
RUNNING_STATUSES = (MembershipStatus.ACTIVE, MembershipStatus.RENEWAL_OFFERED)
GIVEN_BACK_STATUSES = (
    MembershipStatus.DECLINED,
    MembershipStatus.EXPIRED,
    MembershipStatus.CANCELLED,
)
# After these the company may be offered a membership anew.
ENDED_STATUSES = (*GIVEN_BACK_STATUSES, MembershipStatus.LAPSED)


class ClaimStatus(TextChoices):
    REQUESTED = "requested", pgettext_lazy("claim", "Asked for")
    VERIFIED = "verified", pgettext_lazy("claim", "Verified")
    APPROVED = "approved", pgettext_lazy("claim", "Approved")
    PAID = "paid", pgettext_lazy("claim", "Paid")
    RETURNED = "returned", pgettext_lazy("claim", "Returned for correction")
    REJECTED = "rejected", pgettext_lazy("claim", "Rejected")


LIVE_CLAIMS = (
    ClaimStatus.REQUESTED,
    ClaimStatus.VERIFIED,
    ClaimStatus.APPROVED,
    ClaimStatus.RETURNED,
)


class ClaimReason(TextChoices):
    """Why a claim is returned or rejected."""

    DOCUMENT = "document", _("A document is missing or cannot be read")
    AMOUNT = "amount", _("The amount does not match the documents")
    LATE = "late", _("The deadline has passed")
    DOUBLE = "double", _("Other public support for the same membership")
    OTHER = "other", _("Other")


class ClaimDocumentKind(TextChoices):
    INVOICE = "invoice", _("Invoice of the membership")
    PAYMENT = "payment", _("Proof that it was paid")
    BANK = "bank", _("Bank account statement")


class LineResult(TextChoices):
    SENT = "sent", _("Sent to the treasury")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Not paid")


class ProgrammeTopic(TextChoices):
    """What a programme with beneficiaries publishes: article 70 XV of the 2015 transparency law."""

    AREA = "area", _("Responsible area")
    VALIDITY = "validity", _("How long it runs")
    DESIGN = "design", _("Design and objectives")
    GOALS = "goals", _("Goals")
    POPULATION = "population", _("Estimated population")
    REQUIREMENTS = "requirements", _("Requirements and procedure")
    COMPLAINTS = "complaints", _("How to complain")
    ENFORCEABILITY = "enforceability", _("How to demand it, reasons to be dismissed")
    EVALUATION = "evaluation", _("Evaluation")
    PARTICIPATION = "participation", _("Social participation")
    RELATED = "related", _("Related programmes")
    RULES = "rules", _("Rules of operation")
    REPORTS = "reports", _("Periodic reports")
