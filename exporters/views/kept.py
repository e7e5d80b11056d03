"""Typed text that could not be stored: kept in the session for an hour, tied to its page.

Only what a page of ours was opened for by a known person is kept, and shown to that person
alone: its signed version says who. Files are not kept.
"""

import time
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.utils.translation import gettext as _

from core import throttle
from exporters.views import autosave, versions

SESSION_KEY = "kept"
SECONDS = 60 * 60
CHARACTERS = 64 * 1024 // 4  # at most 64 KB, of any script
PAGES = 4
NEW_SESSIONS_PER_HOUR = 30


@dataclass(frozen=True)
class Kept:
    data: dict  # the form's fields as they were posted
    version: str  # as it was signed


class KeepsText:
    """A view whose form `form_class` is kept when it cannot be stored."""

    form_class = None

    def session_ended(self, request):
        """The answer to a form of someone who is no longer signed in."""
        kept = keep(request, self.form_class)
        login = redirect_to_login(request.get_full_path())
        if autosave.wanted(request):
            return autosave.answer(request, "ended" if kept else "lost", url=login.url)
        if kept:
            messages.info(request, _("Your session has ended. Log in to go on; your text is kept."))
        return login


def keep(request, form_class) -> bool:
    """Keep the posted text of this form; whether it could be kept."""
    version = versions.read(request.POST.get("version", ""))
    if version is None or (request.user.is_authenticated and request.user.pk != version.user):
        return False
    data = {
        name: field.widget.value_from_datadict(request.POST, {}, name)
        for name, field in form_class.base_fields.items()
    }
    if sum(len(str(value)) for value in data.values()) > CHARACTERS:
        return False
    entries = _entries(request)
    if request.session.session_key is None:
        who = throttle.client_address(request)
        if not throttle.allow("kept", who, limit=NEW_SESSIONS_PER_HOUR, seconds=3600):
            return False
    if not request.user.is_authenticated:
        request.session.set_expiry(SECONDS)  # logging in gives it the usual life
    entries.pop(_page(request), None)
    entries[_page(request)] = [time.time(), version.user, request.POST["version"], data]
    request.session[SESSION_KEY] = dict(list(entries.items())[-PAGES:])
    return True


def keep_refused(request) -> bool:
    """Keep the text of a form that was refused before its view ran; whether it was kept.

    Not for forms of other sites, which would put a session of theirs in place of ours.
    """
    match = request.resolver_match
    view = getattr(match.func, "view_class", None) if match else None
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    return ours and view is not None and issubclass(view, KeepsText) and keep(
        request, view.form_class
    )  # fmt: skip


def kept_text(request) -> Kept | None:
    """What this person has typed on this page and could not store."""
    entry = _entries(request).get(_page(request))
    if entry is None or entry[1] != request.user.pk:
        return None
    return Kept(data=entry[3], version=entry[2])


def forget(request) -> None:
    entries = _entries(request)
    if entries.pop(_page(request), None):
        request.session[SESSION_KEY] = entries


def _entries(request) -> dict:
    """By page: when it was kept, of whom, the version, the text."""
    entries = request.session.get(SESSION_KEY, {})
    return {page: entry for page, entry in entries.items() if time.time() - entry[0] < SECONDS}


def _page(request) -> str:
    """The same in every language."""
    match = request.resolver_match
    return " ".join([match.view_name, *map(str, match.kwargs.values())])
