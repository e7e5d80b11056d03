"""Which messages a person has not read yet: questions for pages and for the desk's counts."""

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from exporters.models import Application, Message


def unread_for(application: Application, user, *, from_staff: bool = False) -> int:
    """How many messages wait for `user`: the company's, or with `from_staff` the programme's."""
    return application.messages.unread_by(user, from_staff=from_staff).count()


def unread_count(user, *, from_staff: bool) -> Coalesce:
    """The same for each row of a queryset of applications, to annotate it with."""
    unread = (
        Message.objects.filter(application=OuterRef("pk"))
        .unread_by(user, from_staff=from_staff)
        .order_by()
        .values("application")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return Coalesce(Subquery(unread, output_field=IntegerField()), 0)


def unread_of_company(user) -> QuerySet[Message]:
    """What the company wrote on the application of the outer query and `user` has not read."""
    written = Message.objects.filter(application=OuterRef("pk"))
    return written.unread_by(user, from_staff=False).order_by()


def held_by(user) -> Q:
    """Files of this coordinator."""
    # Not NULL, said first: NULL AND … makes PostgreSQL look at whatever follows.
    return Q(assigned_to__isnull=False) & Q(assigned_to=user)


def applications_with_unread(user) -> Q:
    """The files that `user` holds and whose company has written since: a condition to filter by."""
    return held_by(user) & Q(Exists(unread_of_company(user)))
