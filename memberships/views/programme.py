"""What the programme publishes about itself, and the report of each fund."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views import View
from django.views.generic import TemplateView

from core import throttle
from core.pdf_papers import render_pdf
from memberships.accounts import accounts, by_quarter
from memberships.fund_report import report_of
from memberships.models import FundEntry, ProgrammeFact, SubsidyFund
from memberships.programme import budget, indicators

PDFS, SECONDS = 30, 3600  # from one address


class ProgrammeView(TemplateView):
    """The topics of the law, the budget with its calendar, the indicators."""

    template_name = "memberships/programme.html"

    def get_context_data(self, **kwargs):
        whole = accounts(list(SubsidyFund.objects.all()))
        return super().get_context_data(
            facts=ProgrammeFact.objects.all(),
            accounts=whole,
            budget=budget(whole),
            calendar=by_quarter(FundEntry.objects.all()),
            indicators=indicators(whole),
            **kwargs,
        )


class FundReportView(View):
    def get(self, request, pk):
        fund = get_object_or_404(SubsidyFund, pk=pk)
        if request.GET.get("format") != "pdf":
            context = {"fund": fund, "paper": report_of(fund)}
            return render(request, "memberships/fund_report.html", context)
        who = throttle.client_address(request)
        if not throttle.allow("fund-report", who, limit=PDFS, seconds=SECONDS):
            return render(request, "429.html", {"request_id": request.id}, status=429)
        response = HttpResponse(render_pdf(report_of(fund)), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="fund-{fund.pk}.pdf"'
        return response
