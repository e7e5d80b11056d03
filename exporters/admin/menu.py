"""The side menu of the review desk: what waits, with live counts."""

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from core.admin_site import MenuItem, MenuSection, desk_section
from exporters.access import RELEASE, VIEW
from exporters.admin.catalogue import waiting_products
from exporters.admin.filters import DESK, desk_conditions
from exporters.enums import UNDECIDED_STATUSES
from exporters.models import Application


@desk_section(10)
def review_section(request) -> list[MenuSection]:
    if not request.user.has_perm(VIEW):
        return []
    queue = reverse("admin:exporters_application_changelist")
    here = request.get_full_path()
    items = [
        MenuItem(
            DESK[key],
            f"{queue}?desk={key}",
            count,
            here.startswith(queue) and request.GET.get("desk") == key,
        )
        for key, count in desk_counts(request).items()
    ]
    items.append(
        MenuItem(_("All applications"), queue, None, here.startswith(queue) and "desk" not in here)
    )
    if request.user.has_perm(RELEASE):
        staged = reverse("admin:exporters_stageddecision_changelist")
        items.append(MenuItem(_("Prepared decisions"), staged, None, here.startswith(staged)))
    sections = [MenuSection(_("Review"), items)]
    pages = [
        (_("Companies"), "company"),
        (_("Products"), "product"),
        (_("Certificates"), "certificate"),
        (_("Market access"), "marketaccessrule"),
        (_("Exported lists"), "queueexport"),
    ]
    catalogue = []
    for label, model in pages:
        if request.user.has_perm(f"exporters.view_{model}"):
            url = reverse(f"admin:exporters_{model}_changelist")
            # Products lead to those that wait, of which the menu says how many.
            moderated = model == "product"
            where = f"{url}?queue=waiting" if moderated else url
            count = waiting_products() if moderated else None
            catalogue.append(MenuItem(label, where, count, here.startswith(url)))
    return [*sections, MenuSection(_("Catalogue"), catalogue)]


def desk_counts(request) -> dict[str, int]:
    """How many applications wait in each part of the desk: one query a request."""
    if not hasattr(request, "desk_counts"):
        # All parts are of undecided files, few beside the decided ones.
        undecided = Application.objects.filter(status__in=UNDECIDED_STATUSES).order_by()
        conditions = desk_conditions(request.user)
        request.desk_counts = undecided.aggregate(
            **{key: Count("pk", filter=condition) for key, condition in conditions.items()}
        )
    return request.desk_counts
