"""Pages of the showcase for visitors whom nobody knows, answered before session and language run.

A stored page belongs to one state of the catalogue, whose number is in its key: what changes is
seen everywhere within a second, the time for which a process remembers the number. Visitors with
a session, and so those signed in or with a message to read, never get nor leave one. Without a
cache each page is made anew.

A view says by `offer_to_everyone` or `same_for_everyone` that its page holds nothing of its
visitor: no token of a form, no message, nothing that depends on a cookie.
"""

import gzip
import hashlib
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import wraps

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.http import HttpResponse, HttpResponseNotModified, QueryDict
from django.utils.http import parse_etags

from core import memo
from pavilion.address import Address
from pavilion.state import current_version

KEPT_SECONDS = 600
HOT_SECONDS = 1.0
HOT_PAGES = 64
MAX_BYTES = 64 * 1024  # of a stored body; gzipped, a page has 10 to 20 KB
MAX_WORDS = 40  # characters of a search whose page is stored: longer ones nobody else asks for
# Pages but those that everyone opens first: so many are stored in each KEPT_SECONDS at most,
# 60 MB or so, whatever is asked for.
PAGES_IN_A_WINDOW = 3000
SLOW_SECONDS = 0.3  # a cache that takes longer is left alone for a while
REST_SECONDS = 5

PROGRAMS = "/api/v1/"  # answers to programs, which have no session
MAX_PARAMETERS = 100  # characters

_PREFIX = "|".join(code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)
_PAGES = re.compile(rf"^/(?:(?:{_PREFIX})/)?pavilion/(?P<rest>.*)$")
_LISTS = re.compile(r"^(?:categories/[a-z0-9_-]+/)?$")
_PERSONAL = ("enquiries/", "buyers/", "shortlist/")  # somebody's own, by a token or a cookie
_SUGGESTIONS = "suggestions/"
_PLAIN = Address()
_ACCEPTS_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
_NOT_KEPT = {"content-length", "etag", "vary", "cache-control"}  # said by each answer


# --- What is kept --------------------------------------------------------------------------------


@dataclass(frozen=True)
class StoredPage:
    etag: str
    headers: dict[str, str]  # of the view and the inner middleware; the outer say theirs each time
    body: bytes  # gzipped

    @classmethod
    def of(cls, response: HttpResponse) -> "StoredPage":
        digest = hashlib.sha256(response.content).hexdigest()[:32]
        body = gzip.compress(response.content, compresslevel=4, mtime=0)
        headers = {name: text for name, text in response.items() if name.lower() not in _NOT_KEPT}
        return cls(f'W/"{digest}"', headers, body)

    def answer(self, request) -> HttpResponse:
        """The page in the form that this browser takes, or that it has it already."""
        known = parse_etags(request.headers.get("If-None-Match", ""))
        if "*" in known or any(etag.removeprefix("W/") == self.etag[2:] for etag in known):
            response = HttpResponseNotModified()
        else:
            response = HttpResponse(headers=self.headers)
            content = self.body
            if _ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")):
                response["Content-Encoding"] = "gzip"
            else:
                content = gzip.decompress(content)
            response["Content-Length"] = str(len(content))
            response.content = b"" if request.method == "HEAD" else content
        response["ETag"] = self.etag
        return _said_to_browsers(response)


