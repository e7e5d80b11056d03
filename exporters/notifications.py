"""E-mail of this app: one function an event, queued inside the caller's transaction.

Mail to a company goes to its team, in the company's language. The approval itself is mailed
by memberships, with the price.
"""

import datetime
from urllib.parse import unquote

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from core import mail
from core.models import User
from exporters.access import REVIEW, staff_with, still_reviews
from exporters.completeness import missing_items
from exporters.digest import Desk, Totals
from exporters.enums import ProductReason, RejectionReason, SuspensionReason, TeamRole
from exporters.models import (
    Application,
    Company,
    Correction,
    Document,
    Invitation,
    Lead,
    LeadInvitation,
    Message,
    Product,
)


def team_addresses(company: Company) -> list[str]:
    return list(
        User.objects.filter(team_memberships__company=company, is_active=True)
        .order_by("pk")
        .values_list("email", flat=True)
    )


def application_url(application: Application, language: str) -> str:
    with translation.override(language):
        return mail.absolute(reverse("exporters:application_detail", args=[application.reference]))


def to_team(event: str, application: Application, *, url: str = "", **context) -> None:
    """Mail `event` (a folder of templates) to the application's company.

    It leads to `url`; without one, to the application.
    """
    company = application.company
    for address in team_addresses(company):
        mail.queue(
            event,
            to=address,
            language=company.language,
            application=application,
            company=company,
            url=url or application_url(application, company.language),
            **context,
        )


def application_submitted(application: Application) -> None:
    """To the company: received. To staff: the coordinator who knows it, or all of them."""
    to_team("exporters/mail/application_submitted", application)
    staff = [application.assigned_to] if application.assigned_to else staff_with(REVIEW)
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


def changes_requested(application: Application, corrections: list[Correction]) -> None:
    to_team("exporters/mail/changes_requested", application, corrections=corrections)


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


def product_published(product: Product) -> None:
    _of_product("exporters/mail/product_published", product)


def product_returned(product: Product, reason_code: str, text: str) -> None:
    _of_product("exporters/mail/product_returned", product, reason_code, text)


def product_hidden(product: Product, reason_code: str, text: str) -> None:
    _of_product("exporters/mail/product_hidden", product, reason_code, text)


def _of_product(event: str, product: Product, reason_code: str = "", text: str = "") -> None:
    """To the company's team, with a link to the product's own page."""
    company = product.company
    with translation.override(company.language):
        path = reverse("exporters:company_product_edit", args=[company.slug, product.pk])
        name = product.name
        reason = str(ProductReason(reason_code).label) if reason_code else ""
    for address in team_addresses(company):
        mail.queue(
            event,
            to=address,
            language=company.language,
            company=company,
            product=name,
            reason=reason,
            explanation=text,
            url=mail.absolute(path),
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


def access_requested(company: Company, person: User) -> None:
    """To the owners: someone asks to join. By the address alone, which was verified."""
    with translation.override(company.language):
        url = mail.absolute(reverse("exporters:team", args=[company.slug]))
    owners = company.team.filter(role=TeamRole.OWNER, user__is_active=True).select_related("user")
    for owner in owners:
        mail.queue(
            "exporters/mail/access_requested",
            to=owner.user.email,
            language=company.language,
            company=company,
            address=person.email,
            url=url,
        )


def _with_reason(event, application, reasons, reason_code, text) -> None:
    with translation.override(application.company.language):
        reason = str(reasons(reason_code).label)
    to_team(event, application, reason=reason, explanation=text)


def readers_of(message: Message) -> list[User]:
    """Who is told of a message: the company's team, or the coordinator who holds the file."""
    people = User.objects.filter(is_active=True).order_by("pk")
    application = message.application
    if message.from_staff:
        return list(people.filter(team_memberships__company=application.company_id))
    return [
        person for person in people.filter(pk=application.assigned_to_id) if still_reviews(person)
    ]


def message_received(message: Message, person: User) -> None:
    """That someone wrote, and where to read it; never what."""
    application = message.application
    company = application.company
    if message.from_staff:
        event, language = "exporters/mail/message_to_company", company.language
        page = ("exporters:messages", application.reference)
    else:
        event, language = "exporters/mail/message_to_coordinator", person.language
        page = ("admin:exporters_application_messages", application.pk)
    with translation.override(language):
        url = mail.absolute(reverse(page[0], args=[page[1]])) + "#new"
    mail.queue(
        event,
        to=person.email,
        language=language,
        application=application,
        company=company,
        author=message.author,
        url=url,
    )


# --- When time has passed; see services.chasers and services.digests -------------------------


def changes_reminder(application: Application, *, closes_on: datetime.date, is_last: bool) -> None:
    to_team(
        "exporters/mail/changes_reminder",
        application,
        asked=application.corrections.open().count(),
        closes_on=closes_on,
        is_last=is_last,
    )


def application_expired(application: Application) -> None:
    to_team("exporters/mail/application_expired", application, days=settings.CHANGES_EXPIRE_DAYS)


def draft_reminder(application: Application) -> None:
    to_team("exporters/mail/draft_reminder", application, missing=len(missing_items(application)))


def document_expires(application: Application, document: Document) -> None:
    with translation.override(application.company.language):
        kind = str(document.get_kind_display())
    to_team(
        "exporters/mail/document_expires",
        application,
        document=kind,
        valid_until=document.valid_until,
    )


def idle_warning(application: Application, *, until: datetime.date) -> None:
    """To the coordinator whose claim ends on `until`."""
    _to_coordinator(
        "exporters/mail/idle_warning", application.assigned_to, application, until=until
    )


def idle_released(application: Application, holder: User) -> None:
    """To the coordinator who had the file."""
    _to_coordinator("exporters/mail/idle_released", holder, application)


def _to_coordinator(event: str, person: User, application: Application, **context) -> None:
    if still_reviews(person):
        mail.queue(
            event,
            to=person.email,
            language=person.language,
            application=application,
            company=application.company,
            days=settings.CLAIM_IDLE_WORKING_DAYS,
            url=desk_url(application, person.language),
            **context,
        )


def coordinator_digest(person: User, desk: Desk, *, unassigned: int, totals: Totals | None) -> None:
    """What waits on this coordinator's desk; on all desks too for a manager."""
    with translation.override(person.language):
        queue = mail.absolute(reverse("admin:exporters_application_changelist"))
    mail.queue(
        "exporters/mail/coordinator_digest",
        to=person.email,
        language=person.language,
        person=person,
        desk=desk,
        unassigned=unassigned,
        totals=totals,
        queue_url=queue,
    )


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
