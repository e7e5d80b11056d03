"""Who may see the papers of a membership and a company's statement; who may not pay support."""

from django.db.models import Value
from django.utils.translation import gettext as _

from exporters.access import acts_for
from exporters.enums import Decision
from exporters.models import Company, StagedDecision
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


def hand_in_claim(user, claim: SubsidyClaim, companies: dict[int, str]) -> str:
    """What `user` had to do with a claim, so that someone else pays it; empty for nothing.

    `companies` are those with which the user has to do: see companies_of.
    """
    application = claim.membership.application
    if claim.verified_by_id == user.pk:
        return _("You verified this claim.")
    if claim.approved_by_id == user.pk:
        return _("You approved this claim.")
    if application.decided_by_id == user.pk:
        return _("You approved this company's application.")
    if claim.membership.offered_by_id == user.pk:
        return _("You made this company's offer.")
    match companies.get(application.company_id):
        case "team":
            return _("You are in this company's team.")
        case "released":
            return _("You released the approval of this company's application.")
    return ""


def companies_of(user) -> dict[int, str]:
    """The companies in whose team `user` is, or whose approval they released as second person."""
    team = user.team_memberships.order_by().values_list("company_id", Value("team"))
    released = (
        StagedDecision.objects.filter(released_by=user, decision=Decision.APPROVE)
        .order_by()
        .values_list("application__company_id", Value("released"))
    )
    return dict(released.union(team, all=True))
