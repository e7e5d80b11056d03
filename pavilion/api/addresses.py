"""Absolute addresses: answers are read far from this site."""

from urllib.parse import urlencode

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse

from exporters.picture_files import WIDTHS, rendition_name


def absolute(name: str, *args: str, **query: str) -> str:
    """The address of a URL name, in the language that is active."""
    parameters = f"?{urlencode(query)}" if query else ""
    return f"{settings.SITE_URL}{reverse(name, args=args)}{parameters}"


def public_file(name: str) -> str:
    """The address of a picture."""
    return _rooted(default_storage.url(name))


def renditions(name: str) -> list[dict]:
    """The smaller files beside a picture; none of one that has but one file."""
    files = {rendition_name(name, width): width for width in sorted(WIDTHS)}
    if len(files) == 1:
        return []
    smaller = [(file, width) for file, width in files.items() if file != name]
    return [{"fits": width, "url": public_file(file)} for file, width in smaller]


def _rooted(url: str) -> str:
    """Storages elsewhere give whole addresses, ours do not."""
    return url if "://" in url else f"{settings.SITE_URL}{url}"
