from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.mexico import State
from core.reasoned_admin import ReasonedChangeMixin
from core.templatetags.portal import usd
from core.workflow import TransitionNotAllowed
from memberships.admin.effect import EffectAdminMixin, PricedFormMixin
from memberships.admin.history import ChangeHistoryMixin
from memberships.admin.overview import OverviewMixin
from memberships.effects import Effect, days_of, effect, rulebook
from memberships.enums import ClaimDocumentKind
from memberships.forms.funds import SIZES, AllocationForm, FundForm
from memberships.models import SubsidyFund
from memberships.money_overview import parts_of, recovered_of
from memberships.services.funds import allocate_to_fund, save_rules

LATEST = 50  # entries on the page of a fund; the list has all


class PricedFundForm(PricedFormMixin, FundForm):
    priced = frozenset(
        {
            "starts_on", "ends_on", "share_percent", "cap_per_company", "eligible_sizes",
            "eligible_states",
        }
    )  # fmt: skip

    def find_effect(self) -> Effect:
        before = rulebook()
        stored = next(fund for fund in before.funds if fund.pk == self.instance.pk)
        days = [
            *days_of(stored.starts_on, stored.ends_on),
            *days_of(self.instance.starts_on, self.instance.ends_on),
        ]
        return effect(before, before.with_fund(self.instance), days)


@admin.register(SubsidyFund)
class SubsidyFundAdmin(
    OverviewMixin, EffectAdminMixin, ChangeHistoryMixin, ReasonedChangeMixin, admin.ModelAdmin
):
    form = PricedFundForm
    change_form_template = "admin/memberships/fund_change_form.html"
    list_display = (
        "name", "fiscal_year", "starts_on", "ends_on", "budget_usd", "reserved_usd",
        "committed_usd", "paid_usd", "available_usd",
    )  # fmt: skip
    list_per_page = 50
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("name", "fiscal_year", "starts_on", "ends_on")}),
        (
            gettext_lazy("How much it pays"),
            {"fields": ("share_percent", "cap_per_company")},
        ),
        (
            gettext_lazy("Whom it supports"),
            {"fields": ("eligible_sizes", "eligible_states")},
        ),
        (
            gettext_lazy("Deadlines and documents"),
            {"fields": ("reply_days", "claim_days", "required_documents")},
        ),
        (gettext_lazy("Legal basis"), {"fields": ("legal_basis", "source_url")}),
    )
    history_labels = {
        "eligible_sizes": dict(SIZES),
        "eligible_states": dict(State.choices),
        "required_documents": dict(ClaimDocumentKind.choices),
    }

    @admin.display(description=gettext_lazy("budget"))
    def budget_usd(self, fund):
        return usd(fund.budget)

    @admin.display(description=gettext_lazy("reserved"))
    def reserved_usd(self, fund):
        return usd(fund.reserved)

    @admin.display(description=gettext_lazy("committed"))
    def committed_usd(self, fund):
        return usd(fund.committed)

    @admin.display(description=gettext_lazy("paid"))
    def paid_usd(self, fund):
        return usd(fund.paid)

    @admin.display(description=gettext_lazy("available"))
    def available_usd(self, fund):
        return usd(fund.available)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        """Stores what was typed and nothing else: its money may have moved meanwhile."""
        for warning in form.warnings():
            messages.warning(request, warning)
        if not change:
            super().save_model(request, obj, form, change)
            return
        reason = form.cleaned_data["change_reason"]
        save_rules(
            obj, [name for name in form.changed_data if name != "change_reason"], reason=reason
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        fund = self.get_object(request, object_id)
        context = _money(fund) if fund else {}
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def get_urls(self):
        return [
            path(
                "<int:pk>/allocate/",
                self.admin_site.admin_view(self.allocate_view),
                name="memberships_subsidyfund_allocate",
            ),
            *super().get_urls(),
        ]

    def allocate_view(self, request, pk):
        fund = get_object_or_404(SubsidyFund, pk=pk)
        if not request.user.has_perm("memberships.allocate_subsidyfund"):
            raise PermissionDenied
        form = AllocationForm(request.POST or None)
        back = reverse("admin:memberships_subsidyfund_change", args=[pk])
        if request.method == "POST" and form.is_valid():
            try:
                allocate_to_fund(fund, **form.cleaned_data, actor=request.user)
            except TransitionNotAllowed as refusal:
                form.add_error("amount", str(refusal))
            else:
                messages.success(request, _("Allocated: %s") % usd(form.cleaned_data["amount"]))
                return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Allocate money"),
            "original": fund,
            "opts": self.opts,
            "form": form,
            "back_url": back,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/move_form.html", context, status=status)


def _money(fund: SubsidyFund) -> dict:
    """What the page shows besides the rules: the parts of the budget, the latest movements."""
    entries = fund.entries.select_related("membership__company", "actor").order_by("-pk")
    return {
        "recovered": recovered_of(fund),
        "money_parts": parts_of(fund),
        "entries": list(entries[:LATEST]),
    }
