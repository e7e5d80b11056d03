"""Recruitment in the side menu."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.admin_site import MenuItem, MenuSection, desk_section
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
    """How many leads have their next action today or had it before: one query a request."""
    if not hasattr(request, "lead_counts"):
        due = Lead.objects.due(timezone.localdate())
        request.lead_counts = due.aggregate(
            due=Count("pk"), mine=Count("pk", filter=Q(owner=request.user))
        )
    return request.lead_counts
