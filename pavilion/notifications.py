"""E-mail of this app: one function an event, queued inside the caller's transaction."""

from collections.abc import Callable

from django.core.mail import get_connection
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation

from core import mail
from core.models import User
from exporters import notifications as exporters
from exporters.models import Application, Company
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


def launch_staff() -> QuerySet[User]:
    """Everyone who runs the programme."""
    staff = User.objects.filter(is_staff=True, is_active=True)
    return staff.filter(~Q(groups=None) | Q(is_superuser=True)).distinct().order_by("pk")


def pavilion_launched_to_staff(pavilion: Pavilion) -> None:
    messages = [staff_message(person, pavilion) for person in launch_staff()]
    get_connection().send_messages(messages)


def pavilion_launched_to_vendor(application: Application) -> None:
    exporters.to_team(
        "pavilion/mail/launched_to_vendor",
        application,
        pavilion_url=_url("pavilion:showcase", application.company.language),
    )


def pavilion_launched_to_buyers(buyers: list[WaitingBuyer]) -> None:
    get_connection().send_messages([buyer_message(buyer) for buyer in buyers])


def staff_message(person: User, pavilion: Pavilion):
    context = {"pavilion": pavilion, "url": _url("pavilion:showcase", person.language)}
    return mail.build_message(
        "pavilion/mail/launched_to_staff",
        to=person.email,
        language=person.language,
        context=context,
    )


def buyer_message(buyer: WaitingBuyer):
    return mail.build_message(
        "pavilion/mail/launched_to_buyer",
        to=buyer.email,
        language=buyer.language,
        context={
            "url": _url("pavilion:showcase", buyer.language),
            "forget_url": _url("pavilion:buyer_forget", buyer.language, buyer.token),
        },
    )


def launch_samples(language: str, threshold: int) -> dict[str, Callable]:
    """A mail of the launch for each audience, as somebody of this language would get it."""
    pavilion = Pavilion(threshold=threshold, approved_at_launch=threshold)
    company = Company(trade_name="Ejemplo", slug="ejemplo", language=language)
    application = Application(company=company, reference="MX-0000-00000")
    vendor = {
        "application": application,
        "company": company,
        "url": exporters.application_url(application, language),
        "pavilion_url": _url("pavilion:showcase", language),
    }
    nobody = {"to": "nobody@example.com", "language": language}
    return {
        "vendors": lambda: mail.build_message(
            "pavilion/mail/launched_to_vendor", context=vendor, **nobody
        ),
        "buyers": lambda: buyer_message(WaitingBuyer(email=nobody["to"], language=language)),
        "staff": lambda: staff_message(User(email=nobody["to"], language=language), pavilion),
    }


def launch_gaps(vendors: list[tuple[Application, list[str], dict[str, int]]]) -> int:
    """Tell vendors what buyers would miss of them: (application, addresses, gaps) of each."""
    messages = [
        mail.build_message(
            "pavilion/mail/launch_gaps",
            to=address,
            language=application.company.language,
            context={
                "company": application.company,
                "gaps": gaps,
                "url": _url(
                    "exporters:products", application.company.language, application.company.slug
                ),
            },
        )
        for application, addresses, gaps in vendors
        for address in addresses
    ]
    get_connection().send_messages(messages)
    return len(messages)
