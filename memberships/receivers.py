"""What this app does with news from the exporters below it."""

from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from core.templatetags.portal import usd
from exporters.enums import ApplicationStatus
from exporters.signals import (
    Panel,
    application_approved,
    approval_revoked,
    exporter_panels_requested,
    review_panels_requested,
)
from memberships.enums import OPEN_STATUSES, RUNNING_STATUSES
from memberships.models import Membership
from memberships.services.life import cancel_membership
from memberships.services.offers import needs_second_person, offer_membership
from memberships.services.prices import NoPlanOffered, price_on


@receiver(application_approved)
def offer_on_approval(sender, application, actor, confirmed_terms, second_person, **kwargs):
    offer_membership(
        application, actor=actor, confirmed_terms=confirmed_terms, second_person=second_person
    )


@receiver(approval_revoked)
def cancel_on_revocation(sender, application, actor, **kwargs):
    live = (*OPEN_STATUSES, *RUNNING_STATUSES)
    for membership in Membership.objects.filter(application=application, status__in=live):
        cancel_membership(membership, actor=actor, reason=application.reference)


@receiver(review_panels_requested)
def review_panel(sender, application, **kwargs):
    return _panel(application, _("Offer if approved"), "memberships/_review_panel.html")


@receiver(exporter_panels_requested)
def exporter_panel(sender, application, **kwargs):
    return _panel(application, _("What you would pay"), "memberships/_price_panel.html")


def _panel(application, title, template):
    """The frozen price of a membership, or what it would be today."""
    membership = (
        Membership.objects.filter(application=application)
        .select_related("plan")
        .order_by("-pk")
        .first()
    )
    if membership:
        context = {"membership": membership, "breakdown": membership.breakdown}
        return Panel(_("Membership"), template, context)
    ended = (ApplicationStatus.WITHDRAWN, ApplicationStatus.EXPIRED)
    if application.is_decided or application.status in ended:
        return None
    try:
        price = price_on(timezone.localdate(), application.company, application=application)
    except NoPlanOffered as error:
        return Panel(title, "memberships/_no_plan_panel.html", {"message": str(error)})
    context = {"price": price, "breakdown": price.breakdown, "fund": price.fund}
    terms = price.terms if application.status == ApplicationStatus.IN_REVIEW else ""
    return Panel(
        title,
        template,
        context,
        terms,
        _summary(price.breakdown),
        needs_second_person(price.breakdown),
    )


def _summary(breakdown) -> str:
    return _("%(fee)s − %(promotion)s − %(support)s = the company pays %(share)s") % {
        "fee": usd(breakdown.list_fee),
        "promotion": usd(breakdown.promotion_discount),
        "support": usd(breakdown.subsidy),
        "share": usd(breakdown.company_share),
    }
