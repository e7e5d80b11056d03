from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, Section
from core.mexico import State
from exporters.eligibility import OTHER_GOODS, Answers, OtherSupport, Registered, TaxOpinion
from exporters.enums import ExportLevel, Sector
from exporters.models import ProductCategory


def _choice(label, choices, **kwargs) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **kwargs)


class EligibilityForm(PortalForm):
    """Five questions to someone who may have no account; cleans to `answers`."""

    sector = forms.ChoiceField(label=_("Sector"), choices=[("", "—"), *Sector.choices])
    employees = forms.IntegerField(
        label=_("Employees"),
        min_value=0,
        max_value=1_000_000,
        help_text=_("People on the payroll, on average last year."),
    )
    annual_sales_mxn = forms.DecimalField(
        label=_("Annual sales (MXN)"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text=_("Last year, in pesos."),
    )
    registered = _choice(_("Is your company registered with the tax office?"), Registered.choices)
    tax_opinion = _choice(
        _("Is your 32-D tax compliance opinion positive?"),
        TaxOpinion.choices,
        help_text=_("The tax office gives it on its site, free of charge."),
    )
    category = forms.ChoiceField(label=_("What do you want to sell?"))
    state = forms.ChoiceField(label=_("From which state?"), choices=[("", "—"), *State.choices])
    export_level = _choice(_("Does the company export?"), ExportLevel.choices)
    other_support = _choice(
        _("Does another public programme pay for a membership of Alibaba.com?"),
        OtherSupport.choices,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        families = [(category.code, category.name) for category in ProductCategory.objects.all()]
        self.fields["category"].choices = [
            ("", "—"),
            *families,
            (OTHER_GOODS, _("Something else")),
        ]
        self.helper.layout = Layout(
            Section(
                _("1. How large is your company?"),
                Row(Column("sector"), Column("employees"), Column("annual_sales_mxn")),
            ),
            Section(_("2. Your RFC"), "registered"),
            Section(_("3. Your taxes"), "tax_opinion"),
            Section(
                _("4. What you sell"), Row(Column("category"), Column("state")), "export_level"
            ),
            Section(_("5. Other support"), "other_support"),
        )

    @property
    def answers(self) -> Answers:
        return Answers(**self.cleaned_data)
