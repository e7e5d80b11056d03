"""Offering a membership: the price of a day, frozen, with its support set aside."""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.enums import ApplicationStatus
from exporters.models import Application
from exporters.workflow import APPLICATION
from memberships import ledger, notifications
from memberships.enums import ENDED_STATUSES, GIVEN_BACK_STATUSES, OPEN_STATUSES, MembershipStatus
from memberships.models import Membership
from memberships.pricing import Breakdown
from memberships.services.decisions import why_not_independent
from memberships.services.prices import price_on
from memberships.workflow import MANAGE, MEMBERSHIP

_TRIES = 5


def needs_second_person(breakdown: Breakdown) -> bool:
    """Whether public money of this amount is granted by two people."""
    return breakdown.subsidy > settings.SECOND_PERSON_ABOVE_USD


def lacks_second_person(breakdown: Breakdown, second_person, actor) -> bool:
    """Whether it takes two people, and `actor` would be both of them."""
    return needs_second_person(breakdown) and second_person in (None, actor)


@transaction.atomic(savepoint=False)
def offer_membership(
    application: Application,
    *,
    actor,
    confirmed_terms: str | None = None,
    second_person=None,
    renews: Membership | None = None,
) -> Membership:
    """Freeze today's price for an approved application and reserve its support.

    With `confirmed_terms`, refuses (TransitionNotAllowed) when the price is no longer the one
    that was confirmed; and without a `second_person` where the support asks for one. Never
    reserves more than the fund has left. `renews` is the membership of the year before; a
    renewal is granted by the rules alone, and its payment needs its two people.
    """
    day = timezone.localdate()
    for _try in range(_TRIES):
        price = price_on(day, application.company, application=application, renews=renews)
        if confirmed_terms is not None and price.terms != confirmed_terms:
            raise TransitionNotAllowed(
                _("The price has changed since you opened this page. Look at it and confirm again.")
            )
        amount = price.breakdown.subsidy
        if not renews and lacks_second_person(price.breakdown, second_person, actor):
            raise TransitionNotAllowed(
                _(
                    "This support needs a second person: prepare the decision, a manager "
                    "releases it."
                )
            )
        try:
            if amount:
                ledger.reserve(price.fund, amount)
        except ledger.FundExhausted:
            continue  # someone else reserved meanwhile: price again with what is left
        break
    else:
        raise TransitionNotAllowed(_("The fund is very busy. Please try again."))
    membership = Membership.objects.create(
        company=application.company,
        application=application,
        renews=renews,
        plan=price.plan,
        promotion=price.promotion,
        fund=price.fund if amount else None,
        priced_on=day,
        reply_by=day + datetime.timedelta(days=price.reply_days),
        list_fee=price.breakdown.list_fee,
        promotion_discount=price.breakdown.promotion_discount,
        subsidy=amount,
        company_share=price.breakdown.company_share,
        entitled_subsidy=price.breakdown.entitled_subsidy,
        offered_by=actor,
    )
    if amount:
        ledger.enter_reservation(membership, actor=actor)
    notifications.membership_offered(membership)
    return membership


@transaction.atomic
def offer_again(membership: Membership, *, actor, confirmed_terms: str | None = None) -> Membership:
    """A new offer at today's price: after one that came to nothing, or a year that ended.

    `confirmed_terms` as for `offer_membership`. Where the support needs two people, the second
    is who approved the application.
    """
    if not actor.has_perm(MANAGE):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    # Before the membership, as when an approval is revoked: that and a second offer wait here.
    APPLICATION.lock(membership.application)
    locked = MEMBERSHIP.lock(membership)
    if why := why_not_again(locked, actor):
        raise TransitionNotAllowed(why)
    return offer_membership(
        locked.application,
        actor=actor,
        confirmed_terms=confirmed_terms,
        second_person=locked.application.decided_by,
        renews=year_to_renew(locked),
    )


def year_to_renew(membership: Membership) -> Membership | None:
    """Of an offer after this one: a year that ended without a renewal, or what this one renewed."""
    lapsed = membership.status == MembershipStatus.LAPSED
    return membership if lapsed else membership.renews


def why_not_again(membership: Membership, actor) -> str:
    """Why the company gets no new offer after this one, for people; empty where it may."""
    if membership.application.status != ApplicationStatus.APPROVED:
        return _("Only approved companies get an offer.")
    if membership.status not in ENDED_STATUSES or has_newer_offer(membership):
        return _("There is an offer or a membership already.")
    return why_not_independent(membership, actor)


def has_newer_offer(membership: Membership) -> bool:
    """Whether the company was offered a membership after this one that did not come to nothing."""
    newer = Membership.objects.filter(company=membership.company_id, pk__gt=membership.pk)
    open_or_later = newer.exclude(status__in=GIVEN_BACK_STATUSES)
    still_open = Membership.objects.filter(
        company=membership.company_id, status__in=OPEN_STATUSES
    ).exclude(pk=membership.pk)
    return open_or_later.exists() or still_open.exists()
