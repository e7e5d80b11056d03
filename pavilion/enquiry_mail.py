"""E-mail about enquiries: one function an event, queued inside the caller's transaction.

To the buyer in the language of the page on which it asked, to a company in its own. The buyer's
address is in no mail but its own: companies answer in the portal.
"""

import datetime

from django.urls import reverse
from django.utils import translation

from core import mail
from core.models import User
from exporters.notifications import team_addresses
from pavilion.models import Enquiry, EnquiryMessage, EnquiryThread
from pavilion.reply_time import in_words


def _url(name: str, language: str, *args) -> str:
    with translation.override(language):
        return mail.absolute(reverse(name, args=args))


def _to_company(event: str, thread: EnquiryThread, **context) -> None:
    company = thread.company
    url = _url("pavilion:enquiry_thread", company.language, company.slug, thread.public_id)
    for address in team_addresses(company):
        mail.queue(
            event,
            to=address,
            language=company.language,
            company=company,
            url=url,
            products=_product_names(thread, company.language),
            **context,
        )


def _product_names(thread: EnquiryThread, language: str) -> list[str]:
    with translation.override(language):
        return [product.name for product in thread.products.all()]


def _to_buyer(event: str, enquiry: Enquiry, page: str, anchor: str = "", **context) -> None:
    mail.queue(
        event,
        to=enquiry.email,
        language=enquiry.language,
        enquiry=enquiry,
        url=_url(page, enquiry.language, enquiry.token) + anchor,
        erase_url=_url("pavilion:enquiry_erase", enquiry.language, enquiry.token),
        **context,
    )


# --- To the buyer ------------------------------------------------------------------------------


def confirm_enquiry(enquiry: Enquiry, *, companies: list[str], days: int) -> None:
    """The link that sends it; the companies know nothing before.

    Without a word of what was written: who leaves someone else's address must not write to it.
    """
    _to_buyer(
        "pavilion/mail/enquiry_confirm",
        enquiry,
        "pavilion:enquiry_confirm",
        companies=companies,
        days=days,
    )


def enquiry_answered(thread: EnquiryThread, message: EnquiryMessage) -> None:
    enquiry = thread.enquiry
    with translation.override(enquiry.language):
        outcome = str(thread.get_status_display())
    _to_buyer(
        "pavilion/mail/enquiry_answered",
        enquiry,
        "pavilion:enquiry",
        f"#{thread.public_id}",
        company=thread.company,
        outcome=outcome,
        text=message.text,
    )


def enquiry_paused(thread: EnquiryThread) -> None:
    """The company may not answer at present; without a reason, which is the company's matter."""
    _to_buyer(
        "pavilion/mail/enquiry_paused",
        thread.enquiry,
        "pavilion:enquiry",
        f"#{thread.public_id}",
        company=thread.company,
    )


# --- To the company ----------------------------------------------------------------------------


def enquiry_received(thread: EnquiryThread) -> None:
    enquiry = thread.enquiry
    with translation.override(thread.company.language):
        country = enquiry.country_name
    _to_company(
        "pavilion/mail/enquiry_received",
        thread,
        enquiry=enquiry,
        country=country,
        due_at=thread.clock.due_at,
    )


def buyer_wrote_again(thread: EnquiryThread, message: EnquiryMessage) -> None:
    _to_company(
        "pavilion/mail/enquiry_followed_up",
        thread,
        enquiry=thread.enquiry,
        text=message.text,
        due_at=thread.clock.due_at,
    )


def enquiry_reminder(thread: EnquiryThread, *, is_late: bool) -> None:
    """Half of the 24 hours has passed; or all of them, with `is_late`."""
    _to_company(
        "pavilion/mail/enquiry_reminder",
        thread,
        enquiry=thread.enquiry,
        due_at=thread.clock.due_at,
        is_late=is_late,
    )


def enquiry_erased(thread: EnquiryThread) -> None:
    """At the buyer's wish: says of which enquiry, and nothing of its buyer."""
    _to_company("pavilion/mail/enquiry_erased", thread, received_at=thread.received_at)


# --- To the programme ----------------------------------------------------------------------------


def overdue_digest(
    person: User, overdue: list[tuple[str, int, datetime.timedelta]], *, shown: int
) -> None:
    """Each company, how many buyers it leaves waiting, and how long the first one has waited."""
    with translation.override(person.language):
        url = mail.absolute(reverse("admin:pavilion_enquirythread_changelist"))
        companies = [
            {"name": name, "count": count, "waited": in_words(waited)}
            for name, count, waited in overdue[:shown]
        ]
    mail.queue(
        "pavilion/mail/enquiries_overdue",
        to=person.email,
        language=person.language,
        person=person,
        companies=companies,
        more=max(len(overdue) - shown, 0),
        total=sum(count for _name, count, _waited in overdue),
        url=f"{url}?wait=overdue",
    )
