from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import PortalForm, PortalModelForm, day_input


class NoteForm(PortalForm):
    """What was said in the negotiation of a promotion."""

    on = forms.DateField(
        label=gettext_lazy("On"),
        initial=timezone.localdate,
        widget=day_input(),
    )
    text = forms.CharField(
        label=gettext_lazy("What was said"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class PromotionForm(PortalModelForm):
    """A promotion; one that renews another is of the same plan and begins later."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("renewal_of"):
            others = field.queryset.exclude(pk=self.instance.pk).select_related("plan")
            if self.instance.pk and "plan" not in self.fields:  # promised: its plan stays
                others = others.filter(plan=self.instance.plan_id)
            field.queryset = others
            field.label_from_instance = _with_days

    def clean(self):
        data = super().clean()
        earlier = data.get("renewal_of")
        plan = data.get("plan", self.instance.plan if self.instance.pk else None)
        starts_on = data.get("starts_on", self.instance.starts_on)
        if earlier and plan and earlier.plan != plan:
            self.add_error("renewal_of", _("A renewal is of the same plan."))
        elif earlier and starts_on and starts_on <= earlier.starts_on:
            self.add_error("renewal_of", _("A renewal begins after the one that it renews."))
        return data


def _with_days(promotion) -> str:
    return f"{promotion.name} · {promotion.starts_on} – {promotion.ends_on}"
