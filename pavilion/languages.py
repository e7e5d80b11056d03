"""The languages of the showcase: how their columns end, and what stands in for a missing one."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_lang

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
_WRITTEN_IN = {"es": _("in Spanish"), "en": _("in English"), "zh-hans": _("in Chinese")}


def suffix(language: str) -> str:
    """zh-hans → zh_hans."""
    return build_lang(language)


@dataclass(frozen=True)
class Text:
    """What a company wrote, and in which language; `language` is empty for that of the page."""

    text: str
    language: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def label(self) -> str | Promise:
        """ "in Spanish", where that is not what the page speaks."""
        return _WRITTEN_IN.get(self.language, "")


def written(row, field: str) -> Text:
    """A translated field of a row in the page's language, else in the first that it has."""
    current = get_language() or LANGUAGES[0]
    if text := getattr(row, f"{field}_{suffix(current)}"):
        return Text(text)
    for language in LANGUAGES:
        if text := getattr(row, f"{field}_{suffix(language)}"):
            return Text(text, language)
    return Text("")
