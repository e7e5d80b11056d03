import uuid
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, UploadField, day_input
from core.templatetags.portal import usd
from memberships.enums import ClaimDocumentKind
from memberships.models import Membership, SubsidyClaim


class FilesAgainMixin:
    """Says beside each file that was in order that the browser has let go of it."""

    def ask_for_files_again(self) -> None:
        """For a form that is shown again: call it after everything else was checked."""
        for name, field in self.fields.items():
            sent = self.files.get(self.add_prefix(name))
            if isinstance(field, UploadField) and sent and name not in self.errors:
                self.add_error(
                    name,
                    forms.ValidationError(
                        _("%(file)s was in order and is not kept yet. Choose it again."),
                        code="again",
                        params={"file": sent.name},
                    ),
                )


class ProofForm(FilesAgainMixin, PortalForm):
    """Shows that the company paid the platform."""

    file = UploadField(label=_("Proof of payment"))
    paid_on = forms.DateField(
        label=_("Day of the payment"),
        widget=day_input(),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args, membership: Membership, **kwargs):
        super().__init__(*args, prefix="proof", **kwargs)
        self.membership = membership
        limits = {"min": membership.priced_on, "max": timezone.localdate()}
        self.fields["paid_on"].widget.attrs |= {
            name: day.isoformat() for name, day in limits.items()
        }

    def clean_paid_on(self):
        day = self.cleaned_data["paid_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."), code="future")
        if day < self.membership.priced_on:
            raise forms.ValidationError(
                _("This is before the offer. Check the year of the date."), code="past"
            )
        return day


class ClaimForm(FilesAgainMixin, PortalForm):
    """Asks for the support of a membership, with the documents that its fund wants.

    `claim` is the one that came back: its documents stay unless they are replaced.
    """

    amount = forms.DecimalField(
        label=_("Amount (USD)"), max_digits=12, decimal_places=2, min_value=Decimal("0.01")
    )
    declares_no_double_funding = forms.BooleanField(
        label=_("No other public support pays for this membership."),
        error_messages={"required": _("Declare it to ask for the support.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args, membership: Membership, claim: SubsidyClaim | None = None, **kwargs):
        super().__init__(*args, prefix="claim", **kwargs)
        self.reserved = membership.reserved
        asked = min(claim.amount, self.reserved) if claim else self.reserved
        self.fields["amount"].initial = asked
        self.fields["amount"].widget.attrs["max"] = str(self.reserved)
        stored = {row.kind for row in claim.documents.all()} if claim else set()
        self.kinds = [ClaimDocumentKind(kind) for kind in membership.fund.required_documents]
        for kind in self.kinds:
            field = UploadField(label=kind.label, required=kind not in stored)
            if kind in stored:
                field.help_text = _("Received. Choose a file only to replace it.")
            self.fields[kind.value] = field
        self.order_fields(["amount", *self.kinds, "declares_no_double_funding", "key"])

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if amount > self.reserved:
            raise forms.ValidationError(
                _("Ask for no more than what is reserved for you: %(amount)s."),
                code="above",
                params={"amount": usd(self.reserved)},
            )
        return amount

    @property
    def uploads(self) -> dict:
        files = {kind.value: self.cleaned_data.get(kind.value) for kind in self.kinds}
        return {kind: file for kind, file in files.items() if file}
