from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.admin_site import MenuItem, MenuSection, desk_section


@desk_section(20)
def membership_section(request) -> list[MenuSection]:
    if not request.user.has_perm("memberships.view_membership"):
        return []
    pages = [
        (_("Memberships"), "membership"),
        (_("Promotions"), "promotionperiod"),
        (_("Funds"), "subsidyfund"),
        (_("Plans"), "plan"),
    ]
    items = []
    overview = reverse("admin:memberships_subsidyfund_overview")
    here = request.path.startswith(overview)
    if request.user.has_perm("memberships.view_subsidyfund"):
        items.append(MenuItem(_("Money overview"), overview, None, here))
    for label, model in pages:
        url = reverse(f"admin:memberships_{model}_changelist")
        items.append(MenuItem(label, url, None, request.path.startswith(url) and not here))
    return [MenuSection(pgettext("desk", "Programme"), items)]
