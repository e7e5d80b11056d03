"""Search words of a text, and of what a buyer types: one rule for both, whatever the database.

Case and accents are folded. Chinese has no blanks: each run of it becomes its pairs of neighbours
and its last character, so that any two characters, and any single one, can be found.
"""

import re
import unicodedata
from dataclasses import dataclass

MAX_QUERY = 200  # characters that are looked at
MAX_TERMS = 8

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_PART = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")


@dataclass(frozen=True)
class Term:
    """Tokens that follow each other; with `prefix` the last one may go on."""

    tokens: tuple[str, ...]
    prefix: bool = False


def fold(text: str) -> str:
    """Without case, accents and width: "Águacate" is "aguacate"."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def tokens(text: str) -> list[str]:
    """The words of a text in their order, to be stored."""
    found = []
    for part in _PART.findall(fold(text)):
        found += [*_pairs(part), part[-1]] if _IS_HAN.match(part) else [part]
    return found


def terms(text: str, *, unfinished: bool = False) -> list[Term]:
    """What a buyer looks for: all of them must occur. Of a long text its beginning counts.

    With `unfinished`, for suggestions while it is typed, the last word may go on.
    """
    found = []
    for part in _PART.findall(fold(text[:MAX_QUERY]))[:MAX_TERMS]:
        if not _IS_HAN.match(part):
            found.append(Term((part,)))
        elif len(part) == 1:
            found.append(Term((part,), prefix=True))
        else:
            found.append(Term(tuple(_pairs(part))))
    if unfinished and found:
        found[-1] = Term(found[-1].tokens, prefix=True)
    return found


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]
