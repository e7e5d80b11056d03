"""E-mail of this app: one function an event, queued inside the caller's transaction.

Mail to a company goes to its team, in the company's language. The approval itself is mailed
by memberships, with the price.
"""

from urllib.parse import unquote

from django.contrib.auth.models import Permission
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from core import mail
from core.models import User
from exporters.enums import ChangeReason, RejectionReason, SuspensionReason
from exporters.models import Application, Company, Invitation, Lead, LeadInvitation


def team_addresses(company: Company) -> list[str]:
    return list(
        User.objects.filter(team_memberships__company=company, is_active=True)
        .order_by("pk")
        .values_list("email", flat=True)
    )


def application_url(application: Application, language: str) -> str:
    with translation.override(language):
        return mail.absolute(reverse("exporters:application_detail", args=[application.reference]))


def to_team(event: str, application: Application, **context) -> None:
    """Mail `event` (a folder of templates) to the application's company."""
    company = application.company
    for address in team_addresses(company):
        mail.queue(
            event,
            to=address,
            language=company.language,
            application=application,
            company=company,
            url=application_url(application, company.language),
            **context,
        )


def application_submitted(application: Application) -> None:
    """To the company: received. To staff: the coordinator who knows it, or all of them."""
    to_team("exporters/mail/application_submitted", application)
    if application.assigned_to:
        staff = [application.assigned_to]
    else:
        staff = staff_with("review_application")
    for person in staff:
        mail.queue(
            "exporters/mail/staff_application_received",
            to=person.email,
            language=person.language,
            application=application,
            company=application.company,
            url=desk_url(application, person.language),
            came_back=bool(application.assigned_to),
        )


def review_started(application: Application) -> None:
    to_team("exporters/mail/review_started", application)


def file_assigned(application: Application, actor: User) -> None:
    """To the coordinator who got a file from someone else."""
    person = application.assigned_to
    mail.queue(
        "exporters/mail/file_assigned",
        to=person.email,
        language=person.language,
        application=application,
        company=application.company,
        actor=actor,
        url=desk_url(application, person.language),
    )


def desk_url(application: Application, language: str) -> str:
    with translation.override(language):
        return mail.absolute(reverse("admin:exporters_application_change", args=[application.pk]))


def changes_requested(application: Application, reason_code: str, text: str) -> None:
    _with_reason("exporters/mail/changes_requested", application, ChangeReason, reason_code, text)


def application_rejected(application: Application, reason_code: str, text: str) -> None:
    _with_reason(
        "exporters/mail/application_rejected", application, RejectionReason, reason_code, text
    )


def application_withdrawn(application: Application) -> None:
    to_team("exporters/mail/application_withdrawn", application)


def approval_suspended(application: Application, reason_code: str, text: str) -> None:
    _with_reason(
        "exporters/mail/approval_suspended", application, SuspensionReason, reason_code, text
    )


def approval_reinstated(application: Application) -> None:
    to_team("exporters/mail/approval_reinstated", application)


def approval_revoked(application: Application, reason_code: str, text: str) -> None:
    _with_reason(
        "exporters/mail/approval_revoked", application, SuspensionReason, reason_code, text
    )


def colleague_invited(invitation: Invitation) -> None:
    language = invitation.company.language
    with translation.override(language):
        path = reverse("exporters:invitation", args=[invitation.token])
    mail.queue(
        "exporters/mail/colleague_invited",
        to=invitation.email,
        language=language,
        invitation=invitation,
        company=invitation.company,
        url=mail.absolute(path),
    )


def staff_with(codename: str) -> list[User]:
    """Active staff who hold a permission of this app, by group or by name."""
    permission = Permission.objects.filter(content_type__app_label="exporters", codename=codename)
    return list(
        User.objects.filter(is_staff=True, is_active=True)
        .filter(Q(groups__permissions__in=permission) | Q(user_permissions__in=permission))
        .distinct()
        .order_by("pk")
    )


def _with_reason(event, application, reasons, reason_code, text) -> None:
    with translation.override(application.company.language):
        reason = str(reasons(reason_code).label)
    to_team(event, application, reason=reason, explanation=text)


LEAD_INVITED = "exporters/mail/lead_invited"


def lead_invited(invitation: LeadInvitation) -> None:
    """To a company that the programme would like to win: a link to a pre-filled application."""
    lead = invitation.lead
    with translation.override(lead.language):
        path = reverse("exporters:lead_invitation", args=[invitation.token])
    mail.queue(
        LEAD_INVITED,
        to=invitation.email,
        language=lead.language,
        lead=lead,
        sender=invitation.sent_by,
        url=mail.absolute(path),
    )


def lead_invitation_preview(lead: Lead, sender: User):
    """The same mail, unsent, with a stand-in for its link."""
    with translation.override(lead.language):
        path = reverse("exporters:lead_invitation", args=["…"])
    context = {"lead": lead, "sender": sender, "url": mail.absolute(unquote(path))}
    return mail.build_message(LEAD_INVITED, to=lead.email, language=lead.language, context=context)
