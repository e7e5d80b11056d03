from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HumanMixin, PortalForm
from exporters.models import ProductCategory


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
