from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse

from core.workflow_admin import LogInline, WorkflowAdminMixin
from pavilion.admin.rehearsal import RehearsalMixin
from pavilion.models import Pavilion, PavilionTransition
from pavilion.services import launch
from pavilion.workflow import PAVILION, STEER


class PavilionLogInline(LogInline, admin.TabularInline):
    model = PavilionTransition


@admin.register(Pavilion)
class PavilionAdmin(RehearsalMixin, WorkflowAdminMixin, admin.ModelAdmin):
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
