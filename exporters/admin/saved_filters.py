"""Filters of the queue that a person named: shown above the list, kept and deleted by POST."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exporters.admin.filters import FILTERS
from exporters.forms.desk import SavedFilterForm
from exporters.models import SavedFilter
from exporters.services.desk import FilterRefused, drop_filter, keep_filter

KNOWN = {spec.parameter_name for spec in FILTERS} | {SEARCH_VAR, ORDER_VAR}
LONGEST = 500  # SavedFilter.query


def known_query(params: QueryDict) -> str:
    """The part of an address that filters, searches or orders the queue; always written alike."""
    pairs = sorted((key, params[key]) for key in KNOWN & params.keys() if params[key])
    return urlencode(pairs)


class SavedFiltersMixin:
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path(
                "filters/keep/",
                view(require_POST(self.keep_filter_view)),
                name="exporters_application_keep_filter",
            ),
            path(
                "filters/<int:pk>/drop/",
                view(require_POST(self.drop_filter_view)),
                name="exporters_application_drop_filter",
            ),
            *super().get_urls(),
        ]

    def keep_filter_view(self, request):
        """Keeps the filter of this address under the name that is posted."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        query = known_query(request.GET)
        form = SavedFilterForm(request.POST)
        if form.is_valid() and self._keep(request, form, query):
            messages.success(request, _("Filter kept: %s") % form.cleaned_data["name"])
            return redirect(f"{self._queue_url()}?{query}")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Keep this filter"),
            "opts": self.opts,
            "form": form,
            "back_url": f"{self._queue_url()}?{query}",
        }
        template = "admin/exporters/application/keep_filter.html"
        return TemplateResponse(request, template, context, status=422)

    def _keep(self, request, form, query: str) -> bool:
        if not query or len(query) > LONGEST:
            form.add_error("name", _("Filter the list first; then keep the filter."))
            return False
        try:
            keep_filter(request.user, name=form.cleaned_data["name"], query=query)
        except FilterRefused as refusal:
            form.add_error("name", str(refusal))
            return False
        return True

    def drop_filter_view(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        kept = get_object_or_404(SavedFilter, pk=pk, user=request.user)
        drop_filter(kept)
        messages.success(request, _("Filter deleted: %s") % kept.name)
        return redirect(self._queue_url())

    def saved_filters(self, request) -> list[dict]:
        """Mine, each with its address and whether the list shows it now."""
        now = known_query(request.GET)
        return [
            {"kept": kept, "url": f"{self._queue_url()}?{kept.query}", "active": kept.query == now}
            for kept in SavedFilter.objects.filter(user=request.user)
        ]

    @staticmethod
    def _queue_url() -> str:
        return reverse("admin:exporters_application_changelist")
