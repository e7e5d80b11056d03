"""The languages of the showcase, how their columns end, and which one a text is really in."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_lang

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
_MARKS = {"es": _("in Spanish"), "en": _("in English"), "zh-hans": _("in Chinese")}


@dataclass(frozen=True)
class Wording:
    """A text of a vendor in the page's language, or in the one in which there is it."""

    text: str
    language: str = ""
    is_foreign: bool = False  # not in the language of the page: said beside it

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def mark(self):
        return _MARKS[self.language] if self.is_foreign else ""

    def __str__(self):
        return self.text


def suffix(language: str) -> str:
    """zh-hans → zh_hans."""
    return build_lang(language)


def wording(row, name: str, language: str = "") -> Wording:
    """The column `name` of a translated model in the page's language, else in Spanish, …"""
    wanted = language or get_language()
    for code in dict.fromkeys((wanted, *LANGUAGES)):
        if text := getattr(row, f"{name}_{suffix(code)}"):
            return Wording(text, code, code != wanted)
    return Wording("", wanted, False)
