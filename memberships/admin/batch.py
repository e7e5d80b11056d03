"""Batches for the treasury: the list, the page of one, its file."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, Sum
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from core.logs import security_event
from core.money import ZERO, in_cents
from core.spreadsheets import StreamedCSV
from core.templatetags.portal import usd
from core.workflow_admin import ReadOnlyAdminMixin
from memberships import access
from memberships.admin.answer import AnswerMixin
from memberships.admin.ready import ReadyMixin
from memberships.admin.recovery import RecoveryMixin
from memberships.admin.waiting import FundFilter
from memberships.enums import LineResult
from memberships.models import PaymentBatch, PaymentLine
from memberships.services.payments import recoverable_of
from memberships.treasury_file import sent_rows
from memberships.workflow import PAY

RESULT_TONES = {LineResult.SENT: "waiting", LineResult.PAID: "good", LineResult.FAILED: "bad"}


class StateFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return (("open", pgettext("batch", "Open")), ("reconciled", _("Reconciled")))

    def queryset(self, request, queryset):
        if self.value() in ("open", "reconciled"):
            return queryset.filter(reconciled_at__isnull=self.value() == "open")
        return queryset


@admin.register(PaymentBatch)
class PaymentBatchAdmin(
    ReadyMixin, AnswerMixin, RecoveryMixin, ReadOnlyAdminMixin, admin.ModelAdmin
):
    change_list_template = "admin/memberships/paymentbatch/change_list.html"
    list_display = ("reference", "of_fund", "created_at", "created_by", "payments", "sent", "state")
    list_select_related = ("fund", "created_by")
    list_filter = (StateFilter, ("fund", FundFilter))
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    search_fields = ("=reference", "=lines__claim__reference")
    search_help_text = _("Reference of a batch or of a claim")

    def get_queryset(self, request):
        sent = Q(lines__result=LineResult.SENT)
        return (
            super()
            .get_queryset(request)
            .annotate(
                payment_count=Count("lines"),
                open_count=Count("lines", filter=sent),
                sent_total=in_cents(Sum("lines__sent_amount")),
            )
        )

    @admin.display(description=_("fund"), ordering="fund")
    def of_fund(self, batch):
        return batch.fund

    @admin.display(description=_("payments"))
    def payments(self, batch):
        return batch.payment_count

    @admin.display(description=_("sent (USD)"))
    def sent(self, batch):
        return usd(batch.sent_total)

    @admin.display(description=_("status"), ordering="reconciled_at")
    def state(self, batch):
        if batch.reconciled_at:
            return format_html('<span class="badge-status tone-good">{}</span>', _("Reconciled"))
        said = _("Open: %(count)s") % {"count": batch.open_count}
        return format_html('<span class="badge-status tone-waiting">{}</span>', said)

    def get_urls(self):
        view = self.admin_site.admin_view
        export = path(
            "<int:pk>/export/",
            view(require_GET(self.export_view)),
            name="memberships_paymentbatch_export",
        )
        return [export, *super().get_urls()]

    # --- Its page --------------------------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        if not object_id.isdecimal():
            raise Http404
        batch = self.batch(int(object_id))
        lines = list(
            batch.lines.select_related(
                "settled_by",
                "claim__membership__company",
                "claim__membership__application",
            )
        )
        may_pay, companies = request.user.has_perm(PAY), access.companies_of(request.user)
        recoverable = recoverable_of([line.claim for line in lines])
        for number, line in enumerate(lines, start=1):
            line.batch, line.number, line.tone = batch, number, RESULT_TONES[line.result]
            hand = access.hand_in_claim(request.user, line.claim, companies)
            line.may_settle = may_pay and not hand and line.result == LineResult.SENT
            line.may_recover = (
                may_pay and line.result == LineResult.PAID and recoverable[line.claim_id] > ZERO
            )
        return self.page(
            request,
            "admin/memberships/paymentbatch/page.html",
            title=batch.reference,
            batch=batch,
            lines=lines,
            totals=_totals(lines),
            may_pay=may_pay,
            may_answer=any(line.may_settle for line in lines),
        )

    def batch(self, pk: int) -> PaymentBatch:
        return get_object_or_404(
            PaymentBatch.objects.select_related("fund", "rate", "created_by"), pk=pk
        )

    def page(self, request, template: str, *, status: int = 200, **context) -> TemplateResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, context, status=status)

    # --- Its file --------------------------------------------------------------------------------

    def export_view(self, request, pk):
        self.require_payer(request)
        batch = self.batch(pk)
        rows = list(sent_rows(batch))
        security_event("payment_batch_exported", user=request.user, batch=pk, lines=len(rows) - 1)
        return StreamingHttpResponse(
            StreamedCSV().stream(rows),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{batch.reference}.csv"'},
        )

    def require_payer(self, request) -> None:
        if not (self.has_view_permission(request) and request.user.has_perm(PAY)):
            raise PermissionDenied


def _totals(lines: list[PaymentLine]) -> list[dict]:
    """What was sent, paid, not paid and is open: number, US dollars, pesos."""
    of = {result: [line for line in lines if line.result == result] for result in LineResult}
    asked, answered = ("sent_amount", "sent_mxn"), ("amount", "amount_mxn")
    groups = [
        (pgettext("treasury", "Sent"), lines, asked),
        (_("Paid"), of[LineResult.PAID], answered),
        (_("Not paid"), of[LineResult.FAILED], asked),
        (_("No answer yet"), of[LineResult.SENT], asked),
    ]
    return [
        {
            "label": label,
            "count": len(rows),
            "usd": sum((getattr(row, in_usd) for row in rows), ZERO),
            "mxn": sum((getattr(row, in_mxn) for row in rows), ZERO),
        }
        for label, rows, (in_usd, in_mxn) in groups
    ]
