"""What the portal adds to allauth."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django import forms
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.text import validate_plain_text, validate_single_line
from exporters.views.lead_invitation import invited_lead


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request, user, form, commit=True):
        user = super().save_user(request, user, form, commit=False)
        user.full_name = form.cleaned_data.get("full_name", "")
        user.language = get_language() or "es"
        if commit:
            user.save()
        return user

    def send_account_already_exists_mail(self, email):
        # As long as a new account takes, so that the time tells nobody that there is one.
        make_password(email)
        super().send_account_already_exists_mail(email)

    def get_login_redirect_url(self, request):
        """Staff go to their desk, exporters to their applications."""
        if request.user.is_staff:
            return reverse("admin:index")
        return super().get_login_redirect_url(request)


class SignupFields(forms.Form):
    """Asked at sign-up besides e-mail and password; the privacy notice comes before the data."""

    full_name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        validators=[validate_plain_text, validate_single_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    privacy = forms.BooleanField(
        label=_("I have read the privacy notice"),
        error_messages={"required": _("Read the privacy notice and accept it to continue.")},
    )
    field_order = ["full_name", "email", "password1", "password2", "privacy"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if lead := invited_lead(context.request):
            self.fields["email"].initial = lead.email
            self.fields["full_name"].initial = lead.contact_name

    def signup(self, request, user):
        """Nothing more: AccountAdapter.save_user has stored the name."""
