"""What a company paid back of its support."""

import uuid

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _

from core.money import ZERO
from core.templatetags.portal import usd
from core.workflow import TransitionNotAllowed
from memberships import access
from memberships.enums import EntryKind, LineResult
from memberships.forms.treasury import RecoveryForm
from memberships.models import SubsidyClaim
from memberships.services.payments import recover_payment, recoverable


class RecoveryMixin:
    """`claims/<pk>/recover/`: one page a claim, reached from its payments."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.recover_view)
        return [
            path("claims/<int:pk>/recover/", view, name="memberships_subsidyclaim_recover"),
            *super().get_urls(),
        ]

    def recover_view(self, request, pk):
        self.require_payer(request)
        claim = get_object_or_404(
            SubsidyClaim.objects.select_related(
                "membership__company", "membership__application", "membership__fund"
            ),
            pk=pk,
        )
        left = recoverable(claim)
        data = request.POST if request.method == "POST" else None
        form = RecoveryForm(data, recoverable=left)
        hand = access.hand_in_claim(request.user, claim, access.companies_of(request.user))
        if data is not None and _recovered(claim, data.get("key", "")):
            # The second of two clicks: its amount may be above what is left by now.
            messages.info(request, _("This recovery was entered already."))
            return redirect("admin:memberships_subsidyclaim_recover", pk)
        if form.is_valid():
            values = form.cleaned_data
            try:
                recover_payment(
                    claim,
                    amount=values["amount"],
                    reason=values["reason"],
                    key=values["key"],
                    actor=request.user,
                )
            except TransitionNotAllowed as refusal:
                form.add_error(None, str(refusal))
            else:
                said = _("Recovered of %(claim)s: %(amount)s")
                messages.success(request, said % {"claim": claim, "amount": usd(values["amount"])})
                return redirect("admin:memberships_subsidyclaim_recover", pk)
        return self.page(
            request,
            "admin/memberships/paymentbatch/recover.html",
            status=422 if form.is_bound else 200,
            title=_("Recovery"),
            claim=claim,
            recoverable=left,
            recovered=claim.paid_amount - left,
            hand=hand,
            form=form if left > ZERO and not hand else None,
            payments=claim.payments.filter(result=LineResult.PAID).select_related("batch"),
            entries=claim.fund_entries.filter(kind=EntryKind.RECOVER).select_related("actor"),
        )


def _recovered(claim: SubsidyClaim, key: str) -> bool:
    try:
        return claim.fund_entries.filter(idempotency_key=uuid.UUID(key)).exists()
    except ValueError:
        return False
