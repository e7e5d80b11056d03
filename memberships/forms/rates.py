"""The table of exchange rates: one day by hand, or a list."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, PortalModelForm, TableField
from memberships.exchange import jumps
from memberships.models import ExchangeRate
from memberships.rate_file import read_rates
from memberships.services.rates import last_source, rate_before


class RateForm(PortalModelForm):
    """The rate of a day with its source. A double click finds what the first one stored."""

    jump_is_right = forms.BooleanField(
        label=_("Yes, this rate is right"),
        required=False,
        # exchange.JUMP_PERCENT
        help_text=_("Needed if it differs from the one before by more than five percent."),
    )

    class Meta:
        model = ExchangeRate
        fields = ["day", "mxn", "source_url"]
        # The admin's own shows the proposal as if it were stored.
        widgets = {"source_url": forms.URLInput(attrs={"class": "vURLField"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored_before = False
        if "source_url" in self.fields:  # those who may only read see no fields
            self.fields["source_url"].required = True
            if self.instance.pk is None:
                self.fields["source_url"].initial = last_source
                self.fields["day"].initial = timezone.localdate

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."), code="future")
        return day

    def clean_mxn(self):
        mxn = self.cleaned_data["mxn"]
        if mxn <= 0:
            raise forms.ValidationError(_("A rate is above zero."), code="zero")
        return mxn

    def clean(self):
        data = super().clean()
        day, mxn = data.get("day") or self.instance.day, data.get("mxn")
        if day is None or not mxn or data.get("jump_is_right"):
            return data
        before = rate_before(day)
        if before and jumps(mxn, before.mxn):
            self.add_error(
                "jump_is_right",
                _("On %(day)s it was %(mxn)s. Check the rate, and confirm it here.")
                % {"day": before.day, "mxn": before.mxn},
            )
        return data

    def _post_clean(self):
        """A double click meets its own first rate, and stores it no second time."""
        if self.instance.pk is None and not self.errors:
            facts = {name: self.cleaned_data[name] for name in ("day", "mxn", "source_url")}
            if earlier := ExchangeRate.objects.filter(**facts).first():
                self.instance, self.stored_before = earlier, True
                return
        super()._post_clean()


class RateImportForm(PortalForm):
    """A list of rates and where it is from."""

    file = TableField(
        label=_("File"),
        max_length=200,
        help_text=_(".xlsx or .csv, up to 2,000 rows and 2 MB."),  # rate_file.MAX_ROWS
    )
    source_url = forms.URLField(
        label=_("Source"), assume_scheme="https", max_length=200, initial=last_source
    )

    def clean_file(self):
        return read_rates(self.cleaned_data["file"])


class RateImportConfirmForm(PortalForm):
    signed = forms.CharField(widget=forms.HiddenInput, max_length=500_000)
    jump_is_right = forms.BooleanField(label=_("Yes, these rates are right"), required=False)
