"""All that happened to an application, for staff: every record of it on one line of time."""

import datetime
from dataclasses import dataclass

from django.db.models import BooleanField
from django.utils.translation import gettext as _

from core.models import User
from core.templatetags.portal import status_tone
from exporters.enums import FieldChange
from exporters.models import Application, Company, Document, Product

_UNSEEN = {"id", "company", "slug", "created_at", "updated_at"}


@dataclass(frozen=True)
class Event:
    """Something that happened. `who` is None for the portal itself."""

    when: datetime.datetime
    who: User | None
    kind: str  # step | correction | check | decision | message | document | field | export | team
    title: str
    text: str = ""
    tone: str = "neutral"


def timeline(application: Application) -> list[Event]:
    """Newest first. A fixed number of queries, whatever happened."""
    events = [
        *_steps(application),
        *_corrections(application),
        *_checks(application),
        *_decisions(application),
        *_messages(application),
        *_documents(application),
        *_fields(application),
        *_exports(application),
        *_team(application.company),
    ]
    return sorted(events, key=lambda event: event.when, reverse=True)


def _steps(application):
    for step in application.transitions.select_related("actor"):
        words = [step.reason_label, step.reason_text]
        yield Event(
            step.created_at,
            step.actor,
            "step",
            step.staff_title,
            "\n".join(str(word) for word in words if word),
            status_tone(step.to_status),
        )


def _corrections(application):
    rows = application.corrections.exclude(answered_at=None).select_related("answered_by")
    for row in rows:
        title = _("Answer on: %(what)s") % {"what": row.get_target_display()}
        yield Event(row.answered_at, row.answered_by, "correction", title, row.answer)


def _checks(application):
    for row in application.verifications.select_related("verified_by"):
        title = f"{row.get_kind_display()}: {row.get_outcome_display()}"
        words = [row.subject, row.note]
        tone = "good" if row.outcome == "passed" else "bad"
        text = "\n".join(word for word in words if word)
        yield Event(row.verified_at, row.verified_by, "check", title, text, tone)


def _decisions(application):
    rows = application.staged_decisions.select_related("staged_by", "released_by", "discarded_by")
    for row in rows:
        name = {"decision": row.get_decision_display()}
        title = _("Decision prepared: %(decision)s") % name
        yield Event(row.staged_at, row.staged_by, "decision", title, row.reason_text)
        if row.released_at:
            title = _("Decision released: %(decision)s") % name
            yield Event(row.released_at, row.released_by, "decision", title)
        if row.discarded_at:
            title = _("Decision discarded: %(decision)s") % name
            yield Event(row.discarded_at, row.discarded_by, "decision", title)


def _messages(application):
    rows = application.messages.select_related("author").prefetch_related("attachments")
    for row in rows:
        title = _("Message to the company") if row.from_staff else _("Message of the company")
        files = [attachment.original_name for attachment in row.attachments.all()]
        yield Event(row.created_at, row.author, "message", title, "\n".join([row.body, *files]))


def _documents(application):
    seen: set[str] = set()
    for row in application.documents.select_related("uploaded_by").order_by("uploaded_at", "pk"):
        again = row.kind in seen
        seen.add(row.kind)
        title = _("Document replaced: %(kind)s") if again else _("Document received: %(kind)s")
        title %= {"kind": row.get_kind_display()}
        yield Event(row.uploaded_at, row.uploaded_by, "document", title, _file(row))


def _file(row: Document) -> str:
    return f"{row.original_name} · {row.get_check_status_display()} · {row.sha256[:12]}"


def _fields(application):
    company = application.company
    products = Product.history.filter(company=company.pk)
    yield from _changes(application.history.all(), Application, _("Application"))
    yield from _changes(Company.history.filter(id=company.pk), Company, _("Company"))
    yield from _changes(products, Product, _("Product"))


def _changes(records, model, label):
    """What each save changed, from the records of one model, with its person and reason."""
    tracked = {field.name for field in records.model.tracked_fields} - _UNSEEN
    # A translated field repeats the column of one of its languages.
    fields = [
        _Field(field)
        for field in model._meta.fields
        if field.name in tracked and f"{field.name}_es" not in tracked
    ]
    before: dict[int, object] = {}
    for record in records.select_related("history_user").order_by("history_date", "history_id"):
        earlier = before.get(record.id)
        before[record.id] = record
        if earlier is None:
            continue
        lines = [field.line(earlier, record) for field in fields]
        changed = [line for line in lines if line]
        if changed:
            if reason := record.history_change_reason:
                changed.append(str(dict(FieldChange.choices).get(reason, reason)))
            title = _("Changed: %(what)s") % {"what": _named(label, record)}
            text = "\n".join(changed)
            yield Event(record.history_date, record.history_user, "field", title, text)


def _named(label, record) -> str:
    name = getattr(record, "name_es", "")
    return f"{label} · {name}" if name else label


class _Field:
    """A tracked field, whose values it writes as a person reads them."""

    def __init__(self, field):
        self.field = field
        self.labels = dict(field.flatchoices)
        if field.is_relation:
            self.labels = {row.pk: row for row in field.related_model.objects.all()}
        if isinstance(field, BooleanField):
            self.labels = {True: _("Yes"), False: _("No")}

    def line(self, earlier, later) -> str:
        was, now = (getattr(record, self.field.attname) for record in (earlier, later))
        if was == now:
            return ""
        return f"{self.field.verbose_name}: {self._shown(was)} → {self._shown(now)}"

    def _shown(self, value) -> str:
        return "—" if value in ("", None) else str(self.labels.get(value, value))


def _exports(application):
    for row in application.exports.select_related("export__user"):
        title = _("Part of an export of %(rows)s rows") % {"rows": row.export.rows}
        yield Event(row.export.created_at, row.export.user, "export", title, row.export.query)


def _team(company):
    for row in company.team_events.select_related("actor"):
        title = f"{_('Team')}: {row.get_change_display()}"
        text = " · ".join(word for word in (row.person, row.detail) if word)
        yield Event(row.created_at, row.actor, "team", title, text)
