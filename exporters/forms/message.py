import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, UploadsField
from exporters.models import Message
from exporters.services.messages import MAX_FILES


class MessageForm(PortalForm):
    body = forms.CharField(
        label=_("Your message"),
        max_length=Message._meta.get_field("body").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    files = UploadsField(
        label=_("Attachments"),
        limit=MAX_FILES,
        help_text=_("Up to three files: PDF, JPEG, PNG or WebP, 10 MB together."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4
