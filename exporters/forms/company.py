import uuid

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import PortalModelForm, Section
from exporters.models import Company
from exporters.rfc import clean_rfc

_LANGUAGE = forms.ChoiceField(
    label=_("Language of our e-mail to you"), choices=settings.LANGUAGES, initial="es"
)
_WIDGETS = {
    "about_es": forms.Textarea(attrs={"rows": 3}),
    "about_en": forms.Textarea(attrs={"rows": 3, "lang": "en"}),
    "about_zh_hans": forms.Textarea(attrs={"rows": 3, "lang": "zh-Hans"}),
    "municipality": forms.TextInput(attrs={"autocomplete": "address-level2"}),
    "contact_name": forms.TextInput(attrs={"autocomplete": "name"}),
    "contact_email": forms.EmailInput(attrs={"autocomplete": "email"}),
    "legal_name": forms.TextInput(attrs={"autocomplete": "organization"}),
    "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    "website": forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "url"}),
}
_LABELS = {
    "about_es": _("In Spanish"),
    "about_en": _("In English"),
    "about_zh_hans": _("In Chinese"),
}
_PRESENTATION = Section(
    _("How buyers will read about you (optional)"), "about_es", "about_en", "about_zh_hans"
)


class ContactForm(PortalModelForm):
    """What a company may correct at any time."""

    language = _LANGUAGE

    class Meta:
        model = Company
        fields = [
            "contact_name",
            "contact_email",
            "phone",
            "website",
            "language",
            "about_es",
            "about_en",
            "about_zh_hans",
        ]
        widgets = _WIDGETS
        labels = _LABELS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Section(_("Contact"), *_contact_rows()), _PRESENTATION)


class CompanyForm(PortalModelForm):
    """The company section. Only RFC and legal name are needed to save, the rest to send."""

    rfc = forms.CharField(
        label=_("RFC"),
        max_length=20,  # as typed, with spaces or hyphens
        help_text=_("12 characters for a company, 13 for a person."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    language = _LANGUAGE

    class Meta:
        model = Company
        fields = [
            "rfc",
            "legal_name",
            "trade_name",
            "state",
            "municipality",
            "sector",
            "employees",
            "annual_sales_mxn",
            "contact_name",
            "contact_email",
            "phone",
            "website",
            "language",
            "about_es",
            "about_en",
            "about_zh_hans",
        ]
        widgets = _WIDGETS
        labels = _LABELS
        help_texts = {
            "trade_name": _("The name buyers know. Leave it empty if it is the legal name."),
            "employees": _("People on the payroll, on average last year."),
            "annual_sales_mxn": _("Last year, in pesos. We work out your size from both."),
            "website": _("Optional."),
            "phone": _("Ten digits, or with the country code: +52 55 5555 0100."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Section(
                _("Who you are"),
                Row(Column("rfc", css_class="col-md-5"), Column("trade_name")),
                "legal_name",
                Row(Column("state"), Column("municipality")),
            ),
            Section(
                _("Your size"),
                "sector",
                Row(Column("employees"), Column("annual_sales_mxn")),
            ),
            Section(_("Contact"), *_contact_rows()),
            _PRESENTATION,
        )

    def clean_rfc(self):
        return clean_rfc(self.cleaned_data["rfc"])


class RegistrationForm(CompanyForm):
    """The company section of someone who has no company yet; creates it once per key."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4
        self.helper.layout.append("key")

    def validate_unique(self):
        """A retry meets its own first result, which the service finds by the key."""
        key = self.cleaned_data.get("key")
        if not Company.objects.filter(idempotency_key=key).exists():
            super().validate_unique()

    def _post_clean(self):
        super()._post_clean()
        if key := self.cleaned_data.get("key"):
            self.instance.idempotency_key = key


def _contact_rows():
    return (
        "contact_name",
        Row(Column("contact_email"), Column("phone")),
        Row(Column("website"), Column("language")),
    )
