"""A company's own listing feed: what Alibaba.com would take of its products, and what not."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import render
from django.views import View

from core import throttle
from core.logs import security_event
from exporters.views.scope import CompanyScope
from pavilion.enums import HandoverFormat
from pavilion.feed_files import CONTENT_TYPES, Report, feed_file, public_products
from pavilion.feed_report import found_of, refused_products
from pavilion.services.handover import preview

PER_PAGE = 25
DOWNLOADS, SECONDS = 30, 3600  # of one person
LANGUAGES = dict(settings.LANGUAGES)


def asked_language(request) -> str:
    """The one that the address names, else English: the platform's own."""
    language = request.GET.get("language", "")
    return language if language in LANGUAGES else "en"


class CompanyFeedView(CompanyScope, View):
    def get(self, request, slug):
        language = asked_language(request)
        report, total = preview(self.company, language)
        page = Paginator(report.refused, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "company": self.company,
            "language": language,
            "languages": settings.LANGUAGES,
            "formats": HandoverFormat.choices,
            "report": report,
            "total": total,
            "page": page,
            "query": f"language={language}",
            "refused": refused_products(page.object_list),
            "notes": found_of(report.findings, refusing=False),
        }
        return render(request, "pavilion/company_feed.html", context)


class CompanyFeedFileView(CompanyScope, View):
    """The file, written while it is sent; what would be refused is left out."""

    def get(self, request, slug, format):
        if format not in HandoverFormat.values:
            raise Http404
        who = str(request.user.pk)
        if not throttle.allow("company-feed", who, limit=DOWNLOADS, seconds=SECONDS):
            response = render(request, "429.html", {"request_id": request.id}, status=429)
            response["Retry-After"] = str(SECONDS)
            return response
        language = asked_language(request)
        security_event(
            "listing_feed_download", user=request.user, company=self.company.pk, format=format
        )
        products = public_products(self.company)
        name = f"listing-feed-{self.company.slug}-{language}.{format}"
        return StreamingHttpResponse(
            feed_file(format, products, language, report=Report()),
            content_type=CONTENT_TYPES[format],
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "private, no-store",
            },
        )
