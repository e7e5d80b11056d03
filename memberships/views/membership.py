"""The exporter's page of a membership: its price, what is due, what was paid, and each step."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from core.uploads import NOT_STORED, StorageUnavailable
from core.workflow import TransitionNotAllowed
from memberships.enums import MembershipStatus
from memberships.forms.membership import ClaimForm, ProofForm
from memberships.models import Membership
from memberships.overview import Overview, overview
from memberships.services import claims, life


class MembershipScope(LoginRequiredMixin):
    """Finds `self.membership` among those of the user's companies."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.membership = self.find()
        try:
            return super().dispatch(request, *args, **kwargs)
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
            return self.back()

    def find(self) -> Membership:
        rows = Membership.objects.visible_to(self.request.user).select_related(
            "company", "application", "plan", "promotion", "fund", "renews"
        )
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def back(self):
        return redirect("memberships:membership", self.membership.pk)


class MembershipView(MembershipScope, View):
    http_method_names = ("get", "head", "options")

    def get(self, request, pk):
        return self.page(overview(self.membership))

    def page(self, view: Overview, *, proof_form=None, claim_form=None, status=200):
        if view.may_report:
            proof_form = proof_form or ProofForm(membership=self.membership)
        if view.may_claim:
            claim_form = claim_form or self.claim_form(view)
        context = {
            "membership": self.membership,
            "company": self.membership.company,
            "breakdown": self.membership.breakdown,
            "view": view,
            "proof_form": proof_form,
            "claim_form": claim_form,
        }
        return render(self.request, "memberships/membership.html", context, status=status)

    def claim_form(self, view: Overview, *data) -> ClaimForm:
        return ClaimForm(*data, membership=self.membership, claim=view.open_claim)


class FormView(MembershipView):
    """Takes one form of the page; shows the page again with what is wrong."""

    http_method_names = ("get", "head", "options", "post")
    form_name = ""
    done = ""  # what to say then

    def get(self, request, pk):
        return self.back()

    def post(self, request, pk):
        view = overview(self.membership)
        form = self.form(view, request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                self.save(form, view)
            except StorageUnavailable:
                form.add_error(None, NOT_STORED)
                status = 503
            except TransitionNotAllowed as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, self.done)
                return self.back()
        return self.again(form, status)

    def again(self, form, status):
        """With what was typed; where the step is over meanwhile, only why."""
        self.membership = self.find()
        view = overview(self.membership)
        if not self.is_open(view):
            for error in form.non_field_errors() or [_("This step is over. Look what comes next.")]:
                messages.error(self.request, error)
            return self.back()
        form.ask_for_files_again()
        return self.page(view, **{self.form_name: form}, status=status)


class PaymentReportView(FormView):
    form_name = "proof_form"
    done = gettext_lazy("Received. A coordinator confirms it.")

    @staticmethod
    def is_open(view: Overview) -> bool:
        return view.may_report

    def form(self, view, *data):
        return ProofForm(*data, membership=self.membership)

    def save(self, form, view):
        life.report_payment(
            self.membership,
            form.cleaned_data["file"],
            paid_on=form.cleaned_data["paid_on"],
            actor=self.request.user,
            key=form.cleaned_data["key"],
        )


class SupportClaimView(FormView):
    """Asks for the support; sends a claim that came back again."""

    form_name = "claim_form"
    done = gettext_lazy("Received. Two people of the programme check it.")

    @staticmethod
    def is_open(view: Overview) -> bool:
        return view.may_claim

    def form(self, view, *data):
        if self.membership.fund is None:
            raise Http404
        return self.claim_form(view, *data)

    def save(self, form, view):
        values = {
            "amount": form.cleaned_data["amount"],
            "actor": self.request.user,
            "key": form.cleaned_data["key"],
        }
        if view.open_claim:
            claims.send_again(view.open_claim, form.uploads, **values)
        else:
            claims.ask_for_support(
                self.membership,
                form.uploads,
                declares_no_double_funding=form.cleaned_data["declares_no_double_funding"],
                **values,
            )


class OfferAcceptView(MembershipScope, View):
    """Accepts the price of the offer, which is frozen; a second click finds it accepted."""

    http_method_names = ("post", "options")

    def post(self, request, pk):
        try:
            life.accept_offer(self.membership, actor=request.user)
        except TransitionNotAllowed:
            if self.find().status != MembershipStatus.ACCEPTED:
                raise
        else:
            messages.success(request, _("Accepted. The price does not change any more."))
        return self.back()


class OfferDeclineView(MembershipScope, View):
    """Asks, then declines."""

    def get(self, request, pk):
        if self.membership.status != MembershipStatus.OFFERED:
            return self.back()
        return render(request, "memberships/offer_decline.html", {"membership": self.membership})

    def post(self, request, pk):
        try:
            life.decline_offer(self.membership, actor=request.user)
        except TransitionNotAllowed:
            if self.find().status != MembershipStatus.DECLINED:
                raise
        else:
            messages.success(request, _("You declined the offer."))
        return self.back()
