import re

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.templatetags.portal import usd
from memberships import casefile
from memberships.admin.case import RFC, CaseMixin
from memberships.admin.waiting import ClaimWaitsFilter, FundFilter
from memberships.enums import EntryKind
from memberships.forms.desk import ApproveClaimForm, SeenForm
from memberships.models import SubsidyClaim
from memberships.reason_texts import texts
from memberships.services import decisions
from memberships.workflow import CLAIM

REFERENCE = re.compile(r"AP-[0-9]{4}-[0-9]+\Z")


@admin.register(SubsidyClaim)
class ClaimAdmin(CaseMixin, admin.ModelAdmin):
    workflow = CLAIM
    moves = {
        "verify": decisions.verify_claim,
        "approve": decisions.approve_claim,
        "return": decisions.return_claim,
        "reject": decisions.reject_claim,
    }
    forward = frozenset({"verify", "approve"})
    page_template = "admin/memberships/subsidyclaim/page.html"
    page_related = (
        "membership__company", "membership__application__company",
        "membership__application__decided_by", "membership__plan", "membership__fund",
        "requested_by", "verified_by", "approved_by",
    )  # fmt: skip
    list_display = (
        "reference", "company_name", "status_badge", "asked", "approved", "paid", "asked_on",
        "of_fund",
    )  # fmt: skip
    list_display_links = ("reference", "company_name")
    list_filter = (ClaimWaitsFilter, "status", ("membership__fund", FundFilter))
    list_select_related = ("membership__company", "membership__fund")
    search_fields = ("membership__company__legal_name", "membership__company__trade_name")
    search_help_text = _("Reference, RFC or name of the company")
    looked_up = ((REFERENCE, "reference"), (RFC, "membership__company__rfc"))

    # --- The list ----------------------------------------------------------------------------

    @admin.display(description=_("company"))
    def company_name(self, claim):
        return claim.membership.company.name

    @admin.display(description=_("asked for"), ordering="amount")
    def asked(self, claim):
        return usd(claim.amount)

    @admin.display(description=_("approved"), ordering="approved_amount")
    def approved(self, claim):
        return usd(claim.approved_amount) if claim.approved_amount else "—"

    @admin.display(description=_("paid"), ordering="paid_amount")
    def paid(self, claim):
        return usd(claim.paid_amount) if claim.paid_amount else "—"

    @admin.display(description=_("asked for on"), ordering="requested_at")
    def asked_on(self, claim):
        return date_format(timezone.localdate(claim.requested_at), "SHORT_DATE_FORMAT")

    @admin.display(description=_("fund"))
    def of_fund(self, claim):
        return claim.membership.fund or "—"

    def get_ordering(self, request):
        """What waits longest on top; else the latest claim, as its key says."""
        return ("updated_at", "pk") if "waits" in request.GET else ("-pk",)

    # --- The page ----------------------------------------------------------------------------

    def why_not(self, request, row, name):
        return decisions.why_not(row, name, request.user)

    def page_context(self, request, row):
        membership = row.membership
        support = casefile.support_of(membership)
        entries = list(row.fund_entries.order_by("-pk").select_related("actor"))
        return {
            "claim": row,
            "membership": membership,
            "company": membership.company,
            "fund": membership.fund,
            "papers": casefile.papers(row),
            "deadline": casefile.deadline(row),
            "support": support,
            "other_support": casefile.other_support(support, membership),
            "payments": list(row.payments.order_by("-pk").select_related("batch", "settled_by")),
            "recoveries": [entry for entry in entries if entry.kind == EntryKind.RECOVER],
            "entries": entries,
            "steps": casefile.steps_of_claim(row),
        }

    # --- The steps ---------------------------------------------------------------------------

    def move_form(self, request, obj, transition, data=None):
        seen = {"seen": obj.idempotency_key}
        if transition.name == "verify":
            return SeenForm(data, prefix="verify", initial=seen)
        if transition.name == "approve":
            return ApproveClaimForm(data, claim=obj, prefix="approve", initial=seen)
        return super().move_form(request, obj, transition, data)

    def reason_texts(self, obj, transition):
        return texts(transition.name, obj.membership.company.language)
