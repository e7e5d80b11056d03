"""What the desk is divided into, and by what the queue is filtered."""

import datetime

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from core.memo import remembered
from core.mexico import State
from core.models import User
from core.workdays import workdays_before
from exporters.access import ASSIGN, RELEASE, REVIEW
from exporters.enums import STAFF_STATUS, UNDECIDED_STATUSES, RiskFlag, Size
from exporters.enums import ApplicationStatus as S
from exporters.models import (
    Document,
    Product,
    ProductCategory,
    StagedDecision,
)
from exporters.unread import applications_with_unread, held_by

WAITING_DAYS = (3, 5, 10, 20)
DESK = {
    "mine": _("On my desk"),
    "unassigned": _("To be claimed"),
    "came_back": _("Came back"),
    "waiting": pgettext_lazy("queue", "Waiting for the company"),
    "messages": _("New messages"),
    "expiring": _("Documents expiring"),
    "staged": _("Decisions to release"),
}

# --- Conditions on applications ---------------------------------------------------------------


def with_expiring_document(today: datetime.date) -> Q:
    """A document in use has expired, or will within days: as in the morning mail."""
    last = today + datetime.timedelta(days=settings.DOCUMENT_WARNING_DAYS)
    expiring = Document.objects.expiring_by(last).filter(application=OuterRef("pk"))
    return Q(Exists(expiring.order_by()))


def with_staged_decision() -> Q:
    return Q(pk__in=StagedDecision.objects.open().order_by().values("application"))


def waiting_over(days: int, today: datetime.date) -> Q:
    """More than `days` working days with the programme; the clock may be standing."""
    since = workdays_before(today, days + 1)
    standing = Q(waiting_since=None, days_waited__gt=days)
    return Q(status__in=UNDECIDED_STATUSES) & (Q(waiting_since__lte=since) | standing)


def sees_part(user, key: str) -> bool:
    return key != "staged" or user.has_perm(RELEASE)


def desk_conditions(user) -> dict[str, Q]:
    """What belongs in each part of the desk of `user`; whoever assigns files sees the team's."""
    team = user.has_perm(ASSIGN)
    own = Q(assigned_to__isnull=False) if team else held_by(user)
    undecided = Q(status__in=UNDECIDED_STATUSES)
    parts = {
        "mine": Q(assigned_to=user, status=S.IN_REVIEW),
        "unassigned": Q(assigned_to=None, status=S.SUBMITTED),
        "came_back": Q(status=S.SUBMITTED) & own,
        "waiting": Q(status=S.CHANGES_REQUESTED) & own,
        "messages": undecided & applications_with_unread(user),
        "expiring": undecided & held_by(user) & with_expiring_document(timezone.localdate()),
    }
    if sees_part(user, "staged"):
        parts["staged"] = undecided & with_staged_decision()
    return parts


# --- Choices, which a process remembers for half a minute -------------------------------------


@remembered(30)
def categories() -> list[ProductCategory]:
    return list(ProductCategory.objects.all())


@remembered(30)
def coordinators() -> list[User]:
    """Everyone who reviews applications, by name."""
    people = ModelBackend().with_perm(REVIEW, include_superusers=False)
    return sorted(people.filter(is_staff=True), key=lambda person: str(person).casefold())


# --- Filters ----------------------------------------------------------------------------------


class QueueFilter(admin.SimpleListFilter):
    """A filter that gives a condition for a known value, and filters nothing for another."""

    def condition(self, request, value) -> Q:
        raise NotImplementedError

    def queryset(self, request, queryset):
        known = {str(value) for value, _label in self.lookup_choices}
        if self.value() not in known:
            return queryset
        return queryset.filter(self.condition(request, self.value()))


class DeskFilter(QueueFilter):
    title = _("desk")
    parameter_name = "desk"

    def lookups(self, request, model_admin):
        return [part for part in DESK.items() if sees_part(request.user, part[0])]

    def condition(self, request, value):
        return desk_conditions(request.user)[value]


class StatusFilter(QueueFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return [choice for choice in STAFF_STATUS.items() if choice[0] != S.DRAFT]

    def condition(self, request, value):
        return Q(status=value)


class CoordinatorFilter(QueueFilter):
    title = _("coordinator")
    parameter_name = "assignee"

    def lookups(self, request, model_admin):
        others = [person for person in coordinators() if person != request.user]
        people = [(str(person.pk), str(person)) for person in others]
        return [("me", _("Me")), ("nobody", _("Nobody")), *people]

    def condition(self, request, value):
        if value == "nobody":
            return Q(assigned_to=None)
        return Q(assigned_to=request.user.pk if value == "me" else int(value))


class StateFilter(QueueFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return State.choices

    def condition(self, request, value):
        return Q(company__state=value)


class SizeFilter(QueueFilter):
    title = _("size")
    parameter_name = "size"

    def lookups(self, request, model_admin):
        return Size.choices

    def condition(self, request, value):
        return Q(company__size=value)


class CategoryFilter(QueueFilter):
    title = _("product")
    parameter_name = "product"

    def lookups(self, request, model_admin):
        return [(category.code, category.name) for category in categories()]

    def condition(self, request, value):
        sold = Product.objects.filter(company=OuterRef("company"), category__code=value)
        return Q(Exists(sold))


class WaitingFilter(QueueFilter):
    title = _("waiting")
    parameter_name = "waiting"

    def lookups(self, request, model_admin):
        return [
            (
                str(days),
                ngettext("Over %(days)s working day", "Over %(days)s working days", days)
                % {"days": days},
            )
            for days in WAITING_DAYS
        ]

    def condition(self, request, value):
        return waiting_over(int(value), timezone.localdate())


class RiskFilter(QueueFilter):
    title = _("risk")
    parameter_name = "risk"

    def lookups(self, request, model_admin):
        return [("any", _("Any flag")), *RiskFlag.choices]

    def condition(self, request, value):
        some = ~Q(risk_flags=[])  # as in the index application_at_risk
        if value == "any":
            return some
        flags = Cast("risk_flags", TextField())  # SQLite cannot look into a JSON list
        return some & Q(Contains(flags, f'"{value}"'))


class MessagesFilter(QueueFilter):
    title = _("messages")
    parameter_name = "messages"

    def lookups(self, request, model_admin):
        return [("unread", _("Unread"))]

    def condition(self, request, value):
        return applications_with_unread(request.user)


# The first ones lie open above the list, the others in the panel beside them.
MAIN_FILTERS = (DeskFilter, StatusFilter, CoordinatorFilter)
MORE_FILTERS = (
    WaitingFilter, RiskFilter, MessagesFilter, StateFilter, SizeFilter, CategoryFilter,
)  # fmt: skip
FILTERS = MAIN_FILTERS + MORE_FILTERS
