from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from exporters.letter_code import clean_letter_code


class VerifyForm(PortalForm):
    code = forms.CharField(
        label=_("Code of the letter"),
        max_length=60,
        help_text=_("As printed, for example ABCD-EFGH-JKLM. Capitals and hyphens do not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self):
        code = clean_letter_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("Write the code of the letter."), code="empty")
        return code
