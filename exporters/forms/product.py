"""What a company says of a product, within what a listing on Alibaba.com takes."""

import uuid

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from core.forms import PortalModelForm, Section
from exporters import icbu
from exporters.enums import PaymentTerm
from exporters.models import Product, ProductCategory
from exporters.models.product import OFFER

LONGEST_LEAD_TIME = 730  # days: what is made to order is not made in more than two years
_LANGUAGES = ("es", "en", "zh_hans")
_DESCRIPTIONS = [f"description_{language}" for language in _LANGUAGES]
_KEYWORDS = [f"keywords_{language}" for language in _LANGUAGES]
# Counted as they are typed, see static/js/limits.js.
_COUNTED = [
    f"{name}_{code}" for name in ("name", "description", "packaging") for code in _LANGUAGES
]
_RANGES = {
    "fob_min_usd": (icbu.LOWEST_PRICE, icbu.HIGHEST_PRICE),
    "fob_max_usd": (icbu.LOWEST_PRICE, icbu.HIGHEST_PRICE),
    "moq": (icbu.SMALLEST_MOQ, icbu.LARGEST_MOQ),
    "lead_time_days": (1, LONGEST_LEAD_TIME),
    "supply_quantity": (1, 1_000_000_000),
}


class OfferForm(forms.ModelForm):
    """The rules of an offer, for the company's form and for the desk's."""

    payment_terms = forms.MultipleChoiceField(
        label=_("Payment terms"),
        choices=PaymentTerm.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Product
        fields = list(OFFER)
        labels = {"company": _("company")}  # the desk shows it; its field has no words of its own

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "name_es" in self.fields:  # the desk shows some people the facts without fields
            self.fields["name_es"].required = True
            self.fields["supply_period"].required = False  # has a default

    def clean(self):
        data = super().clean()
        for name in _KEYWORDS:
            words = icbu.split_keywords(data.get(name))
            self._refuse(name, icbu.refused_keywords(words))
            if data.get(name):
                data[name] = ", ".join(words)
        for name in ("fob_min_usd", "fob_max_usd"):
            self._refuse(name, icbu.refused_price(data.get(name)))
        self._refuse("moq", icbu.refused_moq(data.get("moq")))
        if data.get("lead_time_days") == 0:
            self._refuse("lead_time_days", _("At least one day."))
        lowest, highest = data.get("fob_min_usd"), data.get("fob_max_usd")
        if lowest and highest and lowest > highest:
            for name in ("fob_min_usd", "fob_max_usd"):
                self._refuse(name, _("The lowest price is above the highest."))
        return data

    def _refuse(self, name: str, reason) -> None:
        if reason and name not in self.errors:
            self.add_error(name, reason)


class ProductForm(OfferForm, PortalModelForm):
    """As a company fills it in. Its certificates are asked for once it has some."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    certificate_keys = forms.TypedMultipleChoiceField(
        label=_("Certificates of this product"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta(OfferForm.Meta):
        labels = {
            "name_es": _("Name in Spanish"),
            "name_en": _("Name in English"),
            "name_zh_hans": _("Name in Chinese"),
            "description_es": _("Description in Spanish"),
            "description_en": _("Description in English"),
            "description_zh_hans": _("Description in Chinese"),
            "packaging_es": _("Packaging in Spanish"),
            "packaging_en": _("Packaging in English"),
            "packaging_zh_hans": _("Packaging in Chinese"),
            "keywords_es": _("Search words in Spanish"),
            "keywords_en": _("Search words in English"),
            "keywords_zh_hans": _("Search words in Chinese"),
            "gift_wrapping": _("We wrap it as a gift"),
        }
        help_texts = {
            "hs_code": _("The first six digits of the tariff code, for example 0804.40."),
            "name_es": _("As a buyer would search for it; at most 128 characters."),
            "name_en": _("Optional; without it buyers see the Spanish name."),
            "description_es": _("What it is made of, its sizes and its quality."),
            "moq": _("The smallest order you accept, in the unit of the price."),
            "lead_time_days": _("From the order to the port."),
            "port": _("For example: Manzanillo."),
            "supply_quantity": _("How much you can deliver, in the unit of the price."),
            "packaging_es": _("For example: cardboard box, 4 kg; 240 boxes a pallet."),
            "keywords_es": _("At most three, with commas between them."),
            "keywords_en": _("At most three, with commas between them."),
            "keywords_zh_hans": _("At most three, with commas between them."),
        }
        widgets = {
            **{name: forms.Textarea(attrs={"rows": 4}) for name in _DESCRIPTIONS},
            "hs_code": forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "0804.40"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = self.instance.idempotency_key or uuid.uuid4()
        self.fields["category"].queryset = ProductCategory.objects.all()
        self._offer_certificates()
        self._mark_limits()
        self.helper.layout = Layout(*self._sections(), "key")

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The id and title of each section, for a list of links."""
        return [
            (part.css_id, part.legend) for part in self.helper.layout if isinstance(part, Section)
        ]

    def _offer_certificates(self) -> None:
        rows = []
        if self.instance.company_id:
            prefetch_related_objects([self.instance.company], "certificates")  # once a page
            rows = self.instance.company.certificates.all()
        if not rows:
            del self.fields["certificate_keys"]
            return
        self.fields["certificate_keys"].choices = [(row.pk, str(row)) for row in rows]
        self.initial.setdefault("certificate_keys", self.instance.certificate_keys)

    def _mark_limits(self) -> None:
        """Tell browsers and the counting script what this form takes."""
        for name in _COUNTED:
            self.fields[name].widget.attrs["data-limit"] = "characters"
        for name in _KEYWORDS:
            self.fields[name].widget.attrs |= {"data-limit": "words", "data-most": icbu.KEYWORDS}
        for name, (low, high) in _RANGES.items():
            self.fields[name].widget.attrs |= {"data-limit": "range", "min": low, "max": high}
        for name, field in self.fields.items():
            for ending, language in (("_en", "en"), ("_zh_hans", "zh-Hans")):
                if name.endswith(ending):
                    field.widget.attrs["lang"] = language

    def _sections(self) -> list[Section]:
        what = ["name_es", Row(Column("category"), Column("hs_code")), "description_es"]
        offer = [
            Row(Column("fob_min_usd"), Column("fob_max_usd"), Column("unit")),
            Row(Column("moq"), Column("lead_time_days"), Column("port")),
        ]
        supply = [Row(Column("supply_quantity"), Column("supply_period")), "payment_terms"]
        trust = ["packaging_es", "gift_wrapping", "keywords_es"]
        if "certificate_keys" in self.fields:
            trust.append("certificate_keys")
        english, chinese = (
            [f"{name}_{code}" for name in ("name", "description", "packaging", "keywords")]
            for code in ("en", "zh_hans")
        )
        return [
            Section(_("What it is"), *what, css_id="part-what"),
            Section(_("What you offer"), *offer, css_id="part-offer"),
            Section(_("Supply and payment"), *supply, css_id="part-supply"),
            Section(_("Packaging and search"), *trust, css_id="part-packaging"),
            Section(_("In English (optional)"), *english, css_id="part-english"),
            Section(_("In Chinese (optional)"), *chinese, css_id="part-chinese"),
        ]

    def _post_clean(self):
        super()._post_clean()
        key = self.cleaned_data.get("key")
        if key and self.instance.pk is None:
            self.instance.idempotency_key = key
        if "certificate_keys" in self.cleaned_data:
            self.instance.certificate_keys = self.cleaned_data["certificate_keys"]
