"""Recruitment in the side menu."""

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.admin_site import MenuItem, MenuSection, desk_section
from core.memo import remembered
from exporters.models import Lead


@desk_section(20)
def recruitment_section(request) -> list[MenuSection]:
    if not request.user.has_perm("exporters.view_lead"):
        return []
    leads = reverse("admin:exporters_lead_changelist")
    here, query = request.path.startswith(leads), request.GET
    due = here and query.get("due") == "now"
    mine = query.get("owner") == "me"
    counts = _counts(request)
    items = [
        MenuItem(_("My leads due"), f"{leads}?owner=me&due=now", counts["mine"], due and mine),
        MenuItem(_("Leads due"), f"{leads}?due=now", counts["due"], due and not mine),
        MenuItem(_("All leads"), leads, None, here and not due),
    ]
    return [MenuSection(_("Recruitment"), items)]


def _counts(request) -> dict[str, int]:
    """How many leads have their next action today or had it before, all and one's own.

    Of days, so half a minute old is fresh enough; nothing is asked twice for it.
    """
    by_owner = _due_by_owner()
    return {"due": sum(by_owner.values()), "mine": by_owner.get(request.user.pk, 0)}


@remembered(30)
def _due_by_owner() -> dict[int | None, int]:
    due = Lead.objects.due(timezone.localdate()).order_by()
    return dict(due.values_list("owner").annotate(Count("pk")))
