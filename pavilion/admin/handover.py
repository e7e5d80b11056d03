"""Handing listings over to Alibaba.com: what was, the report of a new one, its making."""

import uuid

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.logs import security_event
from core.uploads import StorageUnavailable, private_response
from core.workflow import TransitionNotAllowed
from core.workflow_admin import ReadOnlyAdminMixin
from pavilion.access import HANDOVER
from pavilion.feed_files import CONTENT_TYPES
from pavilion.feed_report import found_of, refused_products
from pavilion.forms import HandoverForm, HandoverOrderForm
from pavilion.models import Handover, HandoverOrder
from pavilion.services import handover

PER_PAGE = 50


@admin.register(Handover)
class HandoverAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    change_list_template = "admin/pavilion/handover/change_list.html"
    list_display = ("created_at", "of", "format", "language", "products", "left_out", "made_by")
    list_select_related = ("company", "made_by")
    list_filter = ("format",)
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False

    @admin.display(description=gettext_lazy("company"))
    def of(self, row):
        return row.company or _("All companies")

    @admin.display(description=gettext_lazy("left out"))
    def left_out(self, row):
        return len(row.refused)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("make/", view(self.make_view), name="pavilion_handover_make"),
            path("order/<uuid:key>/", view(self.order_view), name="pavilion_handover_order"),
            path("<int:pk>/download/", view(self.download_view), name="pavilion_handover_download"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        context = {"may_make": request.user.has_perm(HANDOVER), **(extra_context or {})}
        return super().changelist_view(request, context)

    # --- A new one -------------------------------------------------------------------------------

    def make_view(self, request):
        """The report of what would be handed over; by POST it is."""
        if not request.user.has_perm(HANDOVER):
            raise PermissionDenied
        if request.method != "POST":
            asked = request.GET if "language" in request.GET else None
            return self._report(request, HandoverForm(asked))
        form = HandoverOrderForm(request.POST)
        if not form.is_valid():
            return self._report(request, form, status=422)
        values = form.cleaned_data
        try:
            order = handover.order_handover(
                values["rfc"],
                language=values["language"],
                format=values["format"],
                actor=request.user,
                key=values["key"],
            )
        except TransitionNotAllowed as refusal:
            form.add_error(None, str(refusal))
            return self._report(request, form, status=422)
        except StorageUnavailable:
            form.add_error(None, _("The disk refused the file. Please try again in a minute."))
            return self._report(request, form, status=503)
        return redirect("admin:pavilion_handover_order", order.idempotency_key)

    def _report(self, request, form, status=200):
        context = {"form": form, "report": None, "title": _("New hand-over")}
        if form.is_bound and form.is_valid():
            values = form.cleaned_data
            report, total = handover.preview(values["rfc"], values["language"])
            context |= {
                "report": report,
                "total": total,
                "company": values["rfc"],
                "reasons": found_of(report.findings, refusing=True),
                "notes": found_of(report.findings, refusing=False),
                "refused": refused_products(report.refused[:PER_PAGE]),
                "more": max(len(report.refused) - PER_PAGE, 0),
                "at_once": handover.AT_ONCE,
                "key": form.data.get("key") or uuid.uuid4(),
            }
        return self._page(request, "admin/pavilion/handover/make.html", context, status)

    def order_view(self, request, key):
        """How far a large one is; then its record."""
        if not request.user.has_perm(HANDOVER):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        order = get_object_or_404(HandoverOrder, idempotency_key=key)
        if order.handover_id:
            messages.success(request, _("The hand-over is ready."))
            return redirect("admin:pavilion_handover_change", order.handover_id)
        context = {"order": order, "title": _("Hand-over in the making")}
        return self._page(request, "admin/pavilion/handover/order.html", context)

    # --- What was handed over --------------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        page = Paginator(row.refused, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "title": _("Hand-over"),
            "row": row,
            "page": page,
            "refused": refused_products(page.object_list),
            "reasons": found_of(row.findings, refusing=True),
            "notes": found_of(row.findings, refusing=False),
        }
        return self._page(request, "admin/pavilion/handover/record.html", context)

    def download_view(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        row = get_object_or_404(Handover, pk=pk)
        security_event("handover_download", user=request.user, handover=row.pk)
        return private_response(
            row.file,
            filename=f"hand-over-{row.created_at:%Y-%m-%d}-{row.pk}.{row.format}",
            content_type=CONTENT_TYPES[row.format],
        )

    def _page(self, request, template: str, context: dict, status: int = 200):
        shell = {**self.admin_site.each_context(request), "opts": self.opts}
        shell["list_url"] = reverse("admin:pavilion_handover_changelist")
        return TemplateResponse(request, template, shell | context, status=status)
