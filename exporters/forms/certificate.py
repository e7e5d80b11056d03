import datetime
import uuid

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import PortalModelForm, UploadField
from exporters.enums import CertificateKind
from exporters.models import Certificate
from exporters.services.certificates import FACTS

_FAR = datetime.timedelta(days=365 * 30)


class CertificateForm(PortalModelForm):
    """A certificate of the company of `instance`; correcting one may leave its document."""

    file = UploadField(label=_("Document"))
    products = forms.ModelMultipleChoiceField(
        label=_("Products that it is of"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None, if it is of the company as a whole."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = Certificate
        fields = list(FACTS)
        widgets = {"valid_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "name": _("As it stands on the document. Needed if it is another one."),
            "valid_until": _("Leave it empty if the document has no last day."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = self.instance.company.products.all()
        self.fields["products"].queryset = own
        self.fields["key"].initial = uuid.uuid4
        if self.instance.pk:
            self.fields["file"].required = False
            self.fields["file"].label = _("Another document (optional)")
            self.fields["products"].initial = self.instance.products.all()
            del self.fields["key"]
        self.helper.layout = Layout(
            Row(Column("kind"), Column("name")),
            Row(Column("number"), Column("issued_by")),
            "valid_until",
            "file",
            "products",
            *(["key"] if "key" in self.fields else []),
        )

    def clean_valid_until(self):
        day = self.cleaned_data["valid_until"]
        today = timezone.localdate()
        if day and day < today:
            raise forms.ValidationError(_("It has expired. Upload the renewed one."), code="past")
        if day and day > today + _FAR:
            raise forms.ValidationError(_("Check the year of this date."), code="far")
        return day

    def clean(self):
        data = super().clean()
        if data.get("kind") == CertificateKind.OTHER and not data.get("name"):
            self.add_error("name", _("Write the name of the certification."))
        return data

    @property
    def facts(self) -> dict:
        """By column, as the services take them."""
        return {name: self.cleaned_data[name] for name in FACTS}

    @property
    def product_keys(self) -> list[int]:
        return [product.pk for product in self.cleaned_data["products"]]
