from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from exporters.enums import TeamRole
from exporters.models import TeamMember
from exporters.rfc import clean_rfc


class RoleForm(PortalForm):
    role = forms.ChoiceField(
        label=_("Role"),
        choices=TeamRole.choices,
        initial=TeamRole.EDITOR,
        help_text=_("Owners also invite and remove people."),
    )


class HandOverForm(PortalForm):
    """To whom an owner hands over; `colleagues` are the other members of the team."""

    member = forms.ModelChoiceField(
        label=_("Your successor"), queryset=TeamMember.objects.none(), widget=forms.RadioSelect
    )
    understood = forms.BooleanField(
        label=_("I understand that I become editor and cannot take the ownership back myself."),
        error_messages={"required": _("Confirm it to hand over.")},
    )

    def __init__(self, *args, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = colleagues
        self.fields["member"].empty_label = None
        self.fields["member"].label_from_instance = _name_and_address


def _name_and_address(member: TeamMember) -> str:
    name, address = str(member.user), member.user.email
    return name if name == address else f"{name} · {address}"


class AccessRequestForm(PortalForm):
    rfc = forms.CharField(max_length=20, widget=forms.HiddenInput)

    def clean_rfc(self):
        return clean_rfc(self.cleaned_data["rfc"])


class InvitationForm(RoleForm):
    email = forms.EmailField(
        label=_("Your colleague's e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    field_order = ["email", "role"]
