from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from core.mexico import State
from memberships.models import SubsidyFund

MOST_WORDS = 8  # each is one more look at every name


class RegisterFilterForm(PortalForm):
    """What of the register to show; an empty field leaves all in."""

    q = forms.CharField(label=_("Name of the company"), required=False, max_length=80)
    state = forms.ChoiceField(label=_("State"), required=False)
    fund = forms.ChoiceField(label=_("Fund"), required=False)
    year = forms.ChoiceField(label=_("Fiscal year"), required=False)

    def __init__(self, *args, funds: Iterable[SubsidyFund], **kwargs):
        super().__init__(*args, **kwargs)
        years = sorted({fund.fiscal_year for fund in funds}, reverse=True)
        self.fields["state"].choices = [("", _("All states")), *State.choices]
        self.fields["fund"].choices = [("", _("All funds")), *((str(f.pk), str(f)) for f in funds)]
        self.fields["year"].choices = [("", _("All years")), *((str(y), str(y)) for y in years)]

    def clean_q(self):
        if len(self.cleaned_data["q"].split()) > MOST_WORDS:
            raise ValidationError(
                _("Search with at most %(limit)s words."),
                code="words",
                params={"limit": MOST_WORDS},
            )
        return self.cleaned_data["q"]

    @property
    def chosen(self) -> dict:
        """For `register.chosen_claims`; of a valid form."""
        data = self.cleaned_data
        names = ("state", "fund", "year")
        return {"words": data["q"].split()} | {name: data[name] for name in names}

    @property
    def given(self) -> dict[str, str]:
        """The fields that are filled in; of a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if value}
