"""Texts of rows in the language that is asked for, or the next one that there is."""

from django.conf import settings

from pavilion.languages import LANGUAGES, suffix

_FALLBACK = settings.MODELTRANSLATION_FALLBACK_LANGUAGES


def columns(*names: str) -> list[str]:
    """Those that hold a text in each language: name → name_es, name_en, name_zh_hans."""
    return [f"{name}_{suffix(language)}" for name in names for language in LANGUAGES]


def in_language(row: dict, name: str, language: str) -> tuple[str, str | None]:
    """The text and its language; ("", None) if it is written in none."""
    for code in (language, *_FALLBACK):
        if text := row[f"{name}_{suffix(code)}"]:
            return text, code
    return "", None


def in_all(row: dict, name: str) -> dict[str, str | None]:
    """The text in each language, None where it is not written."""
    return {code: row[f"{name}_{suffix(code)}"] or None for code in LANGUAGES}
