from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Prefetch
from django.views.generic import TemplateView

from exporters.models import Application, Company, Invitation
from exporters.signals import collect_by_company
from exporters.unread import unread_count


class DashboardView(LoginRequiredMixin, TemplateView):
    """The exporter's first page: its companies, their applications, what comes next."""

    template_name = "exporters/dashboard.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        rows = Company.objects.visible_to(user).prefetch_related(
            Prefetch(
                "applications",
                Application.objects.order_by("-created_at").annotate(
                    unread=unread_count(user, from_staff=True)
                ),
            )
        )
        invitations = Invitation.objects.open().filter(email=user.email).select_related("company")
        panels = collect_by_company(rows)
        companies = [(company, panels[company.pk]) for company in rows]
        return super().get_context_data(companies=companies, invitations=invitations, **kwargs)
