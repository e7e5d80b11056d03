"""What is ready to pay: approved claims of a fund, ticked, and made into a batch."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Prefetch, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from core.money import ZERO, in_cents
from core.workflow import TransitionNotAllowed
from memberships import access, exchange
from memberships.enums import LineResult
from memberships.forms.treasury import AT_ONCE, BatchForm
from memberships.models import ExchangeRate, PaymentLine, SubsidyClaim, SubsidyFund
from memberships.services.payments import NoRate, create_batch, rate_on, ready_to_pay
from memberships.workflow import PAY


@dataclass(frozen=True)
class Payable:
    """A claim with what is left to pay of it, and why this person does not pay it."""

    claim: SubsidyClaim
    amount: Decimal
    amount_mxn: Decimal | None
    hand: str
    ticked: bool
    failed: list[PaymentLine]


class ReadyMixin:
    """`ready/`: chooses claims of one fund and makes the batch."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.ready_view)
        return [path("ready/", view, name="memberships_paymentbatch_ready"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        context = {"ready_count": ready_to_pay().count(), **(extra_context or {})}
        return super().changelist_view(request, context)

    def ready_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._ready_page(request, self._fund(request), None)
        self.require_payer(request)
        fund = self._fund(request)
        form = BatchForm(request.POST, fund=fund)
        if form.is_valid():
            values = form.cleaned_data
            try:
                batch = create_batch(
                    fund,
                    values["claims"],
                    actor=request.user,
                    key=values["key"],
                    seen_rate=values["seen_rate"],
                )
            except TransitionNotAllowed as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request,
                    _("%(batch)s is ready. Download its file and send it to the treasury.")
                    % {"batch": batch},
                )
                return redirect("admin:memberships_paymentbatch_change", batch.pk)
        return self._ready_page(request, fund, form)

    def _fund(self, request) -> SubsidyFund | None:
        """The one that the address names, else the first of which something is ready."""
        number = request.GET.get("fund", "")
        if number:
            if not number.isascii() or not number.isdecimal() or len(number) > 18:
                raise Http404
            return get_object_or_404(SubsidyFund, pk=number)
        first = ready_to_pay().values_list("membership__fund", flat=True).first()
        return SubsidyFund.objects.filter(pk=first).first()

    def _ready_page(self, request, fund, form):
        rate = _rate_today()
        payables = _payables(request.user, fund, rate, form)
        for_me = [row for row in payables if not row.hand]
        for_others = [row for row in payables if row.hand]
        ticked = [row for row in for_me if row.ticked]
        fresh = BatchForm(fund=fund, initial={"seen_rate": rate.mxn if rate else None})
        return self.page(
            request,
            "admin/memberships/paymentbatch/ready.html",
            status=422 if form else 200,
            title=_("Ready to pay"),
            fund=fund,
            funds=_funds(),
            rate=rate,
            is_old_rate=bool(rate) and rate.day != timezone.localdate(),
            may_pay=request.user.has_perm(PAY),
            may_enter_rate=request.user.has_perm("memberships.add_exchangerate"),
            for_me=for_me,
            for_others=for_others,
            is_cut=len(payables) == AT_ONCE,
            ticked_count=len(ticked),
            ticked_usd=sum((row.amount for row in ticked), ZERO),
            ticked_mxn=sum((row.amount_mxn or ZERO for row in ticked), ZERO),
            form=form or fresh,
            # The key stays with what was chosen; the rate is the one that this page shows.
            key=form["key"].value() if form else fresh["key"].value(),
        )


def _rate_today() -> ExchangeRate | None:
    try:
        return rate_on(timezone.localdate())
    except NoRate:
        return None


def _funds():
    """Those of which something is ready, with how much."""
    return list(
        ready_to_pay()
        .order_by("membership__fund__name")
        .values("membership__fund", "membership__fund__name")
        .annotate(
            count=Count("pk"),
            total=in_cents(Sum(F("approved_amount") - F("paid_amount"))),
        )
    )


def _payables(user, fund, rate, form) -> list[Payable]:
    """The oldest claims of a fund that are ready, as many as fit into a batch."""
    failed = PaymentLine.objects.filter(result=LineResult.FAILED).select_related("batch")
    claims = (
        ready_to_pay()
        .filter(membership__fund=fund)
        .select_related("membership__company", "membership__application")
        .prefetch_related(Prefetch("payments", failed, to_attr="failed_payments"))
    )
    companies = access.companies_of(user)
    chosen = set(form["claims"].value() or ()) if form else None
    rows = []
    for claim in claims[:AT_ONCE]:
        amount = claim.approved_amount - claim.paid_amount
        rows.append(
            Payable(
                claim=claim,
                amount=amount,
                amount_mxn=exchange.pesos(amount, rate.mxn) if rate else None,
                hand=access.hand_in_claim(user, claim, companies),
                ticked=chosen is None or str(claim.pk) in chosen,
                failed=claim.failed_payments,
            )
        )
    return rows
