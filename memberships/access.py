"""Who may see the papers of a membership, and a company's statement."""

from exporters.access import acts_for
from exporters.models import Company
from memberships.models import Membership


def can_read_papers(user, membership: Membership) -> bool:
    """Its team, and staff who may see claims."""
    if user.is_staff and user.has_perm("memberships.view_subsidyclaim"):
        return True
    return acts_for(user, membership.company)


def can_read_statement(user, company: Company) -> bool:
    """Its team, and staff who may see memberships."""
    if user.is_staff and user.has_perm("memberships.view_membership"):
        return True
    return acts_for(user, company)
