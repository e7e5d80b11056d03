"""Prepared decisions, and their release by a second person."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.workflow import TransitionNotAllowed
from core.workflow_admin import ReadOnlyAdminMixin
from exporters.access import RELEASE
from exporters.models import StagedDecision
from exporters.services.decisions import discard_decision, release_decision


class OpenFilter(admin.SimpleListFilter):
    title = gettext_lazy("status")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("all", _("Released and discarded too"))]

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset.open()

    def choices(self, changelist):
        first, *rest = super().choices(changelist)
        return [first | {"display": _("To be released")}, *rest]


@admin.register(StagedDecision)
class StagedDecisionAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    list_display = ("file", "company", "decision", "staged_by", "staged_at", "released_by")
    list_display_links = None
    list_filter = (OpenFilter, "decision")
    list_select_related = ("application__company", "staged_by", "released_by")
    list_per_page = 50
    show_full_result_count = False
    actions = ("release_selected", "discard_selected")

    def get_urls(self):
        view = self.admin_site.admin_view
        name = "exporters_stageddecision"
        return [
            path("<int:pk>/release/", view(self.release_view), name=f"{name}_release"),
            path("<int:pk>/discard/", view(self.discard_view), name=f"{name}_discard"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("application"), ordering="application__reference")
    def file(self, staged):
        url = reverse("admin:exporters_application_change", args=[staged.application_id])
        return format_html('<a href="{}">{}</a>', url, staged.application.reference)

    @admin.display(description=gettext_lazy("company"))
    def company(self, staged):
        return staged.application.company.name

    def has_release_permission(self, request):
        return request.user.has_perm(RELEASE)

    @admin.action(
        description=gettext_lazy("Release the selected decisions"), permissions=["release"]
    )
    def release_selected(self, request, queryset):
        """Each one on its own: a decision that cannot be released stops no other."""
        self._each(request, queryset.open(), release_decision)

    @admin.action(
        description=gettext_lazy("Discard the selected decisions"), permissions=["release"]
    )
    def discard_selected(self, request, queryset):
        self._each(request, queryset.open(), discard_decision)

    @staticmethod
    def _each(request, queryset, service):
        done = 0
        for staged in queryset.select_related("application__company"):
            try:
                service(staged, actor=request.user)
            except TransitionNotAllowed as refusal:
                messages.error(request, f"{staged.application.reference}: {refusal}")
            else:
                done += 1
        if done:
            text = ngettext("%(count)s decision: done.", "%(count)s decisions: done.", done)
            messages.success(request, text % {"count": done})

    def release_view(self, request, pk):
        return self._one(request, pk, release_decision)

    def discard_view(self, request, pk):
        return self._one(request, pk, discard_decision)

    def _one(self, request, pk, service):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        staged = StagedDecision.objects.select_related("application").filter(pk=pk).first()
        if staged is None:
            raise Http404
        try:
            service(staged, actor=request.user)
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Done."))
        return redirect("admin:exporters_application_change", staged.application_id)