def _said_to_browsers(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-cache"  # kept by the browser, asked for each time
    response["Vary"] = "Accept-Encoding, Cookie"
    return response


class HotPages:
    """The pages of this second in the memory of this process; threads share it."""

    def __init__(self):
        self._pages: OrderedDict[str, tuple[float, StoredPage]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self):
        return len(self._pages)

    def get(self, key: str) -> StoredPage | None:
        kept = self._pages.get(key)
        return kept[1] if kept and time.monotonic() - kept[0] < HOT_SECONDS else None

    def keep(self, key: str, page: StoredPage) -> None:
        with self._lock:
            self._pages[key] = (time.monotonic(), page)
            self._pages.move_to_end(key)
            while len(self._pages) > HOT_PAGES:
                self._pages.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()


class SharedPages:
    """The pages that all processes share; left alone for a while when it does not answer."""

    def __init__(self):
        self._rests_until = 0.0

    def get(self, key: str) -> StoredPage | None:
        if self._rests:
            return None
        began = time.monotonic()
        kept = caches["pages"].get(key)
        if time.monotonic() - began > SLOW_SECONDS:
            self._rests_until = time.monotonic() + REST_SECONDS
        return StoredPage(*kept) if kept else None

    def keep(self, key: str, page: StoredPage, *, counted: bool) -> None:
        if self._rests or (counted and not self._has_room()):
            return
        # Built-in types only: a page outlives the code that has stored it.
        caches["pages"].set(key, (page.etag, page.headers, page.body), KEPT_SECONDS)

    def clear(self) -> None:
        self._rests_until = 0.0

    @property
    def _rests(self) -> bool:
        return time.monotonic() < self._rests_until

    @staticmethod
    def _has_room() -> bool:
        key = f"pages-stored:{int(time.time()) // KEPT_SECONDS}"
        caches["pages"].add(key, 0, KEPT_SECONDS)
        try:
            return caches["pages"].incr(key) <= PAGES_IN_A_WINDOW
        except ValueError:  # lost between the two calls
            return False


hot, shared = HotPages(), SharedPages()
memo.forget_with_the_others(hot.clear)
memo.forget_with_the_others(shared.clear)


# --- Who gets what -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What an unknown visitor asks for, in the one way in which it is kept."""

    path: str
    query: str
    is_stored: bool = True

    @property
    def key(self) -> str:
        address = f"{_release()}{self.path}{self.query}".encode()
        return f"page:{current_version()}:{hashlib.sha256(address).hexdigest()[:32]}"


def _release() -> str:
    """What names the style sheets and scripts that this code's pages ask for."""
    return getattr(staticfiles_storage, "manifest_hash", "")


class PageCacheMiddleware:
    """Stands before the session: a stored page costs one look-up and no query."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        asked = _asked(request)
        if asked is None:
            return self.get_response(request)
        key = asked.key  # before the page is made: it may be newer than its number, never older
        if page := hot.get(key):
            return page.answer(request)
        if asked.is_stored and (page := shared.get(key)):
            hot.keep(key, page)
            return page.answer(request)
        response = self.get_response(request)
        if not _may_be_kept(response):
            return response
        page = StoredPage.of(response)
        if asked.is_stored and len(page.body) <= MAX_BYTES:
            hot.keep(key, page)
            shared.keep(key, page, counted=not _is_first_page(asked))
        return page.answer(request)


def offer_to_everyone(request, response: HttpResponse) -> HttpResponse:
    """Mark a page that, if nothing goes wrong, is the same for all visitors without a session."""
    said = get_messages(request)
    response.same_for_everyone = (
        response.status_code == 200
        and not request.user.is_authenticated
        and not (said.used or said.added_new)
    )
    return response


def same_for_everyone(view):
    """Decorates a view all of whose pages are the same for everyone, see `offer_to_everyone`.

    In `urls.py` around `as_view()`, or by `method_decorator(same_for_everyone, name="dispatch")`.
    """

    @wraps(view)
    def marked(request, *args, **kwargs):
        return offer_to_everyone(request, view(request, *args, **kwargs))

    return marked


def _may_be_kept(response: HttpResponse) -> bool:
    return (
        getattr(response, "same_for_everyone", False)
        and not response.streaming
        and not response.cookies
        # A view that is marked by mistake: no form's token goes to anyone else.
        and b"csrfmiddlewaretoken" not in response.content
    )


def _asked(request) -> Asked | None:
    """None for what is not answered from the cache, nor stored."""
    if request.method not in ("GET", "HEAD") or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    query = request.META.get("QUERY_STRING", "")
    if request.path_info.startswith(PROGRAMS):
        return Asked(request.path_info, f"&{query}", is_stored=len(query) <= MAX_PARAMETERS)
    page = _PAGES.match(request.path_info)
    if page is None:
        return None
    rest = page["rest"]
    if rest.startswith(_PERSONAL):
        return None
    if rest == _SUGGESTIONS or _LISTS.match(rest):
        if "%00" in query:  # refused further in, as everywhere
            return None
        address = replace(Address.read(QueryDict(query)), preview="") if query else _PLAIN
        # The page, with its links to other languages, is made of this and nothing else.
        request.META["QUERY_STRING"] = str(address)[1:]
        return Asked(request.path_info, str(address), is_stored=len(address.q) <= MAX_WORDS)
    return None if query else Asked(request.path_info, "")


def _is_first_page(asked: Asked) -> bool:
    return asked.query == "?" and _LISTS.match(_PAGES.match(asked.path)["rest"]) is not None
