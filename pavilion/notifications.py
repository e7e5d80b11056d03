"""E-mail of this app: one function an event, queued inside the caller's transaction."""

from django.core.mail import get_connection
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from core import mail
from core.models import User
from exporters import notifications as exporters
from exporters.models import Application
from pavilion.models import Pavilion, WaitingBuyer


def _url(name: str, language: str, *args) -> str:
    with translation.override(language):
        return mail.absolute(reverse(name, args=args))


def confirm_address(buyer: WaitingBuyer) -> None:
    mail.queue(
        "pavilion/mail/confirm_address",
        to=buyer.email,
        language=buyer.language,
        url=_url("pavilion:buyer_confirm", buyer.language, buyer.token),
    )


def pavilion_launched_to_staff(pavilion: Pavilion) -> None:
    """To everyone who runs the programme."""
    staff = User.objects.filter(is_staff=True, is_active=True)
    for person in staff.filter(~Q(groups=None) | Q(is_superuser=True)).distinct().order_by("pk"):
        mail.queue(
            "pavilion/mail/launched_to_staff",
            to=person.email,
            language=person.language,
            pavilion=pavilion,
            url=_url("pavilion:showcase", person.language),
        )


def pavilion_launched_to_vendor(application: Application) -> None:
    exporters.to_team(
        "pavilion/mail/launched_to_vendor",
        application,
        pavilion_url=_url("pavilion:showcase", application.company.language),
    )


def pavilion_launched_to_buyers(buyers: list[WaitingBuyer]) -> None:
    messages = [
        mail.build_message(
            "pavilion/mail/launched_to_buyer",
            to=buyer.email,
            language=buyer.language,
            context={
                "url": _url("pavilion:showcase", buyer.language),
                "forget_url": _url("pavilion:buyer_forget", buyer.language, buyer.token),
            },
        )
        for buyer in buyers
    ]
    get_connection().send_messages(messages)
