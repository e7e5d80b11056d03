"""The first page of the desk: the money that waits."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.admin_site import DeskPanel, desk_panel
from memberships.admin.waiting import WaitsFilter, ending_counts, waiting_counts

_MEMBERSHIPS = ("confirm", "activate")


@dataclass(frozen=True)
class Waiting:
    """How much waits, and the list that shows it."""

    label: str
    count: int
    url: str
    is_mine: bool  # asks something of this person; else it only comes to its end


@desk_panel(20)
def money_that_waits(request) -> list[DeskPanel]:
    if not request.user.has_perm("memberships.view_membership"):
        return []
    memberships = reverse("admin:memberships_membership_changelist")
    claims = reverse("admin:memberships_subsidyclaim_changelist")
    rows = [
        Waiting(
            WaitsFilter.labels[key],
            count,
            f"{memberships if key in _MEMBERSHIPS else claims}?waits={key}",
            is_mine=True,
        )
        for key, count in waiting_counts(request).items()
    ]
    ends = {
        "offer": _("Offers that end within 7 days"),
        "membership": _("Memberships that end within 60 days"),
        "late": _("Accepted, and not paid by the day agreed"),
    }
    rows += [
        Waiting(ends[key], count, f"{memberships}?ends={key}", is_mine=False)
        for key, count in ending_counts(timezone.localdate()).items()
    ]
    return [DeskPanel("admin/memberships/_money_waits.html", {"rows": rows})]
