"""The first page of the desk: the oldest of my files, and those that the company must answer."""

import datetime
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from core.admin_site import DeskPanel, desk_panel
from exporters.access import VIEW
from exporters.deadlines import closing_day
from exporters.models import Application

SHOWN = 8


@dataclass(frozen=True)
class Waiting:
    """A file that waits for its company, and the day on which it is closed unanswered."""

    application: Application
    closes_on: datetime.date
    days_left: int


@desk_panel(10)
def my_files(request) -> list[DeskPanel]:
    if not request.user.has_perm(VIEW):
        return []
    return [
        DeskPanel("admin/exporters/_my_files.html", {"files": oldest_files(request.user)}),
        DeskPanel("admin/exporters/_my_waiting.html", {"waiting": next_to_close(request.user)}),
    ]


def oldest_files(user) -> list[Application]:
    """The files on which `user` must act, the longest waiting first."""
    mine = Application.objects.on_desk_of(user).select_related("company")
    return list(mine.order_by(F("waiting_since").asc(nulls_last=True), "submitted_at")[:SHOWN])


def next_to_close(user) -> list[Waiting]:
    """The files of `user` that wait for their company, what closes first on top."""
    mine = Application.objects.waiting_for_company().filter(assigned_to=user)
    rows = mine.select_related("company").with_request().order_by("requested_at")
    today = timezone.localdate()
    found = []
    for application in rows[:SHOWN]:
        closes = closing_day(timezone.localdate(application.requested_at))
        found.append(Waiting(application, closes, (closes - today).days))
    return found
