"""What holds for each answer of the API, an error or not."""

import time

from django.http import HttpResponse

from core import throttle
from pavilion.api.problems import CONTENT_TYPE, problem
from pavilion.page_cache import StoredPage

ROOT = "/api/v1/"
PER_MINUTE = 120  # requests of one address
_METHODS = "GET, HEAD, OPTIONS"
_EXPOSED = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
_DAY = "86400"  # seconds


class PublicApiMiddleware:
    """Stands before the page cache: counts requests, and lets no cookie in or out.

    Without cookies nobody is known here, and neither session nor user is ever looked up.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        request.COOKIES = {}
        used = throttle.count("api", throttle.client_address(request), seconds=60)
        response = self._answer(request) if used <= PER_MINUTE else problem(request, 429)
        response.cookies.clear()
        _say_what_is_left(response, PER_MINUTE - used)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = _EXPOSED
        response["Vary"] = "Accept-Encoding"
        del response["Content-Language"]  # an answer is in several
        if response.status_code >= 400:
            response["Cache-Control"] = "no-store"
        return response

    def _answer(self, request) -> HttpResponse:
        if request.method == "OPTIONS":
            return _preflight()
        if request.method not in {"GET", "HEAD"}:
            response = problem(request, 405)
            response["Allow"] = _METHODS
            return response
        is_head, request.method = request.method == "HEAD", "GET"
        response = self._content(request)
        if is_head:
            request.method = "HEAD"
            response["Content-Length"] = len(response.content)
            response.content = b""
        return response

    def _content(self, request) -> HttpResponse:
        """With an ETag, compressed; a page of the site that says what went wrong as a problem."""
        response = self.get_response(request)
        if response.status_code == 200 and "ETag" not in response:
            return StoredPage.of(response).answer(request)
        if response.status_code < 400 or response["Content-Type"] == CONTENT_TYPE:
            return response
        failure = problem(request, response.status_code)
        if "Retry-After" in response:
            failure["Retry-After"] = response["Retry-After"]
        return failure


def _preflight() -> HttpResponse:
    """What a browser asks before it lets a script of another site read from here."""
    headers = {
        "Allow": _METHODS,
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": "Accept, If-None-Match",
        "Access-Control-Max-Age": _DAY,
    }
    return HttpResponse(status=204, headers=headers)


def _say_what_is_left(response: HttpResponse, left: int) -> None:
    """The draft of the IETF for rate limit headers."""
    seconds = 60 - int(time.time()) % 60
    response["RateLimit-Policy"] = f'"minute";q={PER_MINUTE};w=60'
    response["RateLimit"] = f'"minute";r={max(left, 0)};t={seconds}'
    if response.status_code == 429:
        response["Retry-After"] = str(seconds)
