"""What the review desk asks beside decisions: a filter's name, a coordinator, a file format."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from core.models import User


class SavedFilterForm(PortalForm):
    name = forms.CharField(
        label=_("Name of the filter"),
        max_length=60,
        help_text=_("For example: Michoacán, over 5 days"),
    )


class AssignForm(PortalForm):
    """A coordinator out of those who review, each with the files on the desk now."""

    to = forms.TypedChoiceField(label=_("Coordinator"), coerce=int)

    def __init__(self, *args, people: list[User], loads: dict[int, int], **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {person.pk: person for person in people}
        label = _("%(person)s · on the desk: %(count)s")
        self.fields["to"].choices = [
            ("", "—"),
            *(
                (key, label % {"person": person, "count": loads.get(key, 0)})
                for key, person in self.people.items()
            ),
        ]

    def clean_to(self) -> User:
        return self.people[self.cleaned_data["to"]]


class ExportForm(PortalForm):
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[("xlsx", _("Excel (xlsx)")), ("csv", _("Text (csv)"))],
        initial="xlsx",
        widget=forms.RadioSelect,
    )
