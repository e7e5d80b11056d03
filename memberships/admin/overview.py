"""The money overview: every fund at a glance, and what a promotion would cost one of them."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from memberships.forms.funds import ScenarioForm
from memberships.models import PromotionPeriod, SubsidyFund
from memberships.money_overview import Answer, answer, fund_pictures, measured_approvals
from memberships.pace import WINDOW, assumed, counted

USUAL_PERCENT, USUAL_MONTHS = 50, 6


class OverviewMixin:
    """Adds `overview/` to the funds."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.overview_view)
        name = "memberships_subsidyfund_overview"
        return [path("overview/", view, name=name), *super().get_urls()]

    def overview_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        today = timezone.localdate()
        pictures = fund_pictures(SubsidyFund.objects.all(), today)
        funds = [picture.fund for picture in pictures]
        counted_approvals = measured_approvals(today)
        form = ScenarioForm(_asked(request.GET, funds, today), funds=funds) if funds else None
        found = _answer(form, funds, counted_approvals, today) if form else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Money overview"),
            "opts": self.opts,
            "today": today,
            "pictures": pictures,
            "form": form,
            "answer": found,
            "approvals": counted_approvals,
            "approvals_a_month": counted(counted_approvals, WINDOW).a_month,
            "weeks": WINDOW // 7,
        }
        template = "admin/memberships/subsidyfund/overview.html"
        return TemplateResponse(request, template, context, status=_status(form))


def _asked(address, funds: list[SubsidyFund], today) -> dict[str, str]:
    """The questions of the address; where it leaves one out, the usual answer."""
    usual = {"fund": str(_usual_fund(funds, today).pk), "months": str(USUAL_MONTHS)}
    if "percent" not in address:
        last = PromotionPeriod.objects.order_by("-ends_on").values_list("percentage", flat=True)
        percent = last.first()
        usual["percent"] = str(USUAL_PERCENT if percent is None else percent)
    names = ScenarioForm.base_fields
    return usual | {name: address[name] for name in names if name in address}


def _usual_fund(funds: list[SubsidyFund], today) -> SubsidyFund:
    """One that is open and has money, if there is one."""
    usable = [f for f in funds if f.starts_on <= today <= f.ends_on and f.available]
    return (usable or funds)[0]


def _answer(form: ScenarioForm, funds, counted_approvals: int, today) -> Answer | None:
    if not form.is_valid():
        return None
    asked = form.cleaned_data
    fund = next(fund for fund in funds if fund.pk == asked["fund"])
    approvals = asked["approvals"]
    pace = counted(counted_approvals, WINDOW) if approvals is None else assumed(approvals)
    return answer(fund, asked["percent"], asked["months"], pace, today)


def _status(form: ScenarioForm | None) -> int:
    return 422 if form and form.errors else 200
