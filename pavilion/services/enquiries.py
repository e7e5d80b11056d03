"""What buyers ask of companies, and how it is answered.

Locks: the enquiry, then its threads by their keys; whoever writes on one thread locks that alone.
"""

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from core.workflow import SYSTEM, TransitionNotAllowed
from exporters.access import acts_for
from exporters.models import Application, Company, Product
from pavilion import enquiry_mail
from pavilion.enums import EnquiryStatus
from pavilion.models import Enquiry, EnquiryMessage, EnquiryReadMark, EnquiryThread
from pavilion.workflow import ENQUIRY

MAX_PRODUCTS = 10
# Who mistyped its address asks again; who did not find the mail in a week has gone elsewhere.
CONFIRM_DAYS = 7
_ASKED = ("name", "organisation", "country", "email", "quantity", "text")
_STEP_TO = {
    EnquiryStatus.ANSWERED: "answer",
    EnquiryStatus.QUOTED: "quote",
    EnquiryStatus.SAMPLE_SENT: "send_sample",
    EnquiryStatus.ORDERED: "order",
    EnquiryStatus.NOT_A_FIT: "decline",
}


class ProductsGone(Exception):
    """Some of the products are no longer offered."""


# --- The buyer asks -----------------------------------------------------------------------------


@transaction.atomic
def ask(enquiry: Enquiry, products: list[Product], *, key: uuid.UUID) -> Enquiry:
    """Store what a buyer asks about these products, a thread for each company, and mail the link
    that confirms it.

    A retry with the same `key` finds the first one. Raises ProductsGone, and stores nothing, when
    one of them is not public any more.
    """
    earlier = Enquiry.objects.filter(idempotency_key=key).first()
    if earlier and _is_same(earlier, enquiry, products):
        return earlier
    public = Product.objects.public().filter(pk__in=[product.pk for product in products])
    found = list(public.select_related("company").order_by("pk"))
    if not found or len(found) < len(products):
        raise ProductsGone
    # Another text from a page that was still open is another enquiry.
    enquiry.idempotency_key = uuid.uuid4() if earlier else key
    try:
        with transaction.atomic():
            enquiry.save(force_insert=True)
    except IntegrityError:  # the same form, sent twice at the same moment
        return Enquiry.objects.get(idempotency_key=key)
    companies = _open_threads(enquiry, found)
    enquiry_mail.confirm_enquiry(enquiry, companies=companies, days=CONFIRM_DAYS)
    return enquiry


def _is_same(earlier: Enquiry, enquiry: Enquiry, products: list[Product]) -> bool:
    asked = set(earlier.threads.values_list("products", flat=True))
    return asked == {product.pk for product in products} and all(
        getattr(earlier, name) == getattr(enquiry, name) for name in _ASKED
    )


def _open_threads(enquiry: Enquiry, products: list[Product]) -> list[str]:
    """A thread for each company of these products; the names of the companies."""
    by_company: dict[Company, list[Product]] = {}
    for product in products:
        by_company.setdefault(product.company, []).append(product)
    threads = EnquiryThread.objects.bulk_create(
        EnquiryThread(enquiry=enquiry, company=company) for company in by_company
    )
    link = EnquiryThread.products.through
    link.objects.bulk_create(
        link(enquirythread=thread, product=product)
        for thread in threads
        for product in by_company[thread.company]
    )
    return [company.name for company in by_company]


@transaction.atomic
def confirm_enquiry(enquiry: Enquiry) -> bool:
    """The buyer followed its link: the companies are told, and the clock of each begins.

    False for a link that was used before, which changes nothing.
    """
    rows = Enquiry.objects.select_for_update()
    locked = rows.filter(pk=enquiry.pk, confirmed_at=None, erased_at=None).first()
    if locked is None:
        return False
    now = timezone.now()
    Enquiry.objects.filter(pk=locked.pk).update(confirmed_at=now)
    for thread in locked.threads.order_by("pk"):
        moved = ENQUIRY.move(
            thread,
            "confirm",
            actor=SYSTEM,
            received_at=now,
            waiting_since=now,
            buyer_wrote_at=now,
            last_message_at=now,
        )
        if is_approved(moved.company):
            enquiry_mail.enquiry_received(moved)
    return True


