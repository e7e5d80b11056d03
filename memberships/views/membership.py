"""The exporter's page of a membership: its price, what is due, what was paid, and each step."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from core.logs import security_event
from core.uploads import StorageUnavailable, private_response
from core.workflow import TransitionNotAllowed
from memberships.access import can_read_papers
from memberships.enums import ClaimStatus
from memberships.forms.membership import ClaimForm, ProofForm
from memberships.models import ClaimDocument, Membership, PaymentProof
from memberships.overview import overview
from memberships.services import claims, life

NO_STORAGE = gettext_lazy("We cannot store files at the moment. Please try again in an hour.")


class MembershipScope(LoginRequiredMixin):
    """Finds `self.membership` among those of the user's companies."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.membership = get_object_or_404(
            Membership.objects.filter(company__team__user=request.user).select_related(
                "company", "application__company", "plan", "promotion", "fund"
            ),
            pk=kwargs["pk"],
        )
        try:
            return super().dispatch(request, *args, **kwargs)
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
            return self.back()

    def back(self):
        return redirect("memberships:membership", self.membership.pk)


class MembershipView(MembershipScope, View):
    http_method_names = ("get", "head", "options")

    def get(self, request, pk):
        return self.page()

    def page(self, *, proof_form=None, claim_form=None, status=200):
        view = overview(self.membership)
        if view.may_report and proof_form is None:
            proof_form = ProofForm(membership=self.membership)
        if view.may_claim and claim_form is None:
            claim_form = self.claim_form(view.claim)
        context = {
            "membership": self.membership,
            "company": self.membership.company,
            "view": view,
            "proof_form": proof_form if view.may_report else None,
            "claim_form": claim_form if view.may_claim else None,
        }
        return render(self.request, "memberships/membership.html", context, status=status)

    def claim_form(self, claim, *data):
        returned = claim is not None and claim.status == ClaimStatus.RETURNED
        kinds = set(claim.documents.values_list("kind", flat=True)) if returned else ()
        return ClaimForm(*data, membership=self.membership, stored_kinds=kinds)


class OfferAcceptView(MembershipScope, View):
    http_method_names = ("post", "options")

    def post(self, request, pk):
        life.accept_offer(self.membership, actor=request.user)
        messages.success(request, _("Accepted. The price stays as it is."))
        return self.back()


class OfferDeclineView(MembershipScope, View):
    """Asks, then declines."""

    def get(self, request, pk):
        return render(request, "memberships/offer_decline.html", {"membership": self.membership})

    def post(self, request, pk):
        life.decline_offer(self.membership, actor=request.user)
        messages.success(request, _("Declined. The support goes to another company."))
        return self.back()


class PaymentReportView(MembershipView):
    http_method_names = ("get", "head", "options", "post")

    def get(self, request, pk):
        return self.back()

    def post(self, request, pk):
        form = ProofForm(request.POST, request.FILES, membership=self.membership)
        if not form.is_valid():
            return self.page(proof_form=form, status=422)
        data = form.cleaned_data
        try:
            life.report_payment(
                self.membership,
                data["file"],
                paid_on=data["paid_on"],
                actor=request.user,
                key=data["key"],
            )
        except StorageUnavailable:
            form.add_error("file", NO_STORAGE)
            return self.page(proof_form=form, status=503)
        messages.success(request, _("Received. A coordinator confirms it."))
        return self.back()


class SupportClaimView(MembershipView):
    http_method_names = ("get", "head", "options", "post")

    def get(self, request, pk):
        return self.back()

    def post(self, request, pk):
        claim = overview(self.membership).claim
        if self.membership.fund is None:
            raise Http404
        form = self.claim_form(claim, request.POST, request.FILES)
        if not form.is_valid():
            return self.page(claim_form=form, status=422)
        values = {
            "amount": form.cleaned_data["amount"],
            "actor": request.user,
            "key": form.cleaned_data["key"],
        }
        try:
            if claim is not None and claim.status == ClaimStatus.RETURNED:
                claims.send_again(claim, form.uploads, **values)
            else:
                claims.ask_for_support(
                    self.membership, form.uploads, declares_no_double_funding=True, **values
                )
        except StorageUnavailable:
            form.add_error(None, NO_STORAGE)
            return self.page(claim_form=form, status=503)
        messages.success(request, _("Received. Two people of the programme check it."))
        return self.back()


class PaperView(LoginRequiredMixin, View):
    """A proof of payment or a document of a claim, to its team and to staff who see money."""

    model = None

    def get(self, request, public_id):
        paper = get_object_or_404(self.model, public_id=public_id)
        membership = paper.membership if self.model is PaymentProof else paper.claim.membership
        if not can_read_papers(request.user, membership):
            raise Http404
        security_event("paper_read", user=request.user, paper=paper.pk, kind=self.model.__name__)
        return private_response(
            paper.file, filename=paper.original_name, content_type=paper.content_type
        )


class PaymentProofView(PaperView):
    model = PaymentProof


class ClaimDocumentView(PaperView):
    model = ClaimDocument
