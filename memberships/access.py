"""Who may see the papers of a membership and a company's statement; who may not pay support."""

from django.utils.translation import gettext as _

from exporters.access import acts_for
from exporters.models import Company
from memberships.models import Membership, SubsidyClaim


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


def hand_in_claim(user, claim: SubsidyClaim, companies: set[int]) -> str:
    """What `user` had to do with a claim, so that someone else pays it; empty for nothing.

    `companies` are the keys of those in whose team the user is: see companies_of.
    """
    application = claim.membership.application
    if claim.verified_by_id == user.pk:
        return _("You verified this claim.")
    if claim.approved_by_id == user.pk:
        return _("You approved this claim.")
    if application.decided_by_id == user.pk:
        return _("You approved this company's application.")
    if application.company_id in companies:
        return _("You are in this company's team.")
    return ""


def companies_of(user) -> set[int]:
    return set(user.team_memberships.values_list("company_id", flat=True))
