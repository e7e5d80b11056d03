from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm


class ApproveForm(PortalForm):
    """Confirms what the reviewer saw: the terms of the offer, and a doubtful RFC."""

    confirmed_terms = forms.CharField(widget=forms.HiddenInput, required=False)
    terms_seen = forms.BooleanField(
        label=_("I have checked the documents and I confirm this offer."),
        error_messages={"required": _("Confirm the offer to approve.")},
    )
    rfc_confirmed = forms.BooleanField(
        label=_(
            "The RFC's check digit fails. I compared it with the tax certificate: it is right."
        ),
        error_messages={"required": _("Compare the RFC with the tax certificate.")},
    )

    def __init__(self, *args, terms: str, summary: str, rfc_is_doubtful: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["confirmed_terms"].initial = terms
        self.fields["terms_seen"].help_text = summary
        if not rfc_is_doubtful:
            del self.fields["rfc_confirmed"]

    def clean(self):
        data = super().clean()
        data.pop("terms_seen", None)
        return data
