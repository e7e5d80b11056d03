"""Who acts for a company: invitations, roles, removal, handing over; each change is recorded."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.logs import security_event
from exporters import notifications
from exporters.enums import TeamChange, TeamRole
from exporters.models import Company, Invitation, TeamEvent, TeamMember


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
    _record(company, TeamChange.INVITED, email, actor, role)
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
    member, created = TeamMember.objects.get_or_create(
        company=locked.company, user=user, defaults={"role": locked.role}
    )
    if created:
        _record(locked.company, TeamChange.JOINED, user, user, member.role)
    security_event("team_joined", user=user, company=locked.company_id, role=member.role)
    return member


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, actor) -> None:
    rows = Invitation.objects.open().filter(pk=invitation.pk)
    if not rows.update(revoked_at=timezone.now()):
        return
    _record(invitation.company, TeamChange.INVITATION_WITHDRAWN, invitation.email, actor)
    security_event("team_invitation_revoked", user=actor, company=invitation.company_id)


@transaction.atomic
def change_role(member: TeamMember, role: str, *, actor) -> TeamMember:
    _keep_an_owner(member, leaves_ownership=role != TeamRole.OWNER)
    if not TeamMember.objects.filter(pk=member.pk).exclude(role=role).update(role=role):
        return member
    _record(member.company, TeamChange.ROLE_CHANGED, member.user, actor, role)
    security_event("team_role_changed", user=actor, company=member.company_id, role=role)
    member.role = role
    return member


@transaction.atomic
def remove_member(member: TeamMember, *, actor) -> None:
    _keep_an_owner(member, leaves_ownership=True)
    _record(member.company, TeamChange.REMOVED, member.user, actor)
    security_event("team_removed", user=actor, company=member.company_id, removed=member.user_id)
    member.delete()


@transaction.atomic
def hand_over(company: Company, *, to: TeamMember, actor) -> TeamMember:
    """Make a colleague owner in the place of `actor`, an owner who becomes editor."""
    Company.objects.select_for_update().get(pk=company.pk)
    giver = company.team.filter(user=actor, role=TeamRole.OWNER).first()
    receiver = company.team.filter(pk=to.pk).exclude(user=actor).first()
    if giver is None or receiver is None:
        raise TeamChangeRefused(_("The team has changed meanwhile. Look at it again."))
    giver.role, receiver.role = TeamRole.EDITOR, TeamRole.OWNER
    giver.save(update_fields=["role"])
    receiver.save(update_fields=["role"])
    _record(company, TeamChange.HANDED_OVER, receiver.user, actor)
    security_event("team_handed_over", user=actor, company=company.pk, to=receiver.user_id)
    return receiver


def request_access(rfc: str, *, user) -> None:
    """Tell the owners of the company with this RFC that `user` asks to join its team.

    Says nothing to `user` of whether there is such a company, or of who it is.
    """
    company = Company.objects.filter(rfc=rfc).exclude(team__user=user).first()
    security_event("team_access_requested", user=user, company=company and company.pk)
    if company:
        notifications.access_requested(company, user)


def _record(company: Company, change: TeamChange, person, actor, role: str = "") -> None:
    TeamEvent.objects.create(
        company=company, change=change, person=str(person), detail=role, actor=actor
    )


def _keep_an_owner(member: TeamMember, *, leaves_ownership: bool) -> None:
    """Refuse to leave a company without an owner; locks the company's team."""
    Company.objects.select_for_update().get(pk=member.company_id)
    others = TeamMember.objects.filter(company=member.company_id, role=TeamRole.OWNER)
    if leaves_ownership and not others.exclude(pk=member.pk).exists():
        raise TeamChangeRefused(_("A company needs an owner. Make a colleague owner first."))
