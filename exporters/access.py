"""Who may: one place for views, admin and templates."""

from exporters.enums import TeamRole
from exporters.models import Application, Company, TeamMember

REVIEW = "exporters.review_application"
VIEW = "exporters.view_application"


def membership_of(user, company: Company) -> TeamMember | None:
    return company.team.filter(user=user).first()


def is_owner(user, company: Company) -> bool:
    return company.team.filter(user=user, role=TeamRole.OWNER).exists()


def can_read_files(user, application: Application) -> bool:
    """Its team, and staff who may see applications."""
    if user.is_staff and user.has_perm(VIEW):
        return True
    return application.company.team.filter(user=user).exists()


def holds_file(user, application: Application) -> bool:
    """Whether `user` is the coordinator who must act on this application."""
    return application.assigned_to_id == user.pk
