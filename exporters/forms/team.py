from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from exporters.enums import TeamRole


class RoleForm(PortalForm):
    role = forms.ChoiceField(
        label=_("Role"),
        choices=TeamRole.choices,
        initial=TeamRole.EDITOR,
        help_text=_("Owners also invite and remove people."),
    )


class InvitationForm(RoleForm):
    email = forms.EmailField(
        label=_("Your colleague's e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    field_order = ["email", "role"]
