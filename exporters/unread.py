"""Which messages a person has not read yet: questions for pages and for the desk's counts."""

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
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


def applications_with_unread(user) -> Q:
    """The files that `user` holds and whose company has written since: a condition to filter by."""
    unread = Message.objects.filter(application=OuterRef("pk")).unread_by(user, from_staff=False)
    return Q(assigned_to=user) & Q(Exists(unread))
