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
    """Two versions side by side; `changes` may be empty when only a file's answer was given."""

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
    answers = list(application.corrections.filter(resolved_at__gte=before.created_at))
    return Comparison(before, after, changes, answers)


def _change(difference, before, after) -> Change:
    part, key = difference.part, difference.key
    left, right = changed_words(
        value_label(part, key, difference.before), value_label(part, key, difference.after)
    )
    return Change(part_label(part, before, after), key_label(part, key), left, right)
