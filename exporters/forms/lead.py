import uuid
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import PortalForm, PortalModelForm, TableField
from core.mexico import State
from exporters import lead_file
from exporters.enums import LeadSource, Objection
from exporters.models import Company, Lead, LeadObjection
from exporters.rfc import clean_rfc


class LeadForm(PortalModelForm):
    """A lead at the desk. Its stage moves by the buttons above the form."""

    rfc = forms.CharField(
        label=_("RFC"),
        required=False,
        max_length=20,  # as typed, with spaces or hyphens
        help_text=_("If you know it: it tells this company from others of its name."),
    )
    language = forms.ChoiceField(
        label=_("Language of our mail"), choices=settings.LANGUAGES, initial="es"
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Lead
        fields = [
            "company_name", "rfc", "contact_name", "email", "phone", "state", "category",
            "language", "source_kind", "source_name", "source_state", "next_action",
            "next_action_on", "owner", "notes",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "key" in self.fields:  # those who may only read see no fields
            self.fields["key"].initial = uuid.uuid4

    def clean_rfc(self):
        rfc = self.cleaned_data["rfc"]
        if not rfc:
            return ""
        rfc = clean_rfc(rfc)
        others = Company.objects.filter(rfc=rfc)
        if self.instance.company_id:
            others = others.exclude(pk=self.instance.company_id)
        if others.exists():
            raise ValidationError(_("The company with this RFC is registered already."))
        return rfc

    def clean_next_action_on(self):
        day = self.cleaned_data["next_action_on"]
        if day and not self.instance.is_open:
            raise ValidationError(_("Reopen the lead before you plan its next action."))
        return day

    def _post_clean(self):
        """A retry meets its own first result, which the service finds by the key."""
        key = self.cleaned_data.get("key")
        if self.instance.pk is None and key:
            self.instance.idempotency_key = key
            if Lead.objects.filter(idempotency_key=key).exists():
                return
        super()._post_clean()


class ObjectionForm(PortalModelForm):
    class Meta:
        model = LeadObjection
        fields = ["code", "note"]


class ObjectionFormSet(forms.BaseInlineFormSet):
    """Rows of a table, whose headings are no labels: each field names itself."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs["aria-label"] = field.label


class LeadLostForm(PortalForm):
    """Why a lead is given up; for us alone."""

    reason_code = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *Objection.choices])
    reason_text = forms.CharField(
        label=_("Explanation"),
        help_text=_("Only staff read this."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LeadInviteForm(PortalForm):
    email = forms.EmailField(
        label=_("Send to"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )


@dataclass(frozen=True)
class UploadedList:
    """A list of leads as it was uploaded, and read."""

    name: str
    content: bytes
    number: int  # of its format
    dataset: object


class ListField(TableField):
    """A csv or xlsx file of leads; cleans to an UploadedList."""

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        number = list(lead_file.FORMATS).index(file.kind)
        dataset = lead_file.read(file.content, number)
        return UploadedList(file.name, file.content, number, dataset)


class LeadImportForm(PortalForm):
    """A list, and what holds for its rows that do not say it themselves."""

    import_file = ListField(
        label=_("File"), max_length=200, help_text=_(".xlsx or .csv, up to 2,000 rows and 2 MB.")
    )
    source_kind = forms.ChoiceField(
        label=_("Where is the list from?"), choices=LeadSource.choices, initial=LeadSource.FAIR
    )
    source_name = forms.CharField(label=_("Chamber or event"), max_length=120, required=False)
    source_state = forms.ChoiceField(
        label=_("State of the chamber or event"),
        choices=[("", "—"), *State.choices],
        required=False,
    )
    owner = forms.ModelChoiceField(
        queryset=None,
        label=pgettext_lazy("lead", "Owner"),
        help_text=_("Who follows these leads up."),
    )

    def __init__(self, *args, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners


class LeadImportConfirmForm(PortalForm):
    import_file_name = forms.CharField(widget=forms.HiddenInput, max_length=64)
    same_names = forms.BooleanField(
        label=_("Also import those that only share the name of someone known"), required=False
    )
