"""Countries of buyers, by their codes of ISO 3166-1, in the languages of the portal.

The names are those of Unicode CLDR. The rows of the file stand in the order in which Chinese
readers look for a name; in other languages they are sorted by the alphabet.
"""

import csv
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from core.text import fold
from pavilion.languages import LANGUAGES, suffix

_FILE = Path(__file__).parent / "data" / "countries.csv"


def country_choices() -> list[tuple[str, str]]:
    """Code and name of each country, as a page of the active language lists them."""
    return list(_names(_language()).items())


def country_name(code: str) -> str:
    """The name in the active language; the code itself when it is of no country."""
    return _names(_language()).get(code, code)


def _language() -> str:
    language = get_language()
    return language if language in LANGUAGES else LANGUAGES[0]


@cache
def _names(language: str) -> dict[str, str]:
    with _FILE.open(newline="") as file:
        pairs = [(row["code"], row[suffix(language)]) for row in csv.DictReader(file)]
    if not language.startswith("zh"):
        pairs.sort(key=lambda pair: fold(pair[1]))
    return dict(pairs)
