"""The import of a list of leads: choose a file, read the preview, confirm."""

from dataclasses import dataclass

import tablib
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from import_export.admin import ImportMixin
from import_export.results import RowResult
from import_export.tmp_storages import CacheStorage

from core.models import User
from exporters import lead_file
from exporters.forms.lead import LeadImportConfirmForm, LeadImportForm
from exporters.lead_columns import COLUMNS, EXAMPLE
from exporters.services.lead_import import ImportRefused, LeadResource, import_list, preview_list

CHANGELIST = "admin:exporters_lead_changelist"
SHOWN = ("company_name", "rfc", "contact_name", "email", "phone", "state")


class UploadedLists(CacheStorage):
    """Keeps a list between preview and confirmation, for any of our processes; then it is gone."""

    CACHE_LIFETIME = 3600
    CACHE_PREFIX = "lead-import-"


@dataclass(frozen=True)
class PreviewRow:
    """What one row would become: new, duplicate or wrong, and why."""

    line: int
    outcome: str
    said: list[str]
    values: list[str]


class LeadImportMixin(ImportMixin):
    """`import/`, its confirmation `process_import/` and `import/template/`."""

    import_export_change_list_template = "admin/exporters/lead/change_list.html"
    resource_classes = [LeadResource]
    tmp_storage_class = UploadedLists

    def get_urls(self):
        return [
            path(
                "import/template/",
                self.admin_site.admin_view(self.import_template),
                name="exporters_lead_import_template",
            ),
            *super().get_urls(),
        ]

    def has_import_permission(self, request):
        return self.has_add_permission(request)

    def changelist_view(self, request, extra_context=None):
        context = {"may_import": self.has_import_permission(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def import_action(self, request, **kwargs):
        """Choose a file, and after that see what its rows would become."""
        self._require_import_permission(request)
        posted = request.method == "POST"
        form = LeadImportForm(
            request.POST if posted else None,
            request.FILES if posted else None,
            initial={"owner": request.user.pk},
            owners=User.objects.filter(is_staff=True, is_active=True).order_by("full_name"),
        )
        if not (posted and form.is_valid()):
            return self._page(request, 422 if posted else 200, form=form)
        defaults = form.cleaned_data
        upload = defaults.pop("import_file")
        resource = LeadResource(actor=request.user, defaults=defaults)
        result = preview_list(upload.dataset, resource)
        stored = UploadedLists()
        stored.save(
            {
                "by": request.user.pk,
                "number": upload.number,
                "content": upload.content,
                "defaults": {**defaults, "owner": defaults["owner"].pk},
            }
        )
        confirm = LeadImportConfirmForm(initial={"import_file_name": stored.name})
        return self._page(
            request,
            200,
            confirm_form=confirm,
            file_name=upload.name,
            rows=_preview(result),
            totals=result.totals,
        )

    @method_decorator(require_POST)
    def process_import(self, request, **kwargs):
        """Store the new rows of a list whose preview was seen."""
        self._require_import_permission(request)
        form = LeadImportConfirmForm(request.POST)
        stored = None
        if form.is_valid():
            storage = UploadedLists(name=form.cleaned_data["import_file_name"])
            stored = storage.read()
        if not stored or stored["by"] != request.user.pk:
            messages.error(request, _("This preview has expired. Choose the file again."))
            return redirect("admin:exporters_lead_import")
        defaults = {**stored["defaults"], "owner": User.objects.get(pk=stored["defaults"]["owner"])}
        resource = LeadResource(
            actor=request.user, defaults=defaults, same_names=form.cleaned_data["same_names"]
        )
        dataset = lead_file.read(stored["content"], stored["number"])
        try:
            count = import_list(dataset, resource, key=storage.name)
        except ImportRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:exporters_lead_import")
        storage.remove()
        said = ngettext("%(count)s lead imported.", "%(count)s leads imported.", count)
        messages.success(request, said % {"count": count})
        return redirect(CHANGELIST)

    def import_template(self, request):
        """An empty list with the columns' names and one example, as xlsx or csv."""
        self._require_import_permission(request)
        position = 1 if get_language() == "es" else 0
        sheet = tablib.Dataset(headers=[names[position] for names in COLUMNS.values()])
        sheet.append([EXAMPLE.get(field, "") for field in COLUMNS])
        if request.GET.get("kind") == "csv":
            content = "\ufeff" + sheet.export("csv")  # with its mark Excel reads the accents
            answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
            name = "leads.csv"
        else:
            answer = HttpResponse(sheet.export("xlsx"), content_type=lead_file.Xlsx.CONTENT_TYPE)
            name = "leads.xlsx"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def _require_import_permission(self, request):
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _page(self, request, status, **context):
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import a list of leads"),
            "opts": self.opts,
            **context,
        }
        return TemplateResponse(request, "admin/exporters/lead/import.html", context, status=status)


def _preview(result) -> list[PreviewRow]:
    rows = []
    for row in result.rows:
        values = row.row_values
        if row.import_type == RowResult.IMPORT_TYPE_SKIP:
            outcome, said = "duplicate", [values["duplicate"]]
        elif row.import_type == RowResult.IMPORT_TYPE_NEW:
            outcome, said = "new", []
        else:
            outcome, said = "wrong", _errors(row)
        shown = [values.get(field) or "" for field in SHOWN]
        rows.append(PreviewRow(values["line"], outcome, said, shown))
    return rows


def _errors(row) -> list[str]:
    if row.validation_error is None:
        return [_("This row cannot be read.")]
    fields = LeadResource.Meta.model._meta
    return [
        text
        if name == NON_FIELD_ERRORS
        else f"{capfirst(fields.get_field(name).verbose_name)}: {text}"
        for name, texts in row.validation_error.message_dict.items()
        for text in texts
    ]
