"""What changed between the last two versions that a company sent, ready to be shown."""

from dataclasses import dataclass

from exporters.models import Application, Correction, Submission
from exporters.snapshot import changed_words, differences, key_label, part_label, value_label

Pieces = list[tuple[str, bool]]  # a text in pieces, each with whether the other side lacks it


@dataclass(frozen=True)
class Change:
    part: str
    label: str
    before: Pieces
    after: Pieces


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side; `changes` may be empty when the company only answered."""

    before: Submission
    after: Submission
    changes: list[Change]
    answers: list[Correction]


def last_changes(application: Application) -> Comparison | None:
    """The last version beside the one before it; None when it was sent at most once."""
    versions = list(application.submissions.order_by("-number")[:2])
    if len(versions) < 2:
        return None
    after, before = versions
    changes = [
        _change(difference, before.content, after.content)
        for difference in differences(before.content, after.content)
    ]
    resolved = application.corrections.exclude(resolved_at=None)
    latest = resolved.order_by("-request_id").values("request_id")[:1]
    answers = list(resolved.filter(request_id__in=latest))
    return Comparison(before, after, changes, answers)


def _change(difference, before, after) -> Change:
    part, key = difference.part, difference.key
    left, right = changed_words(
        value_label(part, key, difference.before), value_label(part, key, difference.after)
    )
    return Change(part_label(part, before, after), key_label(part, key), left, right)
