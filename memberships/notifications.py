"""E-mail of this app."""

from exporters import notifications as exporters
from memberships.models import Membership


def membership_offered(membership: Membership) -> None:
    """The approval, with its price: the one mail that an approved company gets."""
    exporters.to_team(
        "memberships/mail/membership_offered",
        membership.application,
        membership=membership,
        breakdown=membership.breakdown,
    )
