from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.admin_site import MenuItem, MenuSection, desk_section
from memberships.admin.waiting import waiting_counts

# Of what waits for a person, the parts that each list counts.
COUNTED = {"membership": ("confirm", "activate"), "subsidyclaim": ("verify", "approve")}


@desk_section(20)
def membership_section(request) -> list[MenuSection]:
    if not request.user.has_perm("memberships.view_membership"):
        return []
    pages = [
        (_("Memberships"), "membership"),
        (_("Claims"), "subsidyclaim"),
        (_("Promotions"), "promotionperiod"),
        (_("Funds"), "subsidyfund"),
        (_("Plans"), "plan"),
        (_("Payments"), "paymentbatch"),
        (_("Exchange rates"), "exchangerate"),
        (_("Programme data"), "programmefact"),
    ]
    waiting = waiting_counts(request)
    items = []
    overview = reverse("admin:memberships_subsidyfund_overview")
    here = request.path.startswith(overview)
    if request.user.has_perm("memberships.view_subsidyfund"):
        items.append(MenuItem(_("Money overview"), overview, None, here))
    for label, model in pages:
        if not request.user.has_perm(f"memberships.view_{model}"):
            continue
        url = reverse(f"admin:memberships_{model}_changelist")
        count = _count(waiting, COUNTED.get(model, ()))
        # What waits comes first: the list opens on it, and its filter says so.
        target = f"{url}?waits=me" if count else url
        items.append(MenuItem(label, target, count, request.path.startswith(url) and not here))
    return [MenuSection(pgettext("desk", "Programme"), items)]


def _count(waiting: dict[str, int], parts: tuple[str, ...]) -> int | None:
    """None for whoever has nothing to do there."""
    mine = [waiting[part] for part in parts if part in waiting]
    return sum(mine) if mine else None
