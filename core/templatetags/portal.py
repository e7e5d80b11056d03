"""Tags and filters that every template has."""

import json
import re
from decimal import Decimal
from functools import lru_cache
from urllib.parse import urljoin

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

register = template.Library()

_OWN_ADDRESS = re.compile(re.escape(escape(settings.SITE_URL)) + r"[^\s<>\"”]*")

_TONES = {
    "draft": "neutral",
    "submitted": "active",
    "in_review": "active",
    "changes_requested": "waiting",
    "approved": "good",
    "rejected": "bad",
    "withdrawn": "neutral",
    "suspended": "bad",
    "revoked": "bad",
    "expired": "neutral",
    "published": "good",
    "hidden": "neutral",
    "offered": "good",
    "accepted": "active",
    "reported": "active",
    "paid": "good",
    "active": "good",
    "renewal_offered": "waiting",
    "renewed": "good",
    "lapsed": "neutral",
    "declined": "neutral",
    "cancelled": "bad",
    "requested": "active",
    "verified": "active",
    "returned": "waiting",
    "proposed": "neutral",
    "negotiating": "waiting",
    "confirmed": "good",
    "ended": "neutral",
    "waiting": "waiting",
    "open": "good",
    "closed": "bad",
    "new": "neutral",
    "contacted": "active",
    "interested": "active",
    "invited": "waiting",
    "converted": "good",
    "lost": "bad",
    "unconfirmed": "neutral",
    "answered": "active",
    "quoted": "active",
    "sample_sent": "active",
    "ordered": "good",
    "not_a_fit": "neutral",
    "erased": "neutral",
}
# The start of an address in a language: /zh-hans/. Pages are called the same in all of them.
_IN_A_LANGUAGE = re.compile(
    rf"^/(?:{'|'.join(code for code, _ in settings.LANGUAGES)})(?:/|(?=\?|$))"
)
_SHORT = {"es": "ES", "en": "EN", "zh-hans": "中文"}


@register.simple_tag
@lru_cache(maxsize=1000)  # a page has a hundred of them, of a few dozen kinds
def motif(name, css=""):
    """A line drawing of the sprite, decorative: the text beside it says what it means."""
    return format_html(
        '<svg class="motif {}" aria-hidden="true" focusable="false" width="24" height="24">'
        '<use href="{}#{}"></use></svg>',
        css,
        static("img/motifs.svg"),
        name,
    )


@register.simple_tag
def mosaic(tiles):
    """The tiles of components/meter.html; a loop of a template takes eight times as long."""
    return mark_safe("".join(_tile(**tile) for tile in tiles))  # noqa: S308 - escaped below


def _tile(category: str, name: str, url: str) -> str:
    if not category:
        return '<span class="tile" aria-hidden="true"></span>'
    kind = f'class="tile lit accent-{escape(category)}"'
    if not url:
        return f'<span {kind} aria-hidden="true">{motif(category)}</span>'
    name = escape(name)
    return (
        f'<a {kind} href="{escape(url)}" data-name="{name}">'
        f'<span class="visually-hidden">{name}</span>{motif(category)}</a>'
    )


@register.filter
def usd(amount):
    """US dollars with cents."""
    return f"US${number_format(Decimal(amount), 2, use_l10n=True, force_grouping=True)}"


@register.filter
def mxn(amount):
    """Mexican pesos with cents."""
    return f"MX${number_format(Decimal(amount), 2, use_l10n=True, force_grouping=True)}"


@register.filter
def usd0(amount):
    """US dollars; cents only where there are some."""
    amount = Decimal(amount)
    places = 0 if amount == amount.to_integral_value() else 2
    return f"US${number_format(amount, places, use_l10n=True, force_grouping=True)}"


@register.simple_tag
def status_tone(status):
    """The tone (neutral, waiting, active, good, bad) in which a status is shown."""
    return _TONES.get(status, "neutral")


@register.simple_tag(takes_context=True)
def language_urls(context):
    """This page in each language: code, name, short, url, current."""
    request = context["request"]
    page = _IN_A_LANGUAGE.sub("/", request.get_full_path(), count=1)
    page = "/" + page.lstrip("/")  # never //another.example
    return [
        {
            "code": code,
            "name": name,
            "short": _SHORT[code],
            "url": page if code == settings.LANGUAGE_CODE else f"/{code}{page}",
            "current": code == request.LANGUAGE_CODE,
        }
        for code, name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def rendered(context, name):
    """A template for a page that shows it twice: {% rendered "admin/_desk_menu.html" as menu %}."""
    return context.template.engine.get_template(name).render(context)


@register.simple_tag(takes_context=True)
def view_name(context) -> str:
    """ "pavilion:product"; empty where no view was found."""
    found = context["request"].resolver_match
    return found.view_name if found else ""


@register.filter
def absolute(path):
    """With the portal's own host, unless it has one already (files on a storage of their own)."""
    return urljoin(settings.SITE_URL, path)


_HARMLESS = {ord(char): f"\\u{ord(char):04X}" for char in "<>&\u2028\u2029"}


@register.simple_tag
def json_ld(data):
    """What search engines are told of a page: data, which no browser runs."""
    text = json.dumps(data, ensure_ascii=False).translate(_HARMLESS)
    block = f'<script type="application/ld+json">{text}</script>'
    return mark_safe(block)  # noqa: S308 - no character is left that could end the block


@register.filter
def own_links(text: str) -> str:
    """Text of a mail as HTML: the portal's own addresses become links, no others.

    What people call themselves and their companies must not become a link in a mail of ours.
    """
    linked = _OWN_ADDRESS.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(text))
    return mark_safe(linked)  # noqa: S308 - escaped, then linked
