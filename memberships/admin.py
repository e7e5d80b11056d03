from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.admin_site import MenuItem, MenuSection, desk_section
from core.templatetags.portal import status_tone, usd
from core.workflow import TransitionNotAllowed
from core.workflow_admin import LogInline, ReadOnlyAdminMixin, WorkflowAdminMixin
from exporters.enums import Size
from memberships.forms import AllocationForm
from memberships.models import (
    SUBSIDISED_SIZES,
    FundEntry,
    Membership,
    Plan,
    PlanFee,
    PromotionPeriod,
    PromotionTransition,
    SubsidyFund,
)
from memberships.services.funds import allocate_to_fund
from memberships.services.promotions import move_promotion
from memberships.workflow import PROMOTION


class PlanFeeInline(admin.TabularInline):
    model = PlanFee
    extra = 0

    def has_delete_permission(self, request, obj=None):
        return False  # a fee ends by its last day


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = ("name", "fee_today", "is_offered")
    fields = (
        "code", "name_es", "name_en", "name_zh_hans", "benefits_es", "benefits_en",
        "benefits_zh_hans", "is_offered", "source_url",
    )  # fmt: skip
    inlines = (PlanFeeInline,)

    @admin.display(description=gettext_lazy("list fee today"))
    def fee_today(self, plan):
        fee = plan.fee_on(timezone.localdate())
        return usd(fee.amount) if fee else "—"

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()

    def has_delete_permission(self, request, obj=None):
        return False


class PromotionLogInline(LogInline, admin.TabularInline):
    model = PromotionTransition


# What a confirmed promotion has promised.
PROMISED = frozenset({"plan", "percentage", "starts_on", "ends_on", "earned_by"})


def _mover(name):
    return lambda promotion, actor: move_promotion(promotion, name, actor=actor)


@admin.register(PromotionPeriod)
class PromotionPeriodAdmin(WorkflowAdminMixin, admin.ModelAdmin):
    workflow = PROMOTION
    moves = {name: _mover(name) for name in ("negotiate", "confirm", "reject", "call_off", "end")}
    list_display = ("name", "plan", "percentage", "starts_on", "ends_on", "status_badge")
    list_select_related = ("plan",)
    fields = (
        "plan", "name_es", "name_en", "name_zh_hans", "percentage", "starts_on", "ends_on",
        "earned_by", "renewal_of", "status", "notes",
    )  # fmt: skip
    inlines = (PromotionLogInline,)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_badge(self, promotion):
        return format_html(
            '<span class="badge-status tone-{}">{}</span>',
            status_tone(promotion.status),
            promotion.get_status_display(),
        )

    def get_readonly_fields(self, request, obj=None):
        """What was confirmed has been promised: only notes change after that."""
        return ("status", *PROMISED) if obj and obj.is_settled else ("status",)

    def save_model(self, request, obj, form, change):
        """Saves what was typed and nothing else: someone may have confirmed it meanwhile."""
        if not change:
            super().save_model(request, obj, form, change)
        elif PROMOTION.lock(obj).is_settled and not PROMISED.isdisjoint(form.changed_data):
            messages.error(request, _("This promotion was confirmed meanwhile; nothing is saved."))
        elif form.changed_data:
            obj.save(update_fields=[*form.changed_data, "updated_at"])

    def has_delete_permission(self, request, obj=None):
        return False


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


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    list_display = (
        "company", "status", "priced_on", "list_fee", "promotion_discount", "subsidy",
        "company_share",
    )  # fmt: skip
    list_select_related = ("company", "plan")
    list_filter = ("status", "fund")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("=company__rfc", "company__legal_name")


@desk_section(20)
def membership_section(request) -> list[MenuSection]:
    if not request.user.has_perm("memberships.view_membership"):
        return []
    pages = [
        (_("Memberships"), "membership"),
        (_("Promotions"), "promotionperiod"),
        (_("Funds"), "subsidyfund"),
        (_("Plans"), "plan"),
    ]
    items = []
    for label, model in pages:
        url = reverse(f"admin:memberships_{model}_changelist")
        items.append(MenuItem(label, url, None, request.path.startswith(url)))
    return [MenuSection(pgettext("desk", "Programme"), items)]
