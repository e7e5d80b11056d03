from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.portal import usd0
from core.workflow import TransitionNotAllowed
from memberships import casefile
from memberships.admin.case import RFC, CaseMixin
from memberships.admin.waiting import EndsFilter, FundFilter, MembershipWaitsFilter
from memberships.enums import ENDED_STATUSES, RUNNING_STATUSES
from memberships.enums import MembershipStatus as M
from memberships.forms.desk import ActivateForm, CancelForm, OfferAgainForm, SeenForm
from memberships.models import Membership
from memberships.reason_texts import texts
from memberships.services import life, offers
from memberships.services.decisions import why_not_independent
from memberships.services.prices import NoPlanOffered, price_on
from memberships.workflow import MANAGE, MEMBERSHIP


@admin.register(Membership)
class MembershipAdmin(CaseMixin, admin.ModelAdmin):
    workflow = MEMBERSHIP
    moves = {
        "confirm_payment": life.confirm_payment,
        "return_proof": life.return_proof,
        "activate": life.activate_membership,
        "cancel": life.cancel_membership,
    }
    forward = frozenset({"confirm_payment", "activate"})
    page_template = "admin/memberships/membership/page.html"
    page_related = (
        "company", "application__company", "application__decided_by", "plan", "promotion", "fund",
        "offered_by", "accepted_by", "renews",
    )  # fmt: skip
    list_display = (
        "company_name", "status_badge", "until", "fee", "promotion_part", "support", "pays",
        "of_fund",
    )  # fmt: skip
    list_display_links = ("company_name",)
    list_filter = (MembershipWaitsFilter, EndsFilter, "status", ("fund", FundFilter))
    list_select_related = ("company", "fund")
    search_fields = ("company__legal_name", "company__trade_name", "=member_id")
    search_help_text = gettext_lazy("RFC, name of the company, or member id")
    looked_up = ((RFC, "company__rfc"),)

    # --- The list ----------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("company"))
    def company_name(self, membership):
        return membership.company.name

    @admin.display(description=gettext_lazy("until"))
    def until(self, membership):
        """The next day that matters: to accept, to pay, or the last one."""
        day = _next_day(membership)
        return date_format(day, "SHORT_DATE_FORMAT") if day else "—"

    @admin.display(description=gettext_lazy("list fee"), ordering="list_fee")
    def fee(self, membership):
        return usd0(membership.list_fee)

    @admin.display(description=gettext_lazy("promotion"), ordering="promotion_discount")
    def promotion_part(self, membership):
        return usd0(membership.promotion_discount)

    @admin.display(description=gettext_lazy("support"), ordering="subsidy")
    def support(self, membership):
        return usd0(membership.subsidy)

    @admin.display(description=gettext_lazy("company pays"), ordering="company_share")
    def pays(self, membership):
        return usd0(membership.company_share)

    @admin.display(description=gettext_lazy("fund"))
    def of_fund(self, membership):
        return membership.fund or "—"

    def get_ordering(self, request):
        """What waits longest or ends first on top; else the latest offer, as its key says."""
        if request.GET.get("ends") == "offer":
            return ("reply_by", "pk")
        if request.GET.get("ends") == "membership":
            return ("ends_on", "pk")
        if request.GET.get("ends") == "late":
            return ("pay_by", "pk")
        return ("updated_at", "pk") if "waits" in request.GET else ("-pk",)

    # --- The page ----------------------------------------------------------------------------

    def why_not(self, request, row, name):
        return why_not_independent(row, request.user)

    def page_context(self, request, row):
        proofs = list(row.proofs.order_by("-pk").select_related("uploaded_by"))
        ended = row.status in ENDED_STATUSES
        manages = ended and request.user.has_perm(MANAGE)
        return {
            "membership": row,
            "company": row.company,
            "years": row.company.memberships.select_related("plan").order_by("-pk"),
            "proofs": proofs,
            "claims": row.claims.order_by("-pk"),
            "entries": row.fund_entries.order_by("-pk").select_related("actor", "claim"),
            "steps": casefile.steps_of_membership(row),
            "manages": manages,
            "why_not_again": offers.why_not_again(row, request.user) if manages else "",
        }

    # --- The steps ---------------------------------------------------------------------------

    def move_form(self, request, obj, transition, data=None):
        match transition.name:
            case "confirm_payment":
                proof = life.last_proof(obj)
                form = SeenForm(
                    data, prefix=transition.name, initial={"seen": proof and proof.public_id}
                )
                form.proof = proof
                return form
            case "activate":
                return ActivateForm(data, membership=obj, prefix=transition.name)
            case "cancel":
                return CancelForm(data, prefix=transition.name)
        return super().move_form(request, obj, transition, data)

    def reason_texts(self, obj, transition):
        return texts(transition.name, obj.company.language)

    # --- A new offer ---------------------------------------------------------------------------

    def get_urls(self):
        again = path(
            "<int:pk>/reoffer/",
            self.admin_site.admin_view(self.reoffer_view),
            name="memberships_membership_reoffer",
        )
        return [again, *super().get_urls()]

    def reoffer_view(self, request, pk):
        """Shows today's price; offers at it, or shows what it has become."""
        row = self.get_object(request, pk)
        if not request.user.has_perm(MANAGE):
            raise PermissionDenied
        if row is None:
            raise Http404
        if request.method != "POST":
            return self._reoffer_page(request, row)
        form = OfferAgainForm(request.POST)
        if not form.is_valid():
            return self._reoffer_page(request, row, _("Look at the price and confirm it."))
        try:
            offered = offers.offer_again(row, actor=request.user, **form.cleaned_data)
        except TransitionNotAllowed as refusal:
            return self._reoffer_page(request, row, str(refusal))
        messages.success(request, _("A new offer has been made. The company has been told."))
        return redirect(self.page_url(offered))

    def _reoffer_page(self, request, row, why: str = ""):
        why_not, price = offers.why_not_again(row, request.user), None
        if not why_not:
            why_not, price = _price_today(row, request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Offer again"),
            "opts": self.opts,
            "original": row,
            "back_url": self.page_url(row),
            "price": price,
            "form": OfferAgainForm(initial={"confirmed_terms": price.terms}) if price else None,
            "why": why if why != why_not else "",
            "why_not": why_not,
        }
        template = "admin/memberships/membership/reoffer.html"
        return TemplateResponse(request, template, context, status=422 if why else 200)


def _price_today(row: Membership, user):
    """Why no offer can be made at today's price, and that price where there is one."""
    application = row.application
    try:
        price = price_on(
            timezone.localdate(),
            row.company,
            application=application,
            renews=offers.year_to_renew(row),
        )
    except NoPlanOffered as error:
        return str(error), None
    alone = offers.lacks_second_person(price.breakdown, application.decided_by, user)
    if alone and not offers.year_to_renew(row):
        return _("You approved this company, and its support takes two people."), None
    return "", price


def _next_day(membership: Membership):
    if membership.status == M.OFFERED:
        return membership.reply_by
    if membership.status == M.ACCEPTED:
        return membership.pay_by
    return membership.ends_on if membership.status in RUNNING_STATUSES else None
