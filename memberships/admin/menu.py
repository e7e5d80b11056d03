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
        (_("Programme data"), "programmefact"),
    ]
    items = []
    for label, model in pages:
        url = reverse(f"admin:memberships_{model}_changelist")
        items.append(MenuItem(label, url, None, request.path.startswith(url)))
    return [MenuSection(pgettext("desk", "Programme"), items)]
