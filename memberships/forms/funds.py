import uuid
from decimal import Decimal

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import PortalForm, PortalModelForm
from core.mexico import State
from exporters.enums import Size
from memberships.enums import ClaimDocumentKind
from memberships.models import SUBSIDISED_SIZES, SubsidyFund

SIZES = [(str(size), Size(size).label) for size in SUBSIDISED_SIZES]
CENT = Decimal("0.01")
LONGEST = 3650  # days to accept or to claim


class AllocationForm(PortalForm):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    amount = forms.DecimalField(
        label=gettext_lazy("Amount (USD)"), max_digits=12, decimal_places=2, min_value=CENT
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("For example the budget decree."),
    )


def _checkboxes(label, choices, **kwargs) -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, choices=choices, widget=widget, **kwargs)


class FundForm(PortalModelForm):
    """The rules of a fund; its money is in no form."""

    eligible_sizes = _checkboxes(gettext_lazy("Eligible sizes"), SIZES)
    eligible_states = _checkboxes(
        gettext_lazy("Eligible states"),
        State.choices,
        required=False,
        help_text=gettext_lazy("None chosen: all states."),
    )
    required_documents = _checkboxes(
        gettext_lazy("Documents of a claim"), ClaimDocumentKind.choices
    )

    class Meta:
        model = SubsidyFund
        fields = (
            "name", "fiscal_year", "starts_on", "ends_on", "share_percent", "cap_per_company",
            "eligible_sizes", "eligible_states", "reply_days", "claim_days",
            "required_documents", "legal_basis", "source_url",
        )  # fmt: skip
        help_texts = {
            "fiscal_year": gettext_lazy("The year of the budget that the money comes from."),
            "starts_on": gettext_lazy("From this day on it supports those who are approved."),
            "share_percent": gettext_lazy("100: the fund pays all that the promotion leaves."),
            "legal_basis": gettext_lazy("The rule that allows it; the public register names it."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, low, high in (
            ("fiscal_year", 2000, 2100),
            ("reply_days", 1, LONGEST),
            ("claim_days", 1, LONGEST),
            ("cap_per_company", CENT, None),
            ("share_percent", CENT, None),
        ):
            self._limit(name, low, high)

    def _limit(self, name: str, low, high) -> None:
        field = self.fields.get(name)  # who may only look has no fields
        if field is None:
            return
        field.validators.append(MinValueValidator(low))
        field.widget.attrs["min"] = low
        if high:
            field.validators.append(MaxValueValidator(high))
            field.widget.attrs["max"] = high

    def clean_claim_days(self):
        """Companies were told how long they may claim: that is not cut short behind them."""
        days, told = self.cleaned_data["claim_days"], self.initial.get("claim_days")
        if told and days < told and self.instance.memberships.filter(reserved__gt=0).exists():
            raise forms.ValidationError(
                _("Companies with support set aside were told %(days)s days; grant no fewer."),
                code="promised",
                params={"days": told},
            )
        return days

    def clean(self):
        data = super().clean()
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day is before the first day."))
        return data

    def warnings(self) -> list[str]:
        """What is allowed and may be a slip; for a form that is valid."""
        data, found = self.cleaned_data, []
        years = range(data["starts_on"].year, data["ends_on"].year + 1)
        if data["fiscal_year"] not in years:
            found.append(
                _("The fiscal year is %(year)s, but no day of the fund is in it.")
                % {"year": data["fiscal_year"]}
            )
        elif len(years) > 1:
            found.append(
                _("The fund runs into another year than its fiscal year, %(year)s.")
                % {"year": data["fiscal_year"]}
            )
        if not data["legal_basis"]:
            found.append(_("The legal basis is missing: the public register has to name it."))
        return found


class ScenarioForm(PortalForm):
    """What a promotion would cost: asked by address, so that an answer can be passed on."""

    fund = forms.TypedChoiceField(label=gettext_lazy("Fund"), coerce=int)
    percent = forms.DecimalField(
        label=gettext_lazy("Promotion, share of the list fee (%)"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )
    months = forms.IntegerField(label=gettext_lazy("Months from today"), min_value=1, max_value=36)
    approvals = forms.DecimalField(
        label=gettext_lazy("Approvals a month"),
        required=False,
        min_value=0,
        max_value=10000,
        max_digits=6,
        decimal_places=1,
        help_text=gettext_lazy("Empty: the pace of the last eight weeks."),
    )

    def __init__(self, *args, funds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fund"].choices = [(fund.pk, fund.name) for fund in funds]
