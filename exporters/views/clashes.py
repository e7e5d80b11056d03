"""One field, two people: both values side by side, and the choice between them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from exporters.authorship import last_edits
from exporters.merging import Unit, plain, sent, units, values_of
from exporters.views.versions import Version

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Side:
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Clash:
    name: str  # of the choice
    sides: list[Side]  # a field each, of those that are decided as one
    who: str  # gave theirs, where it is known
    when: object
    unanswered: bool

    @property
    def title(self) -> str:
        return ", ".join(side.label for side in self.sides)


def choice_name(field: str) -> str:
    return f"choice-{field}"


def asked(version: Version, fields: list[str]) -> list[str]:
    """The fields between whose values the page lets choose."""
    return [name for unit in units(fields) if unit[0] in version.asks for name in unit]


def unanswered(data, version: Version) -> list[str]:
    """The fields of which the page has asked whose value counts, without an answer."""
    return [name for name in version.asks if data.get(choice_name(name)) not in (MINE, THEIRS)]


def with_choices(data, stored, version: Version | None, fields: list[str]):
    """The posted form with the stored values where those were chosen."""
    asked = version.asks if version else ()
    chosen = {name for name in asked if data.get(choice_name(name)) == THEIRS}
    if not chosen:
        return data
    data = data.copy()
    for unit in units(fields):
        if unit[0] in chosen:
            for name, value in values_of(stored, unit).items():
                data.setlist(name, each if isinstance(each := sent(value), list) else [each])
    return data


def as_sent(form) -> list[tuple[str, str]]:
    """The bound form's names and values, as its page has sent them."""
    found = []
    for name, field in form.fields.items():
        value = field.widget.value_from_datadict(form.data, {}, name)
        if isinstance(value, list):
            found += [(name, each) for each in value]
        elif name in form.data:
            found.append((name, form.data[name]))
    return found


def side_by_side(form, stored, clashing: list[Unit], reader, open_questions) -> list[Clash]:
    edits = last_edits(stored, [name for unit in clashing for name in unit])
    found = []
    for unit in clashing:
        mine, theirs = values_of(form.instance, unit), values_of(stored, unit)
        edit = max((edits[name] for name in unit if name in edits), key=_time, default=None)
        found.append(
            Clash(
                name=choice_name(unit[0]),
                sides=[
                    Side(
                        str(form.fields[name].label),
                        shown(form.fields[name], mine[name]),
                        shown(form.fields[name], theirs[name]),
                    )
                    for name in unit
                ],
                who=_name(edit.person, reader) if edit else "",
                when=edit.at if edit else None,
                unanswered=unit[0] in open_questions,
            )
        )
    return found


def shown(field, value) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    labels = {str(key): label for key, label in getattr(field, "choices", ()) if key != ""}
    if isinstance(value, list):
        return ", ".join(str(labels.get(str(each), each)) for each in value)
    return str(labels.get(str(value), plain(value)))


def _time(edit):
    return edit.at


def _name(person, reader) -> str:
    if person is None:
        return ""
    if person == reader:
        return _("You, on another page")
    # Exporters know the programme, not its coordinators by name.
    return _("The programme") if person.is_staff else person.full_name or person.email
