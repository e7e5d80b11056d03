"""What a coordinator finds on the desk in the morning, and a manager on all desks."""

import datetime
from dataclasses import dataclass, fields

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from core.models import User
from exporters.deadlines import closing_day
from exporters.enums import ApplicationStatus
from exporters.models import Application, Document

CLOSING_SOON = datetime.timedelta(days=5)


@dataclass(frozen=True)
class Desk:
    """Files in review and come back longest waiting first, then what a date is near for."""

    in_review: list[Application]
    came_back: list[Application]
    closing: list[tuple[Application, datetime.date]]  # with the day on which it is closed
    expiring: list[Document]

    def __bool__(self):
        return any(getattr(self, part.name) for part in fields(self))


@dataclass(frozen=True)
class Totals:
    """The same of all desks, in numbers."""

    in_review: int
    came_back: int
    waiting: int
    closing: int
    expiring: int

    def __bool__(self):
        return any(getattr(self, part.name) for part in fields(self))


def desk_of(person: User, today: datetime.date) -> Desk:
    files = Application.objects.filter(assigned_to=person).select_related("company")
    by_age = files.order_by("waiting_since", "pk")
    return Desk(
        in_review=list(by_age.filter(status=ApplicationStatus.IN_REVIEW)),
        came_back=list(by_age.filter(status=ApplicationStatus.SUBMITTED)),
        closing=_closing(files, today),
        expiring=list(
            expiring_documents(today)
            .filter(application__assigned_to=person)
            .order_by("issued_on", "pk")
        ),
    )


def totals(today: datetime.date) -> Totals:
    files = Application.objects.all()
    return Totals(
        in_review=files.filter(status=ApplicationStatus.IN_REVIEW).count(),
        came_back=files.filter(status=ApplicationStatus.SUBMITTED)
        .exclude(assigned_to=None)
        .count(),
        waiting=files.waiting_for_company().count(),
        closing=len(_closing(files, today)),
        expiring=expiring_documents(today).count(),
    )


def expiring_documents(today: datetime.date) -> QuerySet[Document]:
    """Documents of undecided applications whose validity ends within days, or has ended."""
    last = today + datetime.timedelta(days=settings.DOCUMENT_WARNING_DAYS)
    return (
        Document.objects.expiring_by(last)
        .filter(application__in=Application.objects.undecided())
        .select_related("application__company")
    )


def _closing(files, today: datetime.date) -> list[tuple[Application, datetime.date]]:
    """Applications that wait for their company and are closed within days, the first first."""
    waiting = files.waiting_for_company().with_request().order_by("requested_at", "pk")
    days = [(file, closing_day(timezone.localdate(file.requested_at))) for file in waiting]
    return [(file, day) for file, day in days if day <= today + CLOSING_SOON]
