"""What was changed, when, by whom and why, for models with a history of their fields."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST = 300  # versions that the page shows
_KINDS = {
    "+": gettext_lazy("Created"),
    "~": gettext_lazy("Changed"),
    "-": gettext_lazy("Deleted"),
}


@dataclass(frozen=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    at: datetime.datetime
    by: object
    what: str  # empty: the row itself
    kind: str
    reason: str
    changes: list[FieldChange]


class ChangeHistoryMixin:
    """Replaces the history page of a ModelAdmin: one table, the latest change on top.

    `history_labels` gives the words for the codes of a field: {field: {code: label}}.
    """

    history_labels: dict[str, dict] = {}

    def history_rows(self, obj) -> list[tuple[str, list]]:
        """(what, its versions, the latest first) of the row and of what belongs to it."""
        return [("", list(latest_versions(obj.history)))]

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        versions = [
            version
            for what, rows in self.history_rows(obj)
            for version in self._versions(what, rows)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "opts": self.opts,
            "original": obj,
            "versions": sorted(versions, key=lambda version: version.at, reverse=True),
        }
        return TemplateResponse(request, "admin/memberships/change_history.html", context)

    def _versions(self, what: str, rows: list) -> list[Version]:
        earlier = {}
        found = []
        for row in reversed(rows):
            before = earlier.get(row.id)
            changes = self._changes(row, before) if before else []
            earlier[row.id] = row
            if before and not changes:
                continue
            kind = str(_KINDS[row.history_type])
            reason = row.history_change_reason or ""
            found.append(Version(row.history_date, row.history_user, what, kind, reason, changes))
        return found

    def _changes(self, row, before) -> list[FieldChange]:
        return [
            FieldChange(
                str(row.instance_type._meta.get_field(change.field).verbose_name),
                self._shown(change.field, change.old),
                self._shown(change.field, change.new),
            )
            for change in row.diff_against(before).changes
        ]

    def _shown(self, field: str, value) -> str:
        labels = self.history_labels.get(field, {})
        if isinstance(value, list):
            return ", ".join(str(labels.get(code, code)) for code in value) or "—"
        if isinstance(value, datetime.date):
            return date_format(value)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if value in (None, ""):
            return "—"
        return str(labels.get(value, localize(value)))


def latest_versions(history):
    return history.select_related("history_user").order_by("-history_date", "-history_id")[:MOST]
