"""The queue as a spreadsheet: exactly what the filter shows, and a record of who took it."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.spreadsheets import FORMATS
from core.workflow_admin import ReadOnlyAdminMixin
from exporters.access import EXPORT
from exporters.admin.resource import ApplicationResource
from exporters.admin.saved_filters import LONGEST, known_query
from exporters.forms.desk import ExportForm
from exporters.models import QueueExport
from exporters.services.desk import record_export


class ExportMixin:
    def get_urls(self):
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="exporters_application_export"), *super().get_urls()]

    def has_export_permission(self, request) -> bool:
        return self.has_view_permission(request) and request.user.has_perm(EXPORT)

    def export_view(self, request):
        """Asks for the format, then sends the file; the address holds the filter."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        try:
            shown = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return redirect(reverse("admin:exporters_application_changelist"))
        form = ExportForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            return self._send(request, shown, form.cleaned_data["format"])
        query = known_query(request.GET)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Export"),
            "opts": self.opts,
            "cl": shown,
            "form": form,
            "back_url": f"{reverse('admin:exporters_application_changelist')}?{query}",
        }
        return TemplateResponse(
            request,
            "admin/exporters/application/export.html",
            context,
            status=422 if form.is_bound else 200,
        )

    @staticmethod
    def _send(request, shown, format: str) -> StreamingHttpResponse:
        keys = list(shown.queryset.values_list("pk", flat=True))
        query = known_query(request.GET)[:LONGEST]
        record_export(keys, query=query, format=format, actor=request.user)
        writer = FORMATS[format]()
        name = f"queue-{timezone.localdate():%Y-%m-%d}.{format}"
        return StreamingHttpResponse(
            writer.stream(ApplicationResource().table(keys)),
            content_type=f"{writer.get_content_type()}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


@admin.register(QueueExport)
class QueueExportAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    """Who took which part of the queue out of the portal."""

    list_display = ("created_at", "user", "rows", "format", "query")
    list_select_related = ("user",)
    list_filter = ("format",)
    list_per_page = 50
    show_full_result_count = False
    fields = readonly_fields = ("created_at", "by", "rows", "format", "query")

    @admin.display(description=gettext_lazy("by"))
    def by(self, export):
        return export.user