@transaction.atomic
def write_as_buyer(thread: EnquiryThread, *, text: str, key: uuid.UUID) -> EnquiryMessage:
    """A further message of the buyer: the company is told, and waited for anew.

    The clock of a buyer who waits already goes on from its first unanswered message.
    """
    locked = ENQUIRY.lock(thread)
    if locked.status in (EnquiryStatus.UNCONFIRMED, EnquiryStatus.ERASED):
        raise TransitionNotAllowed(_("Nothing can be written on this enquiry any more."))
    if not is_approved(locked.company):
        raise TransitionNotAllowed(
            _("%(company)s cannot answer at the moment.") % {"company": locked.company.name}
        )
    message, is_new = _store(locked, text, author=None, key=key)
    if not is_new:
        return message
    wrote = {"buyer_wrote_at": message.created_at, "last_message_at": message.created_at}
    if locked.status == EnquiryStatus.WAITING:
        locked = _note(locked, **wrote)
    else:
        since = message.created_at
        locked = ENQUIRY.move(locked, "ask_again", actor=SYSTEM, waiting_since=since, **wrote)
    enquiry_mail.buyer_wrote_again(locked, message)
    return message


# --- The company answers ------------------------------------------------------------------------


def is_approved(company: Company) -> bool:
    return Application.objects.approved().filter(company=company).exists()


@transaction.atomic
def answer_enquiry(
    thread: EnquiryThread, *, text: str, outcome: str, author: User, key: uuid.UUID
) -> EnquiryThread:
    """Answer a buyer and say what has become of its enquiry; the fresh thread.

    Who waits needs an answer; afterwards the outcome may change without a word. A retry with the
    same `key` changes nothing. Raises TransitionNotAllowed, to someone who is not of the company,
    and while the company is not approved.
    """
    locked = ENQUIRY.lock(thread)
    if not acts_for(author, locked.company):
        raise TransitionNotAllowed(_("You may not write here."))
    if locked.status == EnquiryStatus.ERASED:
        raise TransitionNotAllowed(
            _("The data of this buyer have been erased: nobody would get your answer.")
        )
    if not is_approved(locked.company):
        raise TransitionNotAllowed(_("Your approval does not stand at the moment."))
    if not text and locked.status == EnquiryStatus.WAITING:
        raise TransitionNotAllowed(_("The buyer waits for an answer: write one."))
    if not text:
        return _come_to(locked, outcome, author)
    message, is_new = _store(locked, text, author=author, key=key)
    if not is_new:
        return locked
    answered = {
        "waiting_since": None,
        "last_message_at": message.created_at,
        "first_answer_at": locked.first_answer_at or message.created_at,
    }
    locked = _come_to(locked, outcome, author, **answered)
    enquiry_mail.enquiry_answered(locked, message)
    return locked


def _come_to(locked: EnquiryThread, outcome: str, author: User, **changes) -> EnquiryThread:
    if locked.status == outcome:
        return _note(locked, **changes)
    return ENQUIRY.move(locked, _STEP_TO[EnquiryStatus(outcome)], actor=author, **changes)


def _note(locked: EnquiryThread, **changes) -> EnquiryThread:
    """Store facts of a thread whose status stays."""
    if changes:
        EnquiryThread.objects.filter(pk=locked.pk).update(**changes, updated_at=timezone.now())
    for name, value in changes.items():
        setattr(locked, name, value)
    return locked


def _store(locked: EnquiryThread, text: str, *, author: User | None, key: uuid.UUID):
    """The message, and whether it is new: the same text with the same key was sent twice."""
    earlier = EnquiryMessage.objects.filter(idempotency_key=key).first()
    if earlier and (earlier.thread_id, earlier.author, earlier.text) == (locked.pk, author, text):
        return earlier, False
    message = EnquiryMessage.objects.create(
        thread=locked,
        author=author,
        text=text,
        idempotency_key=uuid.uuid4() if earlier else key,
    )
    return message, True


def mark_read(thread: EnquiryThread, user: User) -> None:
    """Note that `user` has read all that the buyer has written so far; never moves back."""
    until = thread.buyer_wrote_at
    mark, is_new = EnquiryReadMark.objects.get_or_create(
        thread=thread, user=user, defaults={"read_at": until}
    )
    if not is_new and mark.read_at < until:
        EnquiryReadMark.objects.filter(pk=mark.pk, read_at__lt=until).update(read_at=until)
