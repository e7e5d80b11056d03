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
    company_panels_requested,
    exporter_panels_requested,
    review_panels_requested,
)
from memberships.enums import OPEN_STATUSES, RUNNING_STATUSES
from memberships.models import Membership
from memberships.overview import cards
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
    memberships = Membership.objects.filter(application=application, status__in=live)
    # All of them before any fund: one that is declined at this moment locks in this order too.
    for membership in list(memberships.select_for_update(of=("self",)).order_by("pk")):
        cancel_membership(membership, actor=actor, reason=application.reference)


@receiver(review_panels_requested)
def review_panel(sender, application, **kwargs):
    """The frozen price of the last offer, or what it would be today."""
    template = "memberships/_review_panel.html"
    offers = Membership.objects.filter(application=application).select_related("plan", "company")
    if membership := offers.order_by("-pk").first():
        context = {"membership": membership, "breakdown": membership.breakdown}
        return Panel(_("Membership"), template, context)
    return _price_panel(application, _("Offer if approved"), template)


@receiver(exporter_panels_requested)
def exporter_panel(sender, application, **kwargs):
    """What comes next in the membership; before it is offered, what it would cost."""
    offers = Membership.objects.filter(application=application)
    if found := cards(offers).get(application.company_id):
        return _cards_panel(application.company, found)
    return _price_panel(application, _("What it would cost"), "memberships/_price_panel.html")


@receiver(company_panels_requested)
def company_panels(sender, companies, **kwargs):
    """What comes next in the memberships of each company that has one."""
    found = cards(Membership.objects.filter(company__in=companies))
    return {
        company.pk: _cards_panel(company, found[company.pk])
        for company in companies
        if company.pk in found
    }


def _cards_panel(company, found) -> Panel:
    context = {"cards": found, "slug": company.slug}
    return Panel(_("Membership"), "memberships/_cards.html", context)


def _price_panel(application, title, template):
    """What the membership would cost today, while that is open."""
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
    return _(
        "%(fee)s − %(promotion)s − %(support)s = %(share)s left for the company, which pays the"
        " platform %(due)s first"
    ) % {
        "fee": usd(breakdown.list_fee),
        "promotion": usd(breakdown.promotion_discount),
        "support": usd(breakdown.subsidy),
        "share": usd(breakdown.company_share),
        "due": usd(breakdown.due),
    }
