"""The sections of an application as steps: which are done and what each still lacks."""

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from exporters.completeness import SECTIONS, MissingItem
from exporters.models import Application


@dataclass(frozen=True)
class SectionStep:
    key: str
    title: str
    url: str
    state: str  # done | todo | current
    count: int  # how many things are missing


def section_progress(
    application: Application,
    missing: list[MissingItem],
    current: str = "",
    *,
    among: Collection[str] = tuple(SECTIONS),
) -> list[SectionStep]:
    """The steps that are open for changes (`among`), in the order of the form."""
    steps = []
    for key, title in SECTIONS.items():
        if key not in among:
            continue
        count = sum(item.section == key for item in missing)
        state = "current" if key == current else "todo" if count else "done"
        url = reverse(f"exporters:section_{key}", args=[application.reference])
        steps.append(SectionStep(key, title, url, state, count))
    return steps


def next_section(key: str, *, among: Collection[str] = tuple(SECTIONS)) -> str | None:
    """The section after `key` of those that are open; None after the last."""
    keys = [section for section in SECTIONS if section in among]
    position = keys.index(key) + 1
    return keys[position] if position < len(keys) else None
