"""Paying approved claims: what goes to the treasury, what it answers, what is recovered."""

import uuid
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TableField, day_input
from core.templatetags.portal import usd
from memberships.enums import LineResult
from memberships.models import PaymentLine, SubsidyClaim, SubsidyFund
from memberships.treasury_file import REFERENCE_LENGTH, Answer, read_answers

AT_ONCE = 200  # payments in a batch; each locks its claim


class ClaimsField(forms.ModelMultipleChoiceField):
    """Claims by their keys; a number that no key can be is not asked for in the database."""

    default_error_messages = {
        "required": _("Choose at least one approved claim."),
        "invalid_choice": _("One of these claims is not of this fund. Choose again."),
        "invalid_pk_value": _("One of these claims is not of this fund. Choose again."),
    }

    def clean(self, value):
        if any(not key.isdecimal() or len(key) > 18 for key in value or ()):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid")
        return super().clean(value)


class BatchForm(PortalForm):
    """Which claims of a fund go to the treasury, at the rate that was seen."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    seen_rate = forms.DecimalField(
        widget=forms.HiddenInput, max_digits=10, decimal_places=4, required=False
    )
    claims = ClaimsField(queryset=SubsidyClaim.objects.none())

    def __init__(self, *args, fund: SubsidyFund, **kwargs):
        super().__init__(*args, **kwargs)
        # Also those that are with the treasury by now: a retry finds its first result.
        self.fields["claims"].queryset = SubsidyClaim.objects.filter(membership__fund=fund)

    def clean_claims(self):
        claims = list(self.cleaned_data["claims"])
        if len(claims) > AT_ONCE:
            raise forms.ValidationError(
                _("Choose at most %(limit)s claims at a time."),
                code="many",
                params={"limit": AT_ONCE},
            )
        return claims


class AnswerFileForm(PortalForm):
    """The treasury's answer as a file; `rows` are what it says."""

    file = TableField(
        label=_("File"),
        max_length=200,
        help_text=_(".xlsx or .csv, up to 500 rows and 2 MB."),  # treasury_file.MAX_ROWS
    )

    def clean_file(self):
        return read_answers(self.cleaned_data["file"])


class SignedForm(PortalForm):
    """What a preview showed, signed by us."""

    signed = forms.CharField(widget=forms.HiddenInput, max_length=500_000)


class LineForm(PortalForm):
    """The treasury's answer on one payment."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=[(result.value, result.label) for result in (LineResult.PAID, LineResult.FAILED)],
        widget=forms.RadioSelect,
    )
    paid_on = forms.DateField(label=_("Paid on"), required=False, widget=day_input())
    amount_mxn = forms.DecimalField(
        label=_("Pesos paid (MXN)"),
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.01"),
        required=False,
    )
    reference = forms.CharField(
        label=_("Treasury reference"), max_length=REFERENCE_LENGTH, required=False
    )

    def __init__(self, *args, line: PaymentLine, **kwargs):
        super().__init__(*args, **kwargs)
        self.line = line
        self.fields["amount_mxn"].initial = line.sent_mxn
        self.fields["paid_on"].initial = timezone.localdate

    def clean(self):
        data = super().clean()
        if data.get("result") == LineResult.PAID:
            for name in ("paid_on", "amount_mxn"):
                if name not in self.errors and data.get(name) is None:
                    self.add_error(name, _("A payment needs its day and its pesos."))
        return data

    @property
    def answer(self) -> Answer:
        return Answer(claim=str(self.line.claim), **self.cleaned_data)


class RecoveryForm(PortalForm):
    """What a company paid back, and why."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    amount = forms.DecimalField(
        label=_("Amount (USD)"), max_digits=12, decimal_places=2, min_value=Decimal("0.01")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("For example the decision that orders it. It stays in the ledger."),
    )
    confirmed = forms.BooleanField(
        label=_("The company has paid this amount back; the fund may grant it to others."),
        error_messages={"required": _("Confirm that it was paid back.")},
    )

    def __init__(self, *args, recoverable: Decimal, **kwargs):
        super().__init__(*args, **kwargs)
        self.recoverable = recoverable
        self.fields["amount"].help_text = _("At most %(amount)s.") % {"amount": usd(recoverable)}

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if amount > self.recoverable:
            raise forms.ValidationError(_("No more can be recovered than was paid."), code="above")
        return amount
