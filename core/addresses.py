"""The addresses of many pages of one kind."""

from collections.abc import Callable

from django.urls import reverse

_ANY = "slug-of-any-of-them"


def addresses_of(name: str) -> Callable[[str], str]:
    """The function slug → path of the pages of this name, in the language of now.

    Looked up once for all of them, since that takes longer than all else about a link.
    """
    before, _, after = reverse(name, args=[_ANY]).partition(_ANY)
    return lambda slug: f"{before}{slug}{after}"
