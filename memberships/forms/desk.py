"""What coordinators and managers fill in on a membership and on a claim."""

import datetime
from decimal import Decimal
from urllib.parse import urlsplit

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, day_input
from memberships.models import Membership, SubsidyClaim
from memberships.services.life import last_day

PLATFORM = "alibaba.com"
A_YEAR = datetime.timedelta(days=366)


class SeenForm(PortalForm):
    """Asks nothing; carries which version of a paper or of a claim was looked at."""

    seen = forms.UUIDField(widget=forms.HiddenInput)


class CancelForm(PortalForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,  # as the fund's entries store it
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stays in the history and on the fund's account."),
    )


class ActivateForm(PortalForm):
    """What the platform gave a company. What looks odd is asked about once, never refused."""

    member_id = forms.CharField(label=_("Alibaba member id"), max_length=60)
    storefront_url = forms.URLField(
        label=_("Address of the storefront"), max_length=200, assume_scheme="https"
    )
    verified_on = forms.DateField(
        label=_("A&V passed on"),
        widget=day_input(),
        help_text=_("Authentication and verification of the company by the platform."),
    )
    starts_on = forms.DateField(label=_("First day of the membership"), widget=day_input())
    sure = forms.BooleanField(
        label=_("I have looked again: what I wrote is right."), required=False
    )

    def __init__(self, *args, membership: Membership, **kwargs):
        super().__init__(*args, **kwargs)
        self.membership = membership
        before = membership.renews
        first = before.ends_on + datetime.timedelta(days=1) if before else timezone.localdate()
        self.fields["starts_on"].initial = first
        self.fields["starts_on"].widget.attrs["data-first-day"] = True
        if before:  # most often what it was
            self.fields["member_id"].initial = before.member_id
            self.fields["storefront_url"].initial = before.storefront_url
            self.fields["verified_on"].initial = before.verified_on
        self.fields["starts_on"].help_text = format_html(
            "{} <output data-last-day>{}</output>",
            _("Last day of that year:"),
            date_format(last) if (last := self._last_day()) else "—",
        )
        if not self.is_bound:
            del self.fields["sure"]

    def _last_day(self) -> datetime.date | None:
        """That follows from the first day as it stands in the form, where it is one."""
        field = self.fields["starts_on"]
        try:
            first = field.initial
            if self.is_bound:
                first = field.to_python(self.data.get(self.add_prefix("starts_on")))
            return last_day(first) if first else None
        except (forms.ValidationError, ValueError):  # no day, or the last year of the calendar
            return None

    def clean_verified_on(self):
        day = self.cleaned_data["verified_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."), code="future")
        return day

    def clean_starts_on(self):
        day = self.cleaned_data["starts_on"]
        if day < self.membership.priced_on:
            raise forms.ValidationError(
                _("This is before the offer. Check the year of the date."), code="past"
            )
        if day > timezone.localdate() + A_YEAR:
            raise forms.ValidationError(
                _("This is more than a year away. Check the year of the date."), code="future"
            )
        return day

    def clean(self):
        data = super().clean()
        odd = self._odd(data)
        sure = data.pop("sure", False)
        if not odd:
            self.fields.pop("sure", None)
        elif not sure:
            for field, text in odd.items():
                self.add_error(field, text)
            self.add_error("sure", _("Correct what is marked, or confirm that it is right."))
        return data

    def _odd(self, data) -> dict[str, str]:
        """What is most often a slip, beside its field."""
        odd = {}
        address = urlsplit(data.get("storefront_url") or f"https://{PLATFORM}")
        if not f".{address.hostname}".endswith(f".{PLATFORM}"):
            odd["storefront_url"] = _("This address is not on alibaba.com.")
        elif address.scheme != "https":
            odd["storefront_url"] = _("This address does not begin with https.")
        passed, first = data.get("verified_on"), data.get("starts_on")
        if passed and not self.membership.renews and passed < self.membership.priced_on:
            odd["verified_on"] = _("This is before the offer.")
        # The platform opens a membership within a day of A&V.
        if passed and first and first < passed:
            odd["starts_on"] = _("The membership would begin before A&V was passed.")
        return odd


class ApproveClaimForm(SeenForm):
    """How much of what was asked for is granted."""

    amount = forms.DecimalField(
        label=_("Amount to grant (USD)"),
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.01"),
    )

    def __init__(self, *args, claim: SubsidyClaim, **kwargs):
        super().__init__(*args, **kwargs)
        self.claim = claim
        self.fields["amount"].initial = claim.amount

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if amount > self.claim.amount:
            raise forms.ValidationError(
                _("The company asks for US$%(amount)s; grant no more."),
                code="above",
                params={"amount": f"{self.claim.amount:,}"},
            )
        return amount


class OfferAgainForm(PortalForm):
    """Confirms the price that the page shows."""

    confirmed_terms = forms.CharField(widget=forms.HiddenInput, max_length=100)
