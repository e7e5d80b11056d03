"""The ledger of funds: every entry, page by page or as a file; nothing is written here."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.logs import security_event
from core.spreadsheets import StreamedCSV
from core.templatetags.portal import usd
from core.workflow_admin import ReadOnlyAdminMixin
from memberships.admin.waiting import FundFilter
from memberships.enums import EntryKind
from memberships.models import FundEntry, SubsidyFund


@admin.register(FundEntry)
class FundEntryAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    change_list_template = "admin/memberships/fund_entries.html"
    list_display = ("at", "kind", "amount_usd", "company", "by", "reason", "of_fund")
    list_filter = (("fund", FundFilter), "kind")
    list_select_related = ("fund", "membership__company", "actor")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count beside each choice would be a query each
    ordering = ("-pk",)
    sortable_by = ()  # by its key alone, which an index holds for each fund
    fields = readonly_fields = (
        "at", "of_fund", "kind", "amount_usd", "company", "claim_reference", "by", "reason",
    )  # fmt: skip

    @admin.display(description=gettext_lazy("date"))
    def at(self, entry):
        return date_format(timezone.localtime(entry.created_at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=gettext_lazy("fund"))
    def of_fund(self, entry):
        return entry.fund

    @admin.display(description=gettext_lazy("amount (USD)"))
    def amount_usd(self, entry):
        return usd(entry.amount)

    @admin.display(description=gettext_lazy("company"), empty_value="—")
    def company(self, entry):
        return entry.membership.company if entry.membership else None

    @admin.display(description=gettext_lazy("claim"), empty_value="—")
    def claim_reference(self, entry):
        return entry.claim

    @admin.display(description=gettext_lazy("by"))
    def by(self, entry):
        return entry.actor or _("the portal")

    def changelist_view(self, request, extra_context=None):
        fund = request.GET.get("fund__id__exact", "")
        is_key = fund.isascii() and fund.isdecimal() and len(fund) <= 18
        chosen = SubsidyFund.objects.filter(pk=fund).first() if is_key else None
        return super().changelist_view(request, {"fund": chosen, **(extra_context or {})})

    def get_urls(self):
        view = self.admin_site.admin_view(self.download_view)
        name = "memberships_fundentry_download"
        return [path("<int:pk>/download/", view, name=name), *super().get_urls()]

    def download_view(self, request, pk):
        """The entries of the fund `pk` as csv, the first on top."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        fund = get_object_or_404(SubsidyFund, pk=pk)
        security_event("ledger_downloaded", user=request.user, fund=fund.pk)
        name = f"fund-{fund.pk}-entries-{timezone.localdate():%Y-%m-%d}.csv"
        return StreamingHttpResponse(
            StreamedCSV().stream(_table(fund)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _table(fund: SubsidyFund):
    """The head and a row for each entry, from one query."""
    yield [
        str(title)
        for title in (
            _("entry"), _("date and time"), _("movement"), _("amount (USD)"), _("company"),
            _("RFC"), _("membership"), _("claim"), _("by"), _("reason"),
        )
    ]  # fmt: skip
    rows = fund.entries.order_by("pk").values_list(
        "pk", "created_at", "kind", "amount", "membership__company__legal_name",
        "membership__company__rfc", "membership_id", "claim__reference", "actor__email", "reason",
    )  # fmt: skip
    labels = {kind.value: str(kind.label) for kind in EntryKind}
    for key, at, kind, amount, *rest in rows.iterator(chunk_size=2000):
        when = f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
        yield [key, when, labels[kind], amount, *rest]
