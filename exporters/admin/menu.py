"""The side menu of the review desk: what waits, with live counts."""

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core.admin_site import MenuItem, MenuSection, desk_section
from exporters.access import VIEW
from exporters.admin.filters import DESK, desk_conditions
from exporters.models import Application, StagedDecision


@desk_section(10)
def review_section(request) -> list[MenuSection]:
    if not request.user.has_perm(VIEW):
        return []
    queue = reverse("admin:exporters_application_changelist")
    here = request.get_full_path()
    counts = desk_counts(request)
    items = [
        MenuItem(
            label,
            f"{queue}?desk={key}",
            counts[key],
            here.startswith(queue) and request.GET.get("desk") == key,
        )
        for key, label in DESK.items()
    ]
    items.append(
        MenuItem(_("All applications"), queue, None, here.startswith(queue) and "desk" not in here)
    )
    if request.user.has_perm("exporters.view_stageddecision"):
        staged = reverse("admin:exporters_stageddecision_changelist")
        items.append(
            MenuItem(_("To be released"), staged, counts["staged"], here.startswith(staged))
        )
    company = reverse("admin:exporters_company_changelist")
    product = reverse("admin:exporters_product_changelist")
    catalogue = [
        MenuItem(_("Companies"), company, None, here.startswith(company)),
        MenuItem(_("Products"), product, None, here.startswith(product)),
    ]
    if request.user.has_perm("exporters.view_marketaccessrule"):
        rules = reverse("admin:exporters_marketaccessrule_changelist")
        catalogue.append(MenuItem(_("Market access"), rules, None, here.startswith(rules)))
    return [MenuSection(_("Review"), items), MenuSection(_("Catalogue"), catalogue)]


def desk_counts(request) -> dict[str, int]:
    """How many applications wait in each part of the desk: one query a request."""
    if not hasattr(request, "desk_counts"):
        conditions = desk_conditions(request.user)
        waiting = Q(status__in=("submitted", "in_review", "changes_requested"))
        staged = StagedDecision.objects.open().filter(application=OuterRef("pk"))
        request.desk_counts = Application.objects.filter(waiting).aggregate(
            staged=Count("pk", filter=Exists(staged)),
            **{key: Count("pk", filter=condition) for key, condition in conditions.items()},
        )
    return request.desk_counts
