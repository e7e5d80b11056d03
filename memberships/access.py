"""Who may see the papers of a membership."""

from memberships.models import Membership


def can_read_papers(user, membership: Membership) -> bool:
    """Its team, and staff who may see claims."""
    if user.is_staff and user.has_perm("memberships.view_subsidyclaim"):
        return True
    return membership.company.team.filter(user=user).exists()
