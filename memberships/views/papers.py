"""Files of memberships and claims, and a company's statement."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views import View

from core.logs import security_event
from core.pdf_papers import render_pdf
from core.uploads import private_response
from exporters.access import acts_for
from exporters.models import Company
from memberships.access import can_read_papers, can_read_statement
from memberships.models import ClaimDocument, Membership, PaymentProof
from memberships.statements import statement_of


class FileView(LoginRequiredMixin, View):
    """The file itself, to its team and to staff who see claims; as a download."""

    def get(self, request, public_id):
        paper = get_object_or_404(self.papers(), public_id=public_id)
        if not can_read_papers(request.user, self.membership_of(paper)):
            raise Http404
        kind = type(paper).__name__
        security_event("membership_paper_read", user=request.user, paper=paper.pk, kind=kind)
        return private_response(
            paper.file, filename=paper.original_name, content_type=paper.content_type
        )


class PaymentProofView(FileView):
    @staticmethod
    def papers():
        return PaymentProof.objects.select_related("membership__company")

    @staticmethod
    def membership_of(paper) -> Membership:
        return paper.membership


class ClaimDocumentView(FileView):
    @staticmethod
    def papers():
        return ClaimDocument.objects.select_related("claim__membership__company")

    @staticmethod
    def membership_of(paper) -> Membership:
        return paper.claim.membership


class CompanyStatementView(LoginRequiredMixin, View):
    """All years of a company, to print or as a PDF; to its team and to staff who see memberships."""

    def get(self, request, slug):
        company = get_object_or_404(Company, slug=slug)
        if not can_read_statement(request.user, company):
            raise Http404
        paper = statement_of(company)
        security_event("statement_read", user=request.user, company=company.pk)
        if request.GET.get("format") == "pdf":
            response = HttpResponse(render_pdf(paper), content_type="application/pdf")
            response["Content-Disposition"] = f'attachment; filename="statement-{slug}.pdf"'
            return response
        context = {"paper": paper, "in_team": acts_for(request.user, company)}
        return render(request, "memberships/statement.html", context)
