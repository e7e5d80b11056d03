from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core import throttle
from exporters.access import is_owner
from exporters.enums import TeamRole
from exporters.forms import ContactForm, InvitationForm, RoleForm
from exporters.forms.team import HandOverForm
from exporters.models import Invitation, TeamEvent
from exporters.services import team
from exporters.services.companies import save_company
from exporters.views.scope import CompanyScope

INVITATIONS_PER_HOUR = 20  # by one person
INVITATIONS_TO_ONE_PER_DAY = 5  # by whomever
EVENTS_SHOWN = 20


class CompanyView(CompanyScope, View):
    """The company's contact data and presentation, which it may correct at any time."""

    def get(self, request, slug):
        return self.page(ContactForm(instance=self.company))

    def post(self, request, slug):
        form = ContactForm(request.POST, instance=self.company)
        if not form.is_valid():
            return self.page(form, status=422)
        save_company(form.instance, list(form.cleaned_data))
        messages.success(request, _("Saved."))
        return redirect("exporters:company", slug)

    def page(self, form, status=200):
        context = {"company": self.company, "form": form}
        return render(self.request, "exporters/company.html", context, status=status)


class TeamView(CompanyScope, View):
    """Who acts for the company; owners invite, change roles and remove."""

    def get(self, request, slug):
        return self.page(InvitationForm())

    def post(self, request, slug):
        self.require_owner()
        form = InvitationForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        if not throttle.allow(
            "invite", str(request.user.pk), limit=INVITATIONS_PER_HOUR, seconds=3600
        ):
            form.add_error("email", _("That is enough for now. Invite more people in an hour."))
            return self.page(form, status=429)
        email = form.cleaned_data["email"].lower()
        if not throttle.allow("invite-to", email, limit=INVITATIONS_TO_ONE_PER_DAY, seconds=86400):
            text = _("%(email)s has had enough of our mail for today.")
            form.add_error("email", text % {"email": email})
            return self.page(form, status=429)
        try:
            team.invite_colleague(self.company, **form.cleaned_data, actor=request.user)
        except team.TeamChangeRefused as refusal:
            form.add_error("email", str(refusal))
            return self.page(form, status=422)
        messages.success(
            request, _("Invitation sent to %(email)s.") % {"email": form.cleaned_data["email"]}
        )
        return redirect("exporters:team", slug)

    def page(self, form, status=200):
        context = {
            "company": self.company,
            "form": form,
            "members": self.company.team.select_related("user"),
            "invitations": self.company.invitations.open(),
            "owner": is_owner(self.request.user, self.company),
            "events": [
                _event(row)
                for row in self.company.team_events.select_related("actor")[:EVENTS_SHOWN]
            ],
        }
        return render(self.request, "exporters/team.html", context, status=status)

    def require_owner(self):
        if not is_owner(self.request.user, self.company):
            raise Http404


def _event(row: TeamEvent) -> dict:
    """A change of the team as a step of the timeline."""
    role = TeamRole(row.detail).label if row.detail in TeamRole.values else ""
    return {
        "title": f"{row.get_change_display()}: {row.person}",
        "when": row.created_at,
        "who": " · ".join(str(part) for part in (role, row.actor) if part),
        "text": "",
        "tone": "",
    }


class TeamHandOverView(TeamView):
    """An owner picks a successor and confirms; on a page of its own, since it cannot be undone."""

    def get(self, request, slug):
        self.require_owner()
        return self.ask(self.form())

    def post(self, request, slug):
        self.require_owner()
        form = self.form(request.POST)
        if not form.is_valid():
            return self.ask(form, status=422)
        try:
            member = team.hand_over(
                self.company, to=form.cleaned_data["member"], actor=request.user
            )
        except team.TeamChangeRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("%(person)s is owner now, and you are editor.") % {"person": member.user}
            )
        return redirect("exporters:team", slug)

    def form(self, data=None):
        colleagues = self.company.team.exclude(user=self.request.user).select_related("user")
        return HandOverForm(data, colleagues=colleagues)

    def ask(self, form, status=200):
        context = {
            "company": self.company,
            "form": form,
            "colleagues": form.fields["member"].queryset.exists(),
        }
        return render(self.request, "exporters/team_hand_over.html", context, status=status)


class TeamChangeView(TeamView):
    """A change by POST to one member or invitation; shows the team again."""

    def get(self, request, slug, pk):
        return redirect("exporters:team", slug)

    def post(self, request, slug, pk):
        self.require_owner()
        try:
            self.change(pk)
        except team.TeamChangeRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Done."))
        return redirect("exporters:team", slug)


class MemberRoleView(TeamChangeView):
    def change(self, pk):
        member = get_object_or_404(self.company.team, pk=pk)
        form = RoleForm(self.request.POST)
        if form.is_valid():
            team.change_role(member, form.cleaned_data["role"], actor=self.request.user)


class MemberRemoveView(TeamChangeView):
    def change(self, pk):
        member = get_object_or_404(self.company.team, pk=pk)
        team.remove_member(member, actor=self.request.user)


class InvitationRevokeView(TeamChangeView):
    def change(self, pk):
        invitation = get_object_or_404(self.company.invitations, pk=pk)
        team.revoke_invitation(invitation, actor=self.request.user)


class InvitationView(LoginRequiredMixin, View):
    """What an invited colleague sees; joining is by POST."""

    def get(self, request, token):
        invitation = get_object_or_404(
            Invitation.objects.open().select_related("company", "invited_by"), token=token
        )
        return render(request, "exporters/invitation.html", {"invitation": invitation})

    def post(self, request, token):
        invitation = get_object_or_404(Invitation, token=token)
        try:
            team.accept_invitation(invitation, user=request.user)
        except team.TeamChangeRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("You now act for %(company)s.") % {"company": invitation.company}
            )
        return redirect("exporters:dashboard")
