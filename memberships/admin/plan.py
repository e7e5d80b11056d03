from django.contrib import admin, messages
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import PortalModelForm
from core.reasoned_admin import ReasonedChangeMixin
from core.templatetags.portal import usd
from memberships.admin.effect import EffectAdminMixin, unseen
from memberships.admin.history import ChangeHistoryMixin, latest_versions
from memberships.effects import Effect, Rulebook, days_of, effect, rulebook
from memberships.forms.plans import PlanFeeForm, PlanFeeFormSet
from memberships.models import Plan, PlanFee
from memberships.services.prices import fee_on


class PricedFeeFormSet(PlanFeeFormSet):
    """Shows what the fees that were typed would do to prices, once they are valid."""

    effect: Effect | None = None

    def clean(self):
        super().clean()
        if not self.management_form.is_valid() or any(form.errors for form in self.forms):
            return
        before = rulebook()
        after = self._after(before)
        if _terms(before) == _terms(after):
            return
        days = [
            day
            for fee in (*before.fees, *after.fees)
            for day in days_of(fee.valid_from, fee.valid_to)
        ]
        self.effect = effect(before, after, days)
        if refusal := unseen(self.data, self.effect):
            raise refusal

    def _after(self, before: Rulebook) -> Rulebook:
        """With the fees as they were typed, if this plan is the one that would be offered."""
        if self.instance.is_offered:
            return before.with_fees(form.instance for form in self.fee_forms())
        of_others = (fee for fee in before.fees if fee.plan_id != self.instance.pk)
        return before.with_fees(of_others)


def _terms(rules: Rulebook) -> list[tuple]:
    facts = [(fee.plan_id, fee.valid_from, fee.valid_to, fee.amount) for fee in rules.fees]
    return sorted(facts, key=lambda fact: fact[1])


class PlanFeeInline(admin.TabularInline):
    model = PlanFee
    form = PlanFeeForm
    formset = PricedFeeFormSet
    fields = ("amount", "valid_from", "valid_to", "source_url")
    ordering = ("-valid_from",)
    extra = 0

    def has_delete_permission(self, request, obj=None):
        return False  # a fee ends by its last day


@admin.register(Plan)
class PlanAdmin(EffectAdminMixin, ChangeHistoryMixin, ReasonedChangeMixin, admin.ModelAdmin):
    form = PortalModelForm
    change_form_template = "admin/memberships/plan_change_form.html"
    list_display = ("name", "fee_today", "is_offered")
    fields = (
        "code", "name_es", "name_en", "name_zh_hans", "benefits_es", "benefits_en",
        "benefits_zh_hans", "is_offered", "source_url",
    )  # fmt: skip
    inlines = (PlanFeeInline,)

    @admin.display(description=gettext_lazy("list fee today"))
    def fee_today(self, plan):
        fee = fee_on(plan.fees.all(), timezone.localdate())
        return usd(fee.amount) if fee else "—"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("fees")

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        """A change of its fees alone leaves no version of the plan itself."""
        if not change or form.changed_data != ["change_reason"]:
            super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        """Fees keep the reason in their own history."""
        for fee in formset.save(commit=False):
            fee._change_reason = form.cleaned_data.get("change_reason", "")
            fee.save()
        formset.save_m2m()
        for gap in formset.gaps():
            messages.warning(request, gap)

    def history_rows(self, obj):
        fees = list(latest_versions(PlanFee.history.filter(plan=obj.pk)))
        by_fee = {}
        for row in fees:
            by_fee.setdefault(row.id, []).append(row)
        names = {
            key: _("List fee from %(day)s") % {"day": date_format(rows[0].valid_from)}
            for key, rows in by_fee.items()
        }
        return [*super().history_rows(obj), *((names[key], rows) for key, rows in by_fee.items())]
