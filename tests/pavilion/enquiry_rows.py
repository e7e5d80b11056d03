"""Enquiries for tests, made by the portal's own services."""

import uuid

from post_office.models import Email

from core.models import User
from exporters.models import Application, Company, Product
from pavilion.models import Enquiry, EnquiryMessage, EnquiryThread, Pavilion
from pavilion.services import enquiries
from pavilion.services.erasure import erase_enquiry
from tests import factories

TEXT = "We look for 2 pallets of Hass avocados a week, CIF Shanghai."
EMAIL = "li.wei@shanghai-fruit.example"


def open_pavilion() -> None:
    Pavilion.objects.update(status="open", launched_at="2018-08-24T12:00:00Z")


def vendor(**fields) -> Company:
    """An approved company with one published product."""
    application = factories.application("approved", company=factories.company(**fields))
    application.company.products.update(status="published")
    return application.company


def product_of(company: Company) -> Product:
    return company.products.get()


def asked(*companies: Company, **fields) -> Enquiry:
    """An enquiry of a buyer who has not confirmed it."""
    facts = {
        "name": "Li Wei",
        "organisation": "Shanghai Fruit",
        "country": "CN",
        "email": EMAIL,
        "language": "zh-hans",
        "quantity": "2 pallets",
        "text": TEXT,
    }
    products = [product_of(company) for company in companies or (vendor(),)]
    return enquiries.ask(Enquiry(**facts | fields), products, key=uuid.uuid4())


def confirmed(*companies: Company, **fields) -> Enquiry:
    enquiry = asked(*companies, **fields)
    enquiries.confirm_enquiry(enquiry)
    enquiry.refresh_from_db()
    return enquiry


def thread(status: str = "waiting", company: Company | None = None, **fields) -> EnquiryThread:
    """A thread brought to `status` by the real services; the outbox is empty then."""
    if status == "unconfirmed":
        found = asked(company or vendor(), **fields).threads.get()
    else:
        found = confirmed(company or vendor(), **fields).threads.get()
    if status == "erased":
        erase_enquiry(found.enquiry)
    elif status not in ("unconfirmed", "waiting"):
        answer(found, outcome=status)
    Email.objects.all().delete()
    return EnquiryThread.objects.select_related("enquiry", "company").get(pk=found.pk)


def answer(row: EnquiryThread, *, outcome="answered", text="Dear Li Wei, US$ 12.", **values):
    author: User = values.pop("author", None) or factories.owner_of(row.company)
    key = values.pop("key", None) or uuid.uuid4()
    return enquiries.answer_enquiry(row, text=text, outcome=outcome, author=author, key=key)


def write(row: EnquiryThread, text="And by air?", key=None) -> EnquiryMessage:
    return enquiries.write_as_buyer(row, text=text, key=key or uuid.uuid4())


def suspend(company: Company) -> None:
    factories.move(
        Application.objects.get(company=company, status="approved"),
        "suspend",
        actor=factories.manager(),
    )


def recipients() -> list[str]:
    return sorted(address for mail in Email.objects.all() for address in mail.to)
