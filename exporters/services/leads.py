"""Recruitment: companies met at fairs or named by chambers, until they register."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import throttle
from core.logs import security_event
from core.workflow import SYSTEM, TransitionNotAllowed
from exporters import notifications
from exporters.company_names import name_key
from exporters.models import Company, Lead, LeadInvitation, LeadObjection
from exporters.workflow import LEAD

INVITATIONS_PER_HOUR = 60  # by one person
INVITATIONS_PER_DAY = 3  # to one address
NO_NEXT_ACTION = {"next_action": "", "next_action_on": None}


@transaction.atomic
def save_lead(lead: Lead, *, actor, fields: list[str] | None = None) -> Lead:
    """Store a new lead, or of a known one these `fields` and no others; the fresh row.

    A retry with the same idempotency key finds the lead that the first try stored. Raises
    TransitionNotAllowed when a next action is planned for a lead that has ended meanwhile.
    """
    lead.name_key, lead.email = name_key(lead.company_name), lead.email.lower()
    if lead.pk is None:
        if earlier := Lead.objects.filter(idempotency_key=lead.idempotency_key).first():
            return earlier
        lead.created_by = actor
        lead.save()
        return lead
    locked = LEAD.lock(lead)
    if fields:
        if (
            not locked.is_open
            and lead.next_action_on
            and not NO_NEXT_ACTION.keys().isdisjoint(fields)
        ):
            raise TransitionNotAllowed(_("Reopen the lead before you plan its next action."))
        lead.save(update_fields=[*fields, "name_key", "updated_at"])
        locked.refresh_from_db()
    return locked


@transaction.atomic
def move_lead(
    lead: Lead, name: str, *, actor, reason_code: str = "", reason_text: str = ""
) -> Lead:
    """Take a step of the table. A lost lead keeps its reason among its objections."""
    changes = NO_NEXT_ACTION if name == "lose" else {}
    moved = LEAD.move(
        lead, name, actor=actor, reason_code=reason_code, reason_text=reason_text, **changes
    )
    if name == "lose":
        LeadObjection.objects.get_or_create(
            lead=moved, code=reason_code, defaults={"note": reason_text[:300]}
        )
        _open_invitations(moved).update(revoked_at=timezone.now())
    return moved


@transaction.atomic
def invite_lead(lead: Lead, *, actor, email: str) -> LeadInvitation:
    """Mail a link that pre-fills the application; a second invitation replaces the first."""
    email = email.lower()
    if not throttle.allow("lead-invite-to", email, limit=INVITATIONS_PER_DAY, seconds=86400):
        raise TransitionNotAllowed(
            _("%(email)s has had enough of our mail for today.") % {"email": email}
        )
    if not throttle.allow("lead-invite", str(actor.pk), limit=INVITATIONS_PER_HOUR, seconds=3600):
        raise TransitionNotAllowed(_("That is enough for now. Invite more companies in an hour."))
    known = {} if lead.email else {"email": email}
    moved = LEAD.move(lead, "invite", actor=actor, reason_text=email, **known)
    _open_invitations(moved).update(revoked_at=timezone.now())
    invitation = LeadInvitation.objects.create(lead=moved, email=email, sent_by=actor)
    notifications.lead_invited(invitation)
    security_event("lead_invited", user=actor, lead=moved.pk)
    return invitation


def preview_invitation(lead: Lead, *, actor):
    """The mail that `actor` would send, as it is now."""
    return notifications.lead_invitation_preview(lead, actor)


def same_name(lead: Lead):
    """Other leads that are called the same: perhaps one company, noted twice."""
    return Lead.objects.filter(name_key=lead.name_key).exclude(pk=lead.pk)


def find_invitation(token: str) -> LeadInvitation | None:
    """The invitation of a link, while it is open and its lead may still be won."""
    return (
        LeadInvitation.objects.open()
        .filter(token=token, lead__in=Lead.objects.open())
        .select_related("lead", "sent_by")
        .first()
    )


def find_invited_lead(token: str, user) -> Lead | None:
    """Whom the application knows already: by the link that was followed, or a verified e-mail."""
    if token and (invitation := find_invitation(token)):
        return invitation.lead
    if not user.is_authenticated:
        return None
    sent = LeadInvitation.objects.open().filter(email__in=_verified_emails(user))
    leads = list(Lead.objects.open().filter(invitations__in=sent).distinct()[:2])
    return leads[0] if len(leads) == 1 else None


@transaction.atomic
def convert_lead(company: Company, *, owner, token: str = "") -> Lead | None:
    """Convert the open lead of a company that has just registered; None when there is none.

    Found by the invitation that was followed, else by RFC, else by a verified e-mail of the
    owner. Of simultaneous registrations the first takes the lead.
    """
    lead = _lead_of(company, owner, token)
    if lead is None:
        return None
    try:
        with transaction.atomic():
            moved = LEAD.move(lead, "convert", actor=SYSTEM, company=company, **NO_NEXT_ACTION)
    except TransitionNotAllowed:
        return None  # another registration took it, or it was lost at this moment
    _open_invitations(moved).update(accepted_at=timezone.now())
    security_event("lead_converted", user=owner, lead=moved.pk, company=company.pk)
    return moved


def _lead_of(company: Company, owner, token: str) -> Lead | None:
    if token and (invitation := find_invitation(token)):
        return invitation.lead
    leads = Lead.objects.open()
    if lead := leads.filter(rfc=company.rfc).first():
        return lead
    # One address may stand for several companies, and a lead's RFC for another one.
    same_email = list(leads.filter(email__in=_verified_emails(owner), rfc="")[:2])
    return same_email[0] if len(same_email) == 1 else None


def _verified_emails(user) -> list[str]:
    addresses = EmailAddress.objects.filter(user=user, verified=True)
    return [address.lower() for address in addresses.values_list("email", flat=True)]


def _open_invitations(lead: Lead):
    return lead.invitations.filter(accepted_at=None, revoked_at=None)
