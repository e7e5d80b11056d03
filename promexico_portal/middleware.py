"""What holds for every request: its id, its headers, its size, staff security."""

import re
import time
import uuid
from urllib.parse import unquote_plus

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

from core import logs

_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


class RequestIdMiddleware:
    """Names each request; the id is in every log line and on every error page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-ID", "")
        request.id = given if _ID.match(given) else uuid.uuid4().hex
        # Not reset afterwards: the server logs a failed response after the middleware returns.
        logs.request_id.set(request.id)
        response = self.get_response(request)
        response["X-Request-ID"] = request.id
        return response


class RequestLimitsMiddleware:
    """Refuses what no page of the portal sends: a huge body, a NUL in the address."""

    LIMIT = settings.UPLOAD_MAX_BYTES + 1024 * 1024  # one file, and the fields beside it

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info or "\0" in unquote_plus(request.META.get("QUERY_STRING", "")):
            return render(request, "400.html", {"request_id": request.id}, status=400)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > self.LIMIT:
            return render(request, "413.html", {"request_id": request.id}, status=413)
        return self.get_response(request)


class ResponseHeadersMiddleware:
    """Permissions-Policy everywhere; private pages are never stored."""

    POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", self.POLICY)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.setdefault("Cache-Control", "private, no-store")
        return response


class ContentPolicyMiddleware(CSPMiddleware):
    """The policy of settings, written once: it is the same on every page, and without a nonce."""

    def __init__(self, get_response):
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(self, request, response):
        if settings.DEBUG:  # its pages of errors have styles of their own
            return super().process_response(request, response)
        response.setdefault(HEADER, self.policy)
        return response


class StaffSecurityMiddleware:
    """Staff: log-out after idle time, and a second factor before anything else."""

    # What staff without a second factor may still reach: setting one up, and leaving.
    OPEN = {"mfa_activate_totp", "mfa_add_webauthn", "account_logout", "account_reauthenticate"}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if user.is_authenticated and user.is_staff:
            if self._idle(request):
                logs.security_event("staff_idle_logout", user=user)
                logout(request)
            elif self._lacks_second_factor(request, user):
                return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    @staticmethod
    def _idle(request) -> bool:
        now = int(time.time())
        seen = request.session.get("staff_seen", now)
        if now - seen > settings.STAFF_IDLE_SECONDS:
            return True
        if "staff_seen" not in request.session or now - seen > 60:
            request.session["staff_seen"] = now
        return False

    def _lacks_second_factor(self, request, user) -> bool:
        if not settings.STAFF_MFA_REQUIRED:
            return False
        try:
            name = resolve(request.path_info).url_name
        except Resolver404:
            return False
        if name in self.OPEN:
            return False
        return not user.has_second_factor  # see PortalBackend.get_user
