"""List fees of a plan: one counts on each day."""

import datetime

from django.forms import BaseInlineFormSet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.forms import PortalModelForm

ONE_DAY = datetime.timedelta(days=1)


class PlanFeeForm(PortalModelForm):
    """A row of a table, whose heads are no labels: each field says itself what it is."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label


class PlanFeeFormSet(BaseInlineFormSet):
    """Refuses two fees for the same day, and says which last day would keep them apart."""

    def clean(self):
        super().clean()
        rows = self.fee_forms()
        for earlier, later in zip(rows, rows[1:], strict=False):
            last = earlier.instance.valid_to
            begins = later.instance.valid_from
            if begins > earlier.instance.valid_from and (last is None or last >= begins):
                earlier.add_error("valid_to", _overlap(begins))

    def fee_forms(self) -> list:
        """Those that stay, in the order of their first days."""
        filled = [form for form in self.forms if form.instance.pk or form.has_changed()]
        valid = [form for form in filled if not form.errors and form.instance.valid_from]
        return sorted(valid, key=lambda form: form.instance.valid_from)

    def gaps(self) -> list[str]:
        """Days between two fees on which there is no price."""
        rows = self.fee_forms()
        return [
            _("No list fee counts from %(first)s to %(last)s: nobody can be offered a membership.")
            % {
                "first": date_format(earlier.instance.valid_to + ONE_DAY),
                "last": date_format(later.instance.valid_from - ONE_DAY),
            }
            for earlier, later in zip(rows, rows[1:], strict=False)
            if earlier.instance.valid_to + ONE_DAY < later.instance.valid_from
        ]


def _overlap(begins: datetime.date) -> str:
    return _(
        "From %(day)s another fee of this plan counts. Enter %(last)s as the last day of this one."
    ) % {"day": date_format(begins), "last": date_format(begins - ONE_DAY)}
