import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HumanMixin, PortalForm, PortalModelForm
from pavilion.countries import country_choices
from pavilion.enums import OUTCOMES, EnquiryStatus
from pavilion.models import Enquiry, EnquiryMessage

MAX_TEXT = EnquiryMessage._meta.get_field("text").max_length


class KeyMixin(forms.Form):
    """A key that the form keeps until it is stored: sent twice, it is stored once."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4


class EnquiryForm(HumanMixin, KeyMixin, PortalModelForm):
    """What a buyer asks of one company or of several."""

    country = forms.ChoiceField(label=_("Country"))

    class Meta:
        model = Enquiry
        fields = ["name", "organisation", "country", "email", "quantity", "text"]
        labels = {
            "name": _("Your name"),
            "organisation": _("Your company"),
            "email": _("Your e-mail"),
            "quantity": _("Quantity"),
            "text": _("What would you like to know?"),
        }
        help_texts = {
            "email": _("We send you a link to confirm. The companies do not get this address."),
            "quantity": _("For example: 2 pallets to begin with, a container a month later."),
            "text": _(
                "Say what it is for, by when and to which port, and which certificates and"
                " packaging you need: then the first answer can be a quotation."
            ),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "organisation": forms.TextInput(attrs={"autocomplete": "organization"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "text": forms.Textarea(attrs={"rows": 8}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        country.choices = [("", "—"), *country_choices()]
        country.widget.attrs["autocomplete"] = "country"

    def clean_email(self):
        return self.cleaned_data["email"].lower()


class BuyerMessageForm(KeyMixin, PortalForm):
    """A further message of the buyer, on one of its threads."""

    text = forms.CharField(
        label=_("Your message"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )


class AnswerForm(KeyMixin, PortalForm):
    """The company's answer, and what has become of the enquiry."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    outcome = forms.ChoiceField(
        label=_("With this the enquiry is"),
        choices=[(each.value, each.label) for each in OUTCOMES],
        help_text=_("For you and for the programme's figures; the buyer sees it too."),
        initial=EnquiryStatus.ANSWERED.value,
    )
    field_order = ["text", "outcome"]

    def __init__(self, *args, is_waited_for: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_waited_for = is_waited_for
        if not is_waited_for:
            self.fields["text"].help_text = _("Leave it empty to change only what follows.")

    def clean(self):
        data = super().clean()
        if self.is_waited_for and "text" not in self.errors and not data.get("text"):
            self.add_error("text", _("The buyer waits for an answer: write one."))
        return data
