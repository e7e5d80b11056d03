"""Papers about an application, as a page made for print and as a PDF."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views import View

from core.logs import security_event
from core.papers import Paper
from core.pdf_papers import render_pdf
from core.qr import svg_data_uri
from exporters.access import can_read_files, is_independent
from exporters.enums import ApplicationStatus
from exporters.models import Application
from exporters.papers import letter_of, summary_of


class PaperView(LoginRequiredMixin, View):
    """A paper for the application's team, and for staff who may see applications."""

    name = ""  # of the file, and of the event in the log

    def get(self, request, reference):
        application = get_object_or_404(
            Application.objects.select_related("company"), reference=reference
        )
        if not can_read_files(request.user, application):
            raise Http404
        paper = self.paper(application)
        security_event(f"{self.name}_read", user=request.user, application=application.pk)
        if request.GET.get("format") == "pdf":
            return self.pdf(paper, f"{application.reference}-{self.name}.pdf")
        context = {
            "application": application,
            "paper": paper,
            "qr": svg_data_uri(paper.link) if paper.link else "",
            "in_team": not is_independent(request.user, application),
        }
        return render(request, "exporters/paper.html", context)

    def paper(self, application: Application) -> Paper:
        raise NotImplementedError

    @staticmethod
    def pdf(paper: Paper, filename: str) -> HttpResponse:
        response = HttpResponse(render_pdf(paper), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
        return response


class ApplicationSummaryView(PaperView):
    name = "summary"

    def paper(self, application):
        return summary_of(application)


class ApprovalLetterView(PaperView):
    """Exists while the approval is in force."""

    name = "letter"

    def paper(self, application):
        if application.status != ApplicationStatus.APPROVED or not application.letter_code:
            raise Http404
        return letter_of(application)
