"""Shows what a change of the rules would do, before it is made.

The panel carries the digest of the effect that it shows. What is sent without it, or with that
of an effect that is another by now, comes back with the effect and changes nothing.
"""

from django import forms
from django.utils.translation import gettext as _

from core.forms import PortalForm
from memberships.effects import Effect

SEEN = "effect_seen"


def unseen(data, effect: Effect) -> forms.ValidationError | None:
    """Why the change is not made yet; None once this very effect was seen."""
    seen = data.get(SEEN)
    if seen == effect.digest:
        return None
    if seen:
        text = _("The effect is another one by now. Look at it again, then confirm.")
    else:
        text = _("Nothing is saved yet. Look at the effect, then confirm.")
    return forms.ValidationError(text, code="effect")


class EffectForm(PortalForm):
    """Confirms a move whose effect was seen; without an effect it stands for a link to its page."""

    def __init__(self, data=None, *, effect: Effect | None):
        super().__init__(data)
        self.effect = effect

    def clean(self):
        if refusal := unseen(self.data, self.effect):
            raise refusal
        return super().clean()


class PricedFormMixin:
    """For the form of a model that makes prices: `effect` of what was typed, once it is valid."""

    effect: Effect | None = None
    priced: frozenset[str] = frozenset()  # the fields that change a price

    def find_effect(self) -> Effect:
        raise NotImplementedError

    def full_clean(self):
        super().full_clean()
        if not self.is_bound or self.errors or not self.instance.pk:
            return
        if not self.priced.isdisjoint(self.changed_data):
            self.effect = self.find_effect()
            if refusal := unseen(self.data, self.effect):
                self.add_error(None, refusal)


class EffectAdminMixin:
    """For the ModelAdmin: puts the effect of its form, or of one of its formsets, on the page."""

    def render_change_form(self, request, context, *args, **kwargs):
        inlines = context["inline_admin_formsets"]
        parts = [context["adminform"].form, *(inline.formset for inline in inlines)]
        shown = next((part for part in parts if getattr(part, "effect", None)), None)
        context["effect"] = shown.effect if shown else None
        context["effect_note"] = ""
        if shown and len(context["errors"]) == 1:  # waits for the confirmation, and nothing else
            context["effect_note"] = unseen(shown.data, shown.effect).message
            context["errors"] = []
        response = super().render_change_form(request, context, *args, **kwargs)
        if shown:
            response.status_code = 422
        return response
