from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core.admin_site import MenuItem, MenuSection, desk_section
from core.workflow_admin import LogInline, ReadOnlyAdminMixin, WorkflowAdminMixin
from pavilion.models import Pavilion, PavilionTransition, WaitingBuyer
from pavilion.services import launch
from pavilion.workflow import PAVILION, STEER


class PavilionLogInline(LogInline, admin.TabularInline):
    model = PavilionTransition


@admin.register(Pavilion)
class PavilionAdmin(WorkflowAdminMixin, admin.ModelAdmin):
    """The manager's settings: threshold, close, reopen."""

    workflow = PAVILION
    moves = {
        "close": lambda _pavilion, **values: launch.close_pavilion(**values),
        "reopen": lambda _pavilion, actor: launch.reopen_pavilion(actor=actor),
    }
    fields = ("threshold", "status", "launched_at", "launched_by", "approved_at_launch")
    readonly_fields = ("status", "launched_at", "launched_by", "approved_at_launch")
    inlines = (PavilionLogInline,)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm(STEER)

    def save_model(self, request, obj, form, change):
        launch.set_threshold(form.cleaned_data["threshold"], actor=request.user)

    def changelist_view(self, request, extra_context=None):
        return redirect(reverse("admin:pavilion_pavilion_change", args=[1]))


@admin.register(WaitingBuyer)
class WaitingBuyerAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    list_display = ("email", "language", "interest", "created_at", "confirmed_at", "announced_at")
    list_filter = ("language", "interest")
    list_select_related = ("interest",)
    search_fields = ("email",)
    show_full_result_count = False
    fields = ("email", "language", "interest", "created_at", "confirmed_at", "announced_at")


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
    if request.user.has_perm("pavilion.preview_pavilion"):
        items.append(MenuItem(_("Preview"), reverse("pavilion:showcase") + "?preview"))
    return [MenuSection(_("Pavilion"), items)]
