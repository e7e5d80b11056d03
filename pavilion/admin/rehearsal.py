"""The rehearsal of the launch: what is not ready, who would be written to, how the page comes out."""

import copy
import time
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from core import mail
from core.logs import security_event
from core.spreadsheets import StreamedCSV
from exporters.enums import ProductStatus
from exporters.models import Application
from pavilion.access import may_rehearse
from pavilion.models import Rehearsal
from pavilion.readiness import all_rows, interest, sections, titles
from pavilion.services import launch, rehearsal


class RehearsalMixin:
    """Adds `rehearsal/`, its file, and the reminder of vendors to the pavilion."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("rehearsal/", view(self.rehearsal_view), name="pavilion_pavilion_rehearsal"),
            path(
                "rehearsal/file/",
                view(self.rehearsal_file),
                name="pavilion_pavilion_rehearsal_file",
            ),
            path("rehearsal/remind/", view(self.remind_view), name="pavilion_pavilion_remind"),
            *super().get_urls(),
        ]

    def rehearsal_view(self, request):
        """Shows what is missing now; by POST the mails and pages are tried, and it is recorded."""
        _require(request)
        pavilion = launch.get_pavilion()
        if request.method == "POST":
            rehearsal.rehearse(pavilion, actor=request.user, pages=drawn_pages(request))
            messages.success(request, _("Rehearsed. This is how it came out."))
            return redirect("admin:pavilion_pavilion_rehearsal")
        approved = Application.objects.approved().count()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Launch rehearsal"),
            "opts": self.opts,
            "pavilion": pavilion,
            "approved": approved,
            "remaining": max(pavilion.threshold - approved, 0),
            "sections": [_with_links(section) for section in sections()],
            "last": Rehearsal.objects.select_related("made_by").first(),
            "languages": dict(settings.LANGUAGES),
            "interest": interest(),
            "to_remind": rehearsal.vendors_to_remind(),
        }
        return TemplateResponse(request, "admin/pavilion/pavilion/rehearsal.html", context)

    def rehearsal_file(self, request):
        """Everything that is missing, a line each."""
        _require(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        security_event("rehearsal_exported", user=request.user)
        writer = StreamedCSV()
        name = f"launch-rehearsal-{timezone.localdate():%Y-%m-%d}.csv"
        return StreamingHttpResponse(
            writer.stream(_lines()),
            content_type=f"{writer.get_content_type()}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def remind_view(self, request):
        _require(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        count = rehearsal.remind_vendors(actor=request.user)
        messages.success(
            request,
            ngettext("%(count)s vendor was reminded.", "%(count)s vendors were reminded.", count)
            % {"count": count},
        )
        return redirect("admin:pavilion_pavilion_rehearsal")


def _require(request) -> None:
    if not may_rehearse(request.user):
        raise PermissionDenied


def drawn_pages(request) -> list[dict]:
    """The showcase really drawn in each language, as this person sees it: how long, how large."""
    pages = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            address = reverse("pavilion:showcase")
            started = time.perf_counter()
            response = _answer(request, address, language)
            pages.append(
                {
                    "language": language,
                    "address": f"{address}?preview",
                    "status": response.status_code,
                    "bytes": len(response.content),
                    "milliseconds": round(1000 * (time.perf_counter() - started)),
                }
            )
    return pages


def _answer(request, address: str, language: str):
    """What the view of `address` says to the same person."""
    inner = copy.copy(request)
    inner.method, inner.path, inner.path_info = "GET", address, address
    inner.GET, inner.POST = QueryDict("preview"), QueryDict("")
    inner.META = {**request.META, "REQUEST_METHOD": "GET", "QUERY_STRING": "preview"}
    inner.LANGUAGE_CODE = language
    match = inner.resolver_match = resolve(address)
    return match.func(inner, *match.args, **match.kwargs)


def _with_links(section) -> dict:
    rows = [{"label": _label(section.kind, row), "url": _link(section.code, section.kind, row)}
            for row in section.rows]  # fmt: skip
    return {
        "code": section.code,
        "title": section.title,
        "count": section.count,
        "rows": rows,
        "more": section.count - len(rows),
    }


def _label(kind: str, row) -> str:
    if kind == "product":
        return f"{row.name} · {row.company.name}"
    return row.company.name if kind == "vendor" else row.name


def _link(code: str, kind: str, row) -> str:
    """Where it is mended."""
    if kind == "product":
        return reverse("admin:exporters_product_change", args=[row.pk])
    products = reverse("admin:exporters_product_changelist")
    if kind == "category":
        return f"{products}?{urlencode({'category__id__exact': row.pk})}"
    if code == "to_moderate":
        chosen = {"status__exact": ProductStatus.IN_REVIEW, "q": row.company.legal_name}
        return f"{products}?{urlencode(chosen)}"
    return reverse("admin:exporters_application_change", args=[row.pk])


def _lines():
    names = titles()
    yield [_("Missing"), _("Company"), _("Product"), _("Address")]
    for code, kind, row in all_rows():
        company = row.name if kind == "category" else row.company.name
        product = row.name if kind == "product" else ""
        yield [names[code], company, product, mail.absolute(_link(code, kind, row))]
