"""Buyers who wait for the opening."""

from django.db import transaction
from django.utils import timezone

from pavilion import notifications
from pavilion.models import WaitingBuyer
from pavilion.services.launch import wake_announcer


@transaction.atomic
def wait_for_opening(email: str, *, language: str, interest=None) -> None:
    """Note a buyer's address and ask it to confirm. Known addresses cause no second row."""
    buyer, _created = WaitingBuyer.objects.get_or_create(
        email=email.lower(), defaults={"language": language, "interest": interest}
    )
    if buyer.confirmed_at is None:
        notifications.confirm_address(buyer)


@transaction.atomic
def confirm_buyer(buyer: WaitingBuyer) -> None:
    """The buyer followed the link; told at once when the pavilion is open already."""
    WaitingBuyer.objects.filter(pk=buyer.pk, confirmed_at=None).update(confirmed_at=timezone.now())
    wake_announcer()


def forget_buyer(buyer: WaitingBuyer) -> None:
    """Delete the address, at its owner's request."""
    buyer.delete()
