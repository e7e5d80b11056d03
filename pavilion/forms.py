from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import HumanMixin, PortalForm
from exporters.models import Company, ProductCategory
from pavilion.enums import HandoverFormat


class WaitingBuyerForm(HumanMixin, PortalForm):
    email = forms.EmailField(
        label=_("Your e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    interest = forms.ModelChoiceField(
        label=_("What do you look for?"),
        queryset=ProductCategory.objects.all(),
        required=False,
        empty_label=_("Everything"),
    )
    field_order = ["email", "interest"]


class HandoverForm(PortalForm):
    """Whose products are handed over, in which language and format."""

    rfc = forms.CharField(
        label=_("RFC of the company"),
        required=False,
        max_length=13,
        help_text=_("Empty: all companies."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        initial="en",
        help_text=_("What is not written in it is taken from another one, and marked."),
    )
    format = forms.ChoiceField(label=_("Format"), choices=HandoverFormat.choices, initial="xlsx")

    def clean_rfc(self) -> Company | None:
        """The company itself; None for all."""
        rfc = self.cleaned_data["rfc"].upper()
        if not rfc:
            return None
        company = Company.objects.filter(rfc=rfc, applications__status="approved").first()
        if company is None:
            raise forms.ValidationError(_("No approved company has this RFC."), code="unknown")
        return company


class HandoverOrderForm(HandoverForm):
    """The same, once its report was read; the key tells a second click from a second order."""

    key = forms.UUIDField(widget=forms.HiddenInput)
