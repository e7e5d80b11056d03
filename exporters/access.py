"""Who may: one place for views, admin and templates."""

from exporters.enums import TeamRole
from exporters.models import Application, Company, TeamMember

REVIEW = "exporters.review_application"
VIEW = "exporters.view_application"
ASSIGN = "exporters.assign_application"
EXPORT = "exporters.export_application"


def membership_of(user, company: Company) -> TeamMember | None:
    return company.team.filter(user=user).first()


def is_owner(user, company: Company) -> bool:
    return company.team.filter(user=user, role=TeamRole.OWNER).exists()


def can_read_files(user, application: Application) -> bool:
    """Its team, and staff who may see applications."""
    if user.is_staff and user.has_perm(VIEW):
        return True
    return application.company.team.filter(user=user).exists()


def is_independent(user, application: Application) -> bool:
    """Nobody reviews the application of a company for which they act."""
    return not application.company.team.filter(user=user).exists()


def may_release(user, application: Application) -> bool:
    """Its holder; a manager too, since the holder may be away."""
    return holds_file(user, application) or user.has_perm("exporters.suspend_application")


def holds_file(user, application: Application) -> bool:
    """Whether `user` is the coordinator who must act on this application."""
    return application.assigned_to_id == user.pk
