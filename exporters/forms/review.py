"""What a coordinator fills in to verify, ask for changes, hand on and decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from core.workflow_admin import ReasonSelect, propose_text
from exporters.checklist import Check
from exporters.enums import ChangeReason, CorrectionTarget, Outcome
from exporters.services.checks import CheckAnswer
from exporters.services.corrections import CorrectionDraft


class CheckForm(PortalForm):
    """The answer to one question of the checklist."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Outcome.choices, required=False, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    facts = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def __init__(self, *args, check: Check, **kwargs):
        super().__init__(*args, prefix=check.key, **kwargs)
        self.check = check
        answer = check.answer
        self.initial = {
            "facts": check.facts,
            "outcome": answer.outcome if answer else "",
            "note": answer.note if answer else "",
        }

    def clean(self):
        data = super().clean()
        if data.get("note") and not data.get("outcome"):
            self.add_error("outcome", _("Choose an outcome."))
        if data.get("outcome") == Outcome.FAILED and not data.get("note"):
            self.add_error("note", _("Write what is not in order."))
        return data


class ChecklistForm:
    """All questions at once; those left open are not answered."""

    def __init__(self, checks: list[Check], data=None):
        self.is_bound = data is not None
        self.forms = [CheckForm(data, check=check) for check in checks]

    def is_valid(self) -> bool:
        results = [form.is_valid() for form in self.forms]  # each one, to show every error
        return all(results)

    @property
    def answers(self) -> list[CheckAnswer]:
        return [
            CheckAnswer(form.check.key, **form.cleaned_data)
            for form in self.forms
            if form.cleaned_data["outcome"]
        ]


# What can be wrong with a document alone.
OF_DOCUMENTS = (ChangeReason.ILLEGIBLE, ChangeReason.EXPIRED, ChangeReason.WRONG_DOCUMENT)


class ChangesForm(PortalForm):
    """For each section and document: is it in order, or what should the company change?"""

    def __init__(self, *args, texts: dict[str, str], **kwargs):
        self.texts = texts
        self.base_fields = {}
        for target, reason, message in self._names():
            self.base_fields |= {reason: self._reason(target), message: self._message()}
        super().__init__(*args, **kwargs)

    def _reason(self, target: CorrectionTarget):
        of_documents = target.section == "documents"
        reasons = [
            (reason.value, reason.label)
            for reason in ChangeReason
            if of_documents or reason not in OF_DOCUMENTS
        ]
        return forms.ChoiceField(
            label=_("Reason"),
            choices=[("", _("In order")), *reasons],
            required=False,
            widget=ReasonSelect(self.texts),
        )

    def _message(self):
        return forms.CharField(
            label=_("Explanation for the company"),
            max_length=2000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3, "data-reason-text": True}),
        )

    @staticmethod
    def _names():
        return [(target, f"{target}_reason", f"{target}_message") for target in CorrectionTarget]

    @property
    def rows(self):
        """(target, field of the reason, field of the message) for the template."""
        return [(target, self[reason], self[message]) for target, reason, message in self._names()]

    def clean(self):
        data = super().clean()
        items = []
        for target, reason, message in self._names():
            if reason in self.errors or message in self.errors:
                continue
            if data[reason] and not data[message]:
                propose_text(self, message, self.texts.get(data[reason]))
            elif data[message] and not data[reason]:
                self.add_error(reason, _("Choose a reason."))
            elif data[reason]:
                items.append(CorrectionDraft(target.value, data[reason], data[message]))
        if not items and not self.errors:
            raise forms.ValidationError(
                _("Choose at least one section or document that the company should change."),
                code="nothing",
            )
        return {"items": items}


class AssignForm(PortalForm):
    """Whom to give a file to."""

    to = forms.ModelChoiceField(label=_("Coordinator"), queryset=None)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people


class ApproveForm(PortalForm):
    """Confirms the terms of the offer that the reviewer saw; passes open checks with a reason."""

    confirmed_terms = forms.CharField(widget=forms.HiddenInput, required=False)
    terms_seen = forms.BooleanField(
        label=_("I have checked the documents and I confirm this offer."),
        error_messages={"required": _("Confirm the offer to approve.")},
    )
    override_reason = forms.CharField(
        label=_("Why the open checks may be passed"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stays in the history. The company does not see it."),
    )

    def __init__(self, *args, terms: str, summary: str, overrides: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["confirmed_terms"].initial = terms
        self.fields["terms_seen"].help_text = summary
        if not overrides:
            del self.fields["override_reason"]

    def clean(self):
        data = super().clean()
        data.pop("terms_seen", None)
        return data
