"""What a page knows of the stored values: signed in its form, and remembered in the session.

The session knows it better than the form when an answer was lost on the way, or when someone
comes back to a page that the browser had kept. The form knows it when the session has ended.
"""

import secrets
from dataclasses import dataclass, replace

from django.conf import settings
from django.core import signing

from exporters.merging import Fingerprint

SALT = "exporters.version"
SESSION_KEY = "pages"
PAGES = 12  # remembered in a session; of older ones the form's own word counts


@dataclass(frozen=True)
class Version:
    user: int  # who opened the page
    page: str  # this one page in one tab
    base: Fingerprint  # of each field the value that the page has seen
    asks: tuple[str, ...] = ()  # clashing fields of which the page asks whose value counts
    turn: int = 0  # edits made on the page until it was sent; not signed

    def __str__(self):
        value = [self.user, self.page, self.base, self.asks]
        return signing.dumps(value, salt=SALT, compress=True)


def opened(user, base: Fingerprint, asks: tuple[str, ...] = ()) -> Version:
    """The version of a page that is about to be shown."""
    return Version(user.pk, secrets.token_hex(6), dict(base), asks)


def read(text: str) -> Version | None:
    """None for what we have not signed, or long ago."""
    try:
        user, page, base, asks = signing.loads(text, salt=SALT, max_age=settings.SESSION_COOKIE_AGE)
    except (signing.BadSignature, ValueError):
        return None
    return Version(user, page, base, tuple(asks))


def known(request, text: str) -> Version:
    """What the page with this version knows by now; nothing when it cannot be trusted."""
    version = read(text)
    if version is None:
        return opened(request.user, {})
    _turn, base = request.session.get(SESSION_KEY, {}).get(version.page, (0, {}))
    return replace(version, base={**version.base, **base})


def posted(request) -> Version | None:
    """The version that came with a form; None when none came."""
    if "version" not in request.POST:
        return None
    turn = request.POST.get("turn", "")
    version = known(request, request.POST["version"])
    return replace(version, turn=int(turn[:9]) if turn.isascii() and turn.isdecimal() else 0)


def came_late(request, version: Version) -> bool:
    """Whether a later edit of the same page has been saved before this one."""
    turn, _base = request.session.get(SESSION_KEY, {}).get(version.page, (0, {}))
    return version.turn < turn


def remember(request, version: Version, base: Fingerprint) -> Version:
    """After saving: what the page knows now."""
    pages = request.session.get(SESSION_KEY, {})
    pages.pop(version.page, None)
    pages[version.page] = [version.turn, dict(base)]
    request.session[SESSION_KEY] = dict(list(pages.items())[-PAGES:])
    return replace(version, base=base)
