from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PromotionStatus(TextChoices):
    PROPOSED = "proposed", _("Proposed")
    NEGOTIATING = "negotiating", _("Under negotiation")
    CONFIRMED = "confirmed", _("Confirmed")
    ENDED = "ended", _("Ended")


class EntryKind(TextChoices):
    ALLOCATE = "allocate", _("Allocated")
    RESERVE = "reserve", _("Reserved")
    RELEASE = "release", _("Released")


class MembershipStatus(TextChoices):
    OFFERED = "offered", _("Offered")
    CANCELLED = "cancelled", _("Cancelled")
