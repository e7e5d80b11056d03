from django.urls import reverse
from django.utils.translation import gettext as _

from core.admin_site import MenuItem, MenuSection, desk_section
from pavilion.access import WATCH, may_rehearse


@desk_section(30)
def pavilion_section(request) -> list[MenuSection]:
    if not request.user.has_perm("pavilion.view_pavilion"):
        return []
    settings_url = reverse("admin:pavilion_pavilion_change", args=[1])
    buyers_url = reverse("admin:pavilion_waitingbuyer_changelist")
    items = [
        MenuItem(_("Pavilion settings"), settings_url, None, request.path == settings_url),
        MenuItem(_("Waiting buyers"), buyers_url, None, request.path.startswith(buyers_url)),
    ]
    if may_rehearse(request.user):
        rehearsal_url = reverse("admin:pavilion_pavilion_rehearsal")
        here = request.path.startswith(rehearsal_url)
        items.append(MenuItem(_("Launch rehearsal"), rehearsal_url, None, here))
    for label, model in ((_("Hand-over"), "handover"), (_("Record of the launch"), "launchrecord")):
        if request.user.has_perm(f"pavilion.view_{model}"):
            url = reverse(f"admin:pavilion_{model}_changelist")
            items.append(MenuItem(label, url, None, request.path.startswith(url)))
    if request.user.has_perm(WATCH):
        enquiries_url = reverse("admin:pavilion_enquirythread_changelist")
        here = request.path.startswith(enquiries_url)
        items.append(MenuItem(_("Enquiries of buyers"), f"{enquiries_url}?wait=any", None, here))
    if request.user.has_perm("pavilion.preview_pavilion"):
        items.append(MenuItem(_("Preview"), reverse("pavilion:showcase") + "?preview"))
        items.append(MenuItem(_("Press page"), reverse("pavilion:press")))
    return [MenuSection(_("Pavilion"), items)]
