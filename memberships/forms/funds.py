import uuid
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm


class AllocationForm(PortalForm):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    amount = forms.DecimalField(
        label=_("Amount (USD)"), max_digits=12, decimal_places=2, min_value=Decimal("0.01")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("For example the budget decree.")
    )
