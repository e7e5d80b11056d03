"""The languages of the showcase, and how their columns end."""

from django.conf import settings
from modeltranslation.utils import build_lang

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def suffix(language: str) -> str:
    """zh-hans → zh_hans."""
    return build_lang(language)
