"""What the portal adds to allauth."""

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.text import validate_plain_text


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request, user, form, commit=True):
        user = super().save_user(request, user, form, commit=False)
        user.full_name = form.cleaned_data.get("full_name", "")
        user.language = get_language() or "es"
        if commit:
            user.save()
        return user


class SignupFields(forms.Form):
    """Asked at sign-up besides e-mail and password; the privacy notice comes before the data."""

    full_name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        validators=[validate_plain_text],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    privacy = forms.BooleanField(
        label=_("I have read the privacy notice"),
        error_messages={"required": _("Read the privacy notice and accept it to continue.")},
    )
    field_order = ["full_name", "email", "password1", "password2", "privacy"]

    def signup(self, request, user):
        """Nothing more: AccountAdapter.save_user has stored the name."""
