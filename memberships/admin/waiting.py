"""What waits on the desk of a person: the filters of the lists, and the counts of the menu."""

import datetime
from functools import reduce
from operator import or_

from django.contrib import admin
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.memo import remembered
from exporters.admin.filters import QueueFilter
from memberships.enums import RUNNING_STATUSES
from memberships.enums import ClaimStatus as C
from memberships.enums import MembershipStatus as M
from memberships.models import Membership, SubsidyClaim
from memberships.services.decisions import independent_of
from memberships.workflow import APPROVE, MANAGE, VERIFY

OFFER_DAYS = datetime.timedelta(days=7)
MEMBERSHIP_DAYS = datetime.timedelta(days=60)


# --- Conditions on rows, as the services decide -------------------------------------------------


def membership_parts(user) -> dict[str, Q]:
    """The memberships on which `user` may act now, by what is to be done."""
    if not user.has_perm(MANAGE):
        return {}
    independent = independent_of(user)
    return {
        "confirm": Q(status=M.REPORTED) & independent,
        "activate": Q(status=M.PAID) & independent,
    }


def claim_parts(user) -> dict[str, Q]:
    """The claims on which `user` may act now, by what is to be done."""
    independent = independent_of(user, "membership__company")
    parts = {}
    if user.has_perm(VERIFY):
        parts["verify"] = Q(status=C.REQUESTED) & independent
    if user.has_perm(APPROVE):
        parts["approve"] = Q(status=C.VERIFIED) & ~Q(verified_by=user) & independent
    return parts


def any_of(parts: dict[str, Q]) -> Q:
    return reduce(or_, parts.values())


def ending(today: datetime.date) -> dict[str, Q]:
    """What ends soon unless someone does something: by the day in the row."""
    return {
        "offer": Q(status=M.OFFERED, reply_by__range=(today, today + OFFER_DAYS)),
        "membership": Q(
            status__in=RUNNING_STATUSES, ends_on__range=(today, today + MEMBERSHIP_DAYS)
        ),
        # Reminded by the calendar, ended by a person alone.
        "late": Q(status=M.ACCEPTED, pay_by__lt=today),
    }


# --- Filters ----------------------------------------------------------------------------------


class WaitsFilter(QueueFilter):
    title = _("waits for me")
    parameter_name = "waits"
    labels = {
        "confirm": _("Payments to confirm"),
        "activate": _("Memberships to activate"),
        "verify": _("Claims to verify"),
        "approve": _("Claims to approve"),
    }

    def parts(self, request) -> dict[str, Q]:
        raise NotImplementedError

    def lookups(self, request, model_admin):
        parts = self.parts(request)
        everything = [("me", _("All that waits for me"))] if parts else []
        return everything + [(key, self.labels[key]) for key in parts]

    def condition(self, request, value):
        parts = self.parts(request)
        return any_of(parts) if value == "me" else parts[value]


class MembershipWaitsFilter(WaitsFilter):
    def parts(self, request):
        return membership_parts(request.user)


class ClaimWaitsFilter(WaitsFilter):
    def parts(self, request):
        return claim_parts(request.user)


class EndsFilter(QueueFilter):
    title = _("ends soon")
    parameter_name = "ends"

    def lookups(self, request, model_admin):
        return [
            ("offer", _("Offer, within 7 days")),
            ("membership", _("Membership, within 60 days")),
            ("late", _("Accepted, the day to pay has passed")),
        ]

    def condition(self, request, value):
        return ending(timezone.localdate())[value]


# --- Counts -----------------------------------------------------------------------------------


def waiting_counts(request) -> dict[str, int]:
    """How many memberships and claims wait for this person, by what is to be done.

    Exact on the first page and where one acts on them; on the others of the desk half a minute
    old at most, which saves them two queries.
    """
    if hasattr(request, "money_counts"):
        return request.money_counts
    kept = _kept()
    membership, claim = membership_parts(request.user), claim_parts(request.user)
    key = (request.user.pk, *membership, *claim)
    if key not in kept or _must_be_exact(request):
        kept[key] = _count(Membership, membership) | _count(SubsidyClaim, claim)
    request.money_counts = kept[key]
    return kept[key]


def ending_counts(today: datetime.date) -> dict[str, int]:
    return _count(Membership, ending(today))


def _count(model, parts: dict[str, Q]) -> dict[str, int]:
    """One query for all parts, over their rows alone."""
    if not parts:
        return {}
    rows = model.objects.filter(any_of(parts)).order_by()
    return rows.aggregate(**{key: Count("pk", filter=part) for key, part in parts.items()})


@remembered(30)
def _kept() -> dict[tuple, dict[str, int]]:
    return {}


def _must_be_exact(request) -> bool:
    pages = [reverse(f"admin:memberships_{name}_changelist") for name in MONEY_PAGES]
    return request.path == reverse("admin:index") or request.path.startswith(tuple(pages))


MONEY_PAGES = ("membership", "subsidyclaim")


class FundFilter(admin.RelatedFieldListFilter):
    """With the word of the catalog: the model's field has an English name only."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = _("fund")
