"""Pages that compose what the apps offer, and the failure pages."""

import sys
from functools import partial

from django.conf import settings
from django.contrib.sitemaps import views as sitemap_views
from django.db import InterfaceError, OperationalError
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils._os import safe_join
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from core.logs import security_event
from exporters.views import autosave
from exporters.views.kept import keep_refused
from memberships.services.prices import NoPlanOffered, price_on
from memberships.views.price import promotion_news
from pavilion import catalogue, sitemaps
from pavilion.state import current_pavilion


class HomeView(TemplateView):
    """The programme in one page: what it is, what it costs today, how far the pavilion is."""

    template_name = "home.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        pavilion = current_pavilion()
        try:
            price = price_on(today)
        except NoPlanOffered:
            price = None
        return super().get_context_data(
            pavilion=pavilion,
            meter=catalogue.meter(),
            categories=catalogue.categories_with_counts(),
            price=price,
            promotions=promotion_news(today),
            **kwargs,
        )


class PrivacyView(TemplateView):
    template_name = "privacy.html"


SITEMAPS = {
    "portal": partial(
        sitemaps.NamedSitemap,
        ["home", "memberships:price", "memberships:register", "memberships:programme", "privacy"],
    ),
    **sitemaps.SECTIONS,
}


@require_safe
def sitemap_index(request):
    """The files of the sitemap, each with the day of its last change."""
    files = [
        {
            "location": f"{settings.SITE_URL}{reverse('sitemap', args=[section])}?p={file.number}",
            "last_mod": file.last_change,
        }
        for section, sitemap in SITEMAPS.items()
        for file in sitemap().files()
    ]
    return render(request, "sitemap_index.xml", {"sitemaps": files}, "application/xml")


@require_safe
def sitemap_section(request, section):
    return sitemap_views.sitemap(request, SITEMAPS, section)


@require_safe
def robots(request):
    """What search engines may read: all that is public but lists that anyone may make up."""
    return render(request, "robots.txt", content_type="text/plain; charset=utf-8")


def media(request, path):
    """Public pictures, on a single host without a web server of its own in front.

    Names are random and never reused, so browsers may keep them. Caches that many people share
    ask again each hour: a picture of a suspended vendor gets another name.
    """
    try:
        file = open(safe_join(settings.MEDIA_ROOT, path), "rb")  # noqa: SIM115 - the response closes it
    except (OSError, ValueError) as error:
        raise Http404 from error
    response = FileResponse(file)
    response["Cache-Control"] = "public, max-age=31536000, s-maxage=3600, immutable"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


def csrf_failure(request, reason=""):
    """Text that someone has typed is kept, and offered again where it was typed."""
    is_kept = keep_refused(request)
    if autosave.wanted(request):
        state = "stale" if is_kept else "lost"
        return autosave.answer(request, state, status=403, url=request.path)
    return _failure(request, "403_csrf.html", 403, is_kept=is_kept)


def bad_request(request, exception=None):
    return _failure(request, "400.html", 400)


def permission_denied(request, exception=None):
    security_event("refused", user=request.user, path=request.path)
    return _failure(request, "403.html", 403)


def not_found(request, exception=None):
    return _failure(request, "404.html", 404)


def server_error(request):
    """An error nobody foresaw; a database that does not answer is said to be just that."""
    context = {"request_id": getattr(request, "id", "")}
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = render(None, "503.html", context, status=503)
        response["Retry-After"] = "10"
        return response
    return render(None, "500.html", context, status=500)


def _failure(request, template, status, **context):
    context["request_id"] = getattr(request, "id", "")
    return render(request, template, context, status=status)
