from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm


class AnswerForm(PortalForm):
    """What the company says about one point of the coordinator."""

    answer = forms.CharField(
        label=_("What did you change?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, correction, **kwargs):
        kwargs.setdefault("initial", {"answer": correction.answer})
        super().__init__(*args, prefix=f"correction-{correction.pk}", **kwargs)
        self.correction = correction
