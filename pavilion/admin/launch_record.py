from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.workflow_admin import ReadOnlyAdminMixin
from pavilion.figure_tables import comparison
from pavilion.models import LaunchRecord
from pavilion.press.kit import columns_of
from pavilion.services import launch


@admin.register(LaunchRecord)
class LaunchRecordAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    """The figures that froze at the launch, beside those of today."""

    list_display = ("created_at", "vendors", "products")
    show_full_result_count = False

    @admin.display(description=gettext_lazy("approved vendors"))
    def vendors(self, record):
        return record.figures["vendors"]

    @admin.display(description=gettext_lazy("public products"))
    def products(self, record):
        return record.figures["products"]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        record = self.get_object(request, object_id)
        if record is None:
            raise Http404
        today = launch.figures_of(launch.get_pavilion())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Record of the launch"),
            "opts": self.opts,
            "record": record,
            "vendors": [
                (_("First approved vendor"), record.figures["first_vendor"]["name"]),
                (_("The vendor who opened it"), record.figures["threshold_vendor"]["name"]),
            ],
            "tables": comparison(columns_of(record.figures, today)),
        }
        return TemplateResponse(request, "admin/pavilion/launchrecord/record.html", context)
