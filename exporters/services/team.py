"""Who acts for a company: invitations, roles, removal."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.logs import security_event
from exporters import notifications
from exporters.enums import TeamRole
from exporters.models import Company, Invitation, TeamMember


class TeamChangeRefused(Exception):
    """Its text tells the person why."""


@transaction.atomic
def invite_colleague(company: Company, *, email: str, role: str, actor) -> Invitation:
    """Invite an e-mail address to the team; a second invitation replaces the first."""
    email = email.lower()
    if company.team.filter(user__email=email).exists():
        raise TeamChangeRefused(_("This person is already in the team."))
    Company.objects.select_for_update().get(pk=company.pk)
    company.invitations.filter(email=email, accepted_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    invitation = Invitation.objects.create(
        company=company, email=email, role=role, invited_by=actor
    )
    notifications.colleague_invited(invitation)
    security_event("team_invited", user=actor, company=company.pk)
    return invitation


@transaction.atomic
def accept_invitation(invitation: Invitation, *, user) -> TeamMember:
    """Join the team. The invitation must be open and addressed to the user's own e-mail."""
    locked = Invitation.objects.select_for_update().open().filter(pk=invitation.pk).first()
    if locked is None:
        raise TeamChangeRefused(_("This invitation has expired or was withdrawn."))
    if locked.email.lower() != user.email.lower():
        raise TeamChangeRefused(
            _("This invitation is for %(email)s. Log in with that account.")
            % {"email": locked.email}
        )
    locked.accepted_at = timezone.now()
    locked.save(update_fields=["accepted_at"])
    member, _created = TeamMember.objects.get_or_create(
        company=locked.company, user=user, defaults={"role": locked.role}
    )
    security_event("team_joined", user=user, company=locked.company_id, role=member.role)
    return member


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, actor) -> None:
    Invitation.objects.open().filter(pk=invitation.pk).update(revoked_at=timezone.now())
    security_event("team_invitation_revoked", user=actor, company=invitation.company_id)


@transaction.atomic
def change_role(member: TeamMember, role: str, *, actor) -> TeamMember:
    _keep_an_owner(member, leaves_ownership=role != TeamRole.OWNER)
    TeamMember.objects.filter(pk=member.pk).update(role=role)
    security_event("team_role_changed", user=actor, company=member.company_id, role=role)
    member.role = role
    return member


@transaction.atomic
def remove_member(member: TeamMember, *, actor) -> None:
    _keep_an_owner(member, leaves_ownership=True)
    security_event("team_removed", user=actor, company=member.company_id, removed=member.user_id)
    member.delete()


def _keep_an_owner(member: TeamMember, *, leaves_ownership: bool) -> None:
    """Refuse to leave a company without an owner; locks the company's team."""
    Company.objects.select_for_update().get(pk=member.company_id)
    others = TeamMember.objects.filter(company=member.company_id, role=TeamRole.OWNER)
    if leaves_ownership and not others.exclude(pk=member.pk).exists():
        raise TeamChangeRefused(_("A company needs an owner. Make a colleague owner first."))
