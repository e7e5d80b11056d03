from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.portal import usd
from core.workflow import TransitionNotAllowed
from core.workflow_admin import ReadOnlyAdminMixin
from exporters.enums import Size
from memberships.forms.funds import AllocationForm
from memberships.models import (
    SUBSIDISED_SIZES,
    FundEntry,
    SubsidyFund,
)
from memberships.services.funds import allocate_to_fund


class FundForm(forms.ModelForm):
    eligible_sizes = forms.MultipleChoiceField(
        label=gettext_lazy("Eligible sizes"),
        choices=[(size, Size(size).label) for size in SUBSIDISED_SIZES],
        widget=forms.CheckboxSelectMultiple,
    )


class FundEntryInline(ReadOnlyAdminMixin, admin.TabularInline):
    model = FundEntry
    extra = 0
    fields = readonly_fields = ("created_at", "kind", "amount", "membership", "by", "reason")
    ordering = ("-pk",)

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("membership__company", "membership__plan", "actor")
        )

    @admin.display(description=gettext_lazy("by"))
    def by(self, entry):
        return entry.actor or "—"


@admin.register(SubsidyFund)
class SubsidyFundAdmin(admin.ModelAdmin):
    form = FundForm
    change_form_template = "admin/memberships/fund_change_form.html"
    list_display = ("name", "starts_on", "ends_on", "budget_usd", "reserved_usd", "available_usd")
    fields = (
        "name", "starts_on", "ends_on", "share_percent", "cap_per_company", "eligible_sizes",
        "source_url", "budget_usd", "reserved_usd", "available_usd",
    )  # fmt: skip
    readonly_fields = ("budget_usd", "reserved_usd", "available_usd")
    inlines = (FundEntryInline,)

    @admin.display(description=gettext_lazy("budget"))
    def budget_usd(self, fund):
        return usd(fund.budget)

    @admin.display(description=gettext_lazy("reserved"))
    def reserved_usd(self, fund):
        return usd(fund.reserved)

    @admin.display(description=gettext_lazy("available"))
    def available_usd(self, fund):
        return usd(fund.available)

    def has_delete_permission(self, request, obj=None):
        return False

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
