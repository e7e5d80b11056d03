import uuid

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, PortalModelForm, Section, UploadField, day_input
from exporters.enums import DocumentKind
from exporters.models import Application
from exporters.models.application import DECLARATIONS, EXPERIENCE
from exporters.models.document import VALID_DAYS


class ExperienceForm(PortalModelForm):
    class Meta:
        model = Application
        fields = list(EXPERIENCE)
        widgets = {"motivation": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "export_level": _("Firms that have never exported are welcome."),
            "first_export_year": _("Only if you export."),
            "export_markets": _("For example: United States, Japan."),
            "capacity": _("For example: 20 tonnes, 3,000 bottles."),
            "languages_spoken": _("For example: Spanish and English."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Section(
                _("Your exports"),
                Row(Column("export_level"), Column("first_export_year")),
                "export_markets",
                "online_sales",
            ),
            Section(_("Your supply"), "capacity", "languages_spoken", "motivation"),
        )

    def clean_first_export_year(self):
        year = self.cleaned_data["first_export_year"]
        if year and year > timezone.localdate().year:
            raise forms.ValidationError(_("This year has not come yet."), code="future")
        return year


class DocumentForm(PortalForm):
    """One document of one kind; a form per kind stands on the page."""

    file = UploadField(label=_("File"))
    issued_on = forms.DateField(label=_("Date of issue"), widget=day_input())
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, kind: DocumentKind, **kwargs):
        super().__init__(*args, prefix=kind.value, **kwargs)
        self.kind = kind
        self.fields["key"].initial = uuid.uuid4
        if kind in VALID_DAYS:
            self.fields["issued_on"].help_text = _(
                "Must be at most %(days)s days old when you send the application."
            ) % {"days": VALID_DAYS[kind]}
        else:
            del self.fields["issued_on"]

    def clean_issued_on(self):
        day = self.cleaned_data["issued_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."), code="future")
        if day.year < 2000:
            raise forms.ValidationError(_("Check the year of this date."), code="past")
        return day


class DeclarationsForm(PortalModelForm):
    class Meta:
        model = Application
        fields = list(DECLARATIONS)
        labels = {
            "declares_truth": _("What I have written and uploaded is true and complete."),
            "accepts_rules": _(
                "I accept the programme's rules, including visits and reports on results."
            ),
            "accepts_sharing": _(
                "The programme may share my company's data and products with Alibaba.com."
            ),
            "declares_no_other_support": _(
                "My company gets no other public support for this membership."
            ),
        }
