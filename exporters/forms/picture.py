import uuid
from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, UploadField
from exporters.picture_files import LEAST, refusal

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")

_RULE = format_lazy(
    _("JPEG, PNG or WebP, up to 10 MB; {least} pixels or more on the longer side."), least=LEAST
)


class PictureField(UploadField):
    """A picture that buyers can be shown; cleans to a core.uploads.CleanUpload."""

    default_error_messages = {
        "kind": _("This kind of file is not a picture that we can show. Use JPEG, PNG or WebP."),
        "mismatch": _("This file is not the kind of picture that its name says. Save it as JPEG."),
        "too_large": _("This picture is larger than 10 MB. Save it as JPEG, or make it smaller."),
    }

    def __init__(self, **kwargs):
        super().__init__(help_text=_RULE, **kwargs)

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "accept": ",".join(ENDINGS)}

    def clean(self, data, initial=None):
        name = getattr(data, "name", "") or ""
        if name and PurePath(name).suffix.lower() not in ENDINGS:
            raise ValidationError(self.error_messages["kind"], code="kind")
        try:
            upload = super().clean(data, initial)
        except ValidationError as error:
            if error.code not in ("mismatch", "too_large"):
                raise
            raise ValidationError(self.error_messages[error.code], code=error.code) from error
        if upload and (why := refusal(upload)):
            raise ValidationError(why, code="small")
        return upload


class TextsForm(PortalForm):
    """What a picture shows, for those who do not see it and for search engines."""

    alt_es = forms.CharField(
        label=_("What it shows, in Spanish"),
        max_length=200,
        help_text=_("One sentence, as if on the telephone: “Open box with 16 avocados”."),
    )
    alt_en = forms.CharField(
        label=_("In English (optional)"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"lang": "en"}),
    )
    alt_zh_hans = forms.CharField(
        label=_("In Chinese (optional)"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"lang": "zh-Hans"}),
    )

    @property
    def texts(self) -> dict[str, str]:
        """By column, as the services take them."""
        return {name: self.cleaned_data[name] for name in ("alt_es", "alt_en", "alt_zh_hans")}


class PictureForm(TextsForm):
    file = PictureField(label=_("Picture"))
    key = forms.UUIDField(widget=forms.HiddenInput)

    field_order = ("file", "alt_es", "alt_en", "alt_zh_hans", "key")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4


class PlaceForm(PortalForm):
    """Where a picture goes, counted from 0."""

    position = forms.IntegerField(min_value=0, max_value=100)
