"""The shortlist of a visitor: keys of products in a cookie that scripts may read. Pure.

Nothing of it is stored by the portal, and nobody is recognised by it.
"""

import re

COOKIE = "shortlist"
MOST = 30
DAYS = 180
_KEY = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


def read(cookie: str) -> list[int]:
    """The keys, in the order in which they were kept; what is none is left out."""
    keys = [int(part) for part in cookie[:1000].split(".") if _KEY.fullmatch(part)]
    return list(dict.fromkeys(keys))[:MOST]


def write(keys: list[int]) -> str:
    """ "12.7.31": no character that a cookie would have to quote."""
    return ".".join(map(str, keys))


def add(keys: list[int], more: list[int]) -> list[int]:
    """With those that are new at the end, as long as there is room."""
    return list(dict.fromkeys([*keys, *more]))[:MOST]


def remove(keys: list[int], gone: list[int]) -> list[int]:
    return [key for key in keys if key not in gone]
