"""Pages of the showcase for visitors whom nobody knows, answered before session and language run.

A stored page belongs to one state of the catalogue, whose number is in its key: what changes is
seen everywhere within a second. Signed-in visitors, and those with a message to read, never get
nor leave one. Without a cache each page is made anew.
"""

import gzip
import hashlib
import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from pavilion.services.versions import current_version

KEPT_SECONDS = 600
HOT_SECONDS = 1.0
HOT_PAGES = 64  # of about 10 KB each
_PAGES = re.compile(r"^/(?:api/v1/|(?:[a-z-]{2,7}/)?pavilion/)")
_ACCEPTS_GZIP = re.compile(r"\bgzip\b")


# What inner middleware has said of the page; the outer ones say their part each time.
_KEPT_HEADERS = ("Content-Type", "Content-Language", "X-Frame-Options", "Link")


@dataclass(frozen=True)
class StoredPage:
    etag: str
    headers: dict[str, str]
    body: bytes  # gzipped

    @classmethod
    def of(cls, response: HttpResponse) -> "StoredPage":
        digest = hashlib.sha256(response.content).hexdigest()[:32]
        body = gzip.compress(response.content, compresslevel=6, mtime=0)
        headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
        return cls(f'"{digest}"', headers, body)

    def answer(self, request) -> HttpResponse:
        known = parse_etags(request.headers.get("If-None-Match", ""))
        if "*" in known or any(etag.removeprefix("W/") == self.etag for etag in known):
            response = HttpResponseNotModified()
        else:
            response = HttpResponse(headers=self.headers)
            if _ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")):
                response.content = self.body
                response["Content-Encoding"] = "gzip"
            else:
                response.content = gzip.decompress(self.body)
        response["ETag"] = self.etag
        response["Cache-Control"] = "no-cache"  # kept by the browser, asked for each time
        response["Vary"] = "Accept-Encoding, Cookie"
        return response


class PageCacheMiddleware:
    """Stands before the session: a stored page costs one look-up and no query."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.hot: OrderedDict[str, tuple[float, StoredPage]] = OrderedDict()

    def __call__(self, request):
        if not _is_for_everyone(request):
            return self.get_response(request)
        key = f"page:{current_version()}:{_digest(request.get_full_path())}"
        if stored := self._hot(key) or cache.get(key):
            self._keep_hot(key, stored)
            return stored.answer(request)
        response = self.get_response(request)
        if not getattr(response, "same_for_everyone", False) or response.cookies:
            return response
        stored = StoredPage.of(response)
        cache.set(key, stored, KEPT_SECONDS)
        return stored.answer(request)

    def _hot(self, key: str) -> StoredPage | None:
        kept = self.hot.get(key)
        return kept[1] if kept and time.monotonic() - kept[0] < HOT_SECONDS else None

    def _keep_hot(self, key: str, stored: StoredPage) -> None:
        kept = self.hot.get(key)
        if kept and time.monotonic() - kept[0] < HOT_SECONDS:
            return
        self.hot[key] = (time.monotonic(), stored)
        while len(self.hot) > HOT_PAGES:
            self.hot.popitem(last=False)


def same_for_everyone(view):
    """Decorates a view whose page, if nothing goes wrong, is the same for all unknown visitors."""

    @wraps(view)
    def marked(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and not request.user.is_authenticated:
            response.same_for_everyone = True
        return response

    return marked


def _is_for_everyone(request) -> bool:
    private = (settings.SESSION_COOKIE_NAME, "messages")
    return (
        request.method in ("GET", "HEAD")
        and _PAGES.match(request.path_info) is not None
        and not any(name in request.COOKIES for name in private)
    )


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:32]
