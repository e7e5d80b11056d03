"""What every form of the portal has in common."""

import time
from dataclasses import dataclass
from pathlib import PurePath

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset
from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.tables import KINDS, MAX_BYTES
from core.text import validate_plain_text, validate_single_line
from core.uploads import ACCEPT_ATTRIBUTE, RULE, clean_upload


class Section(Fieldset):
    """A group of fields on a card of its own."""

    def __init__(self, legend, *fields, **options):
        super().__init__(legend, *fields, css_class="form-card", **options)


class PlainTextMixin:
    """Refuses invisible characters in every text field; leaves the form tag to templates."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # templates write {% csrf_token %} themselves
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators.append(validate_plain_text)
                if not isinstance(field.widget, forms.Textarea):
                    field.validators.append(validate_single_line)


def day_input() -> forms.DateInput:
    """The browser's own calendar; it wants the day as 2018-08-31 in every language."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PortalForm(PlainTextMixin, forms.Form):
    pass


class PortalModelForm(PlainTextMixin, forms.ModelForm):
    pass


class UploadField(forms.FileField):
    """A file under the upload rules; cleans to a core.uploads.CleanUpload."""

    widget = forms.FileInput

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", RULE)
        super().__init__(max_length=200, **kwargs)

    default_error_messages = {"empty": _("This file is empty. Choose it again.")}

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "accept": ACCEPT_ATTRIBUTE}

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        return clean_upload(file) if file else None


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class UploadsField(UploadField):
    """Up to `limit` files, together no larger than one may be; a list of CleanUpload."""

    widget = FilesInput

    def __init__(self, *, limit: int, **kwargs):
        self.limit = limit
        super().__init__(required=False, **kwargs)

    def clean(self, data, initial=None):
        files = [file for file in data or [] if file]
        if len(files) > self.limit:
            raise ValidationError(
                _("At most %(limit)s files at a time."),
                code="too_many",
                params={"limit": self.limit},
            )
        if sum(file.size for file in files) > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(
                _("These files are too large: the limit is 10 MB together."), code="too_large"
            )
        uploads, errors = [], []
        for file in files:
            try:
                uploads.append(super().clean(file))
            except ValidationError as error:
                errors += [f"{file.name}: {text}" for text in error.messages]
        if errors:
            raise ValidationError(errors)
        return uploads


@dataclass(frozen=True)
class UploadedTable:
    """A csv or xlsx file; `kind` is its ending."""

    name: str
    kind: str
    content: bytes


class TableField(forms.FileField):
    """A csv or xlsx file; cleans to an UploadedTable."""

    widget = forms.FileInput(attrs={"accept": ",".join(KINDS)})

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        kind = PurePath(file.name).suffix.lower()
        if kind not in KINDS:
            raise ValidationError(_("Only .xlsx and .csv can be imported."), code="kind")
        if file.size > MAX_BYTES:
            raise ValidationError(
                _("This file is larger than 2 MB. Divide it, or remove pictures and colours."),
                code="too_large",
            )
        return UploadedTable(file.name, kind, file.read())


class HumanMixin(forms.Form):
    """Guards a public form without a third party: a field people do not see, and a clock."""

    MIN_SECONDS = 2
    nickname = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opened"].initial = signing.dumps(int(time.time()), salt="opened")

    def clean(self):
        data = super().clean()
        try:
            opened = signing.loads(data.get("opened") or "", salt="opened", max_age=86400)
        except signing.BadSignature:
            opened = None
        if data.get("nickname") or opened is None or time.time() - opened < self.MIN_SECONDS:
            raise ValidationError(
                _("That was too quick for us. Please wait a moment and send it again."),
                code="robot",
            )
        return data
