"""Who may: one place for views, admin and templates."""

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from core.models import User
from exporters.enums import LIVE_STATUSES, ApplicationStatus, TeamRole
from exporters.models import Application, Certificate, Company, ProductPicture, TeamMember

REVIEW = "exporters.review_application"
VIEW = "exporters.view_application"
ASSIGN = "exporters.assign_application"
OVERRIDE = "exporters.override_checks"
RELEASE = "exporters.release_decision"
CHECK_CERTIFICATE = "exporters.change_certificate"
# From the first sending on; after a rejection too, since the company may ask why.
MESSAGE_STATUSES = {*LIVE_STATUSES, ApplicationStatus.REJECTED} - {ApplicationStatus.DRAFT}
EXPORT = "exporters.export_application"


def membership_of(user, company: Company) -> TeamMember | None:
    return company.team.filter(user=user).first()


def is_owner(user, company: Company) -> bool:
    return company.team.filter(user=user, role=TeamRole.OWNER).exists()


def acts_for(user, company: Company) -> bool:
    """Whether `user` is in the company's team."""
    return company.team.filter(user=user).exists()


def can_read_files(user, application: Application) -> bool:
    """Its team; and once it has been sent, staff who may see applications."""
    sent = application.status != ApplicationStatus.DRAFT
    if sent and user.is_staff and user.has_perm(VIEW):
        return True
    return acts_for(user, application.company)


def can_read_certificate(user, certificate: Certificate) -> bool:
    """Its team; and staff who may see certificates, once the company has sent an application."""
    if user.is_staff and user.has_perm("exporters.view_certificate"):
        return Certificate.objects.sent().filter(pk=certificate.pk).exists() or acts_for(
            user, certificate.company
        )
    return acts_for(user, certificate.company)


def can_read_original(user, picture: ProductPicture) -> bool:
    """The upload behind a picture: its team, and staff who may see pictures."""
    if user.is_staff and user.has_perm("exporters.view_productpicture"):
        return True
    return acts_for(user, picture.product.company)


def may_message(user, application: Application, *, from_staff: bool) -> bool:
    """Its team, for the company; who reviews and is not in that team, for the programme."""
    if application.status not in MESSAGE_STATUSES:
        return False
    if from_staff:
        return user.has_perm(REVIEW) and is_independent(user, application)
    return acts_for(user, application.company)


def is_independent(user, application: Application) -> bool:
    """Nobody reviews the application of a company for which they act."""
    return not acts_for(user, application.company)


def may_release(user, application: Application) -> bool:
    """Its holder; a manager too, since the holder may be away."""
    return holds_file(user, application) or user.has_perm("exporters.suspend_application")


def holds_file(user, application: Application) -> bool:
    """Whether `user` is the coordinator who must act on this application."""
    return application.assigned_to_id == user.pk


def may_verify(user, application: Application) -> bool:
    """Its holder, while it is in review."""
    in_review = application.status == ApplicationStatus.IN_REVIEW
    return in_review and holds_file(user, application) and user.has_perm(REVIEW)


def still_reviews(person) -> bool:
    """Whether this coordinator works here as one: who has left is neither mailed nor waited for."""
    return person.is_staff and person.has_perm(REVIEW)


def staff_with(permission: str) -> QuerySet[User]:
    """Active staff who hold a permission ("app.codename"), by group or by name."""
    app_label, _dot, codename = permission.partition(".")
    rows = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    return (
        User.objects.filter(is_staff=True, is_active=True)
        .filter(Q(groups__permissions__in=rows) | Q(user_permissions__in=rows))
        .distinct()
        .order_by("pk")
    )
