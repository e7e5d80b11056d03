"""The end of a buyer's data: at its wish, unconfirmed, or when the time for keeping it is over.

What stays of an erased enquiry is its dates, its country and its outcome, which name nobody and
make up the reply times; and the company's own words, without the buyer's names in them.
"""

import datetime
import logging

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from post_office.models import Email, Log

from core.workflow import SYSTEM
from pavilion import enquiry_mail
from pavilion.models import Enquiry, EnquiryMessage, EnquiryThread
from pavilion.redaction import redact
from pavilion.services.enquiries import CONFIRM_DAYS
from pavilion.workflow import ENQUIRY

logger = logging.getLogger(__name__)

# Two seasons of a harvest: a buyer of last year comes back to what was quoted. No law names a
# term for this; it is the programme's own, as short as that use allows.
KEPT = datetime.timedelta(days=730)
BATCH = 200


@transaction.atomic
def erase_enquiry(enquiry: Enquiry, *, tell_companies: bool = True) -> bool:
    """Remove all that names the buyer, from the enquiry, its threads, and the mail about it.

    One that was never confirmed is deleted whole, since nobody knows of it. False when that has
    been done before.
    """
    locked = Enquiry.objects.select_for_update().filter(pk=enquiry.pk, erased_at=None).first()
    if locked is None:
        return False
    threads = list(locked.threads.select_for_update(of=("self",)).order_by("pk"))
    _blank_mail(locked, threads)
    if not locked.is_confirmed:
        locked.delete()
        return True
    names = (locked.name, locked.organisation, locked.email)
    for thread in threads:
        _erase_texts(thread, names)
        moved = ENQUIRY.move(thread, "erase", actor=SYSTEM, waiting_since=None)
        if tell_companies:
            enquiry_mail.enquiry_erased(moved)
    empty = dict.fromkeys(("name", "organisation", "email", "text", "quantity"), "")
    Enquiry.objects.filter(pk=locked.pk).update(erased_at=timezone.now(), **empty)
    return True


def _erase_texts(thread: EnquiryThread, names: tuple[str, ...]) -> None:
    """The buyer's messages go; in those of the company, what the buyer is called."""
    thread.messages.filter(author=None).rewrite("")
    for message in thread.messages.exclude(author=None):
        without = redact(message.text, *names)
        if without != message.text:
            EnquiryMessage.objects.filter(pk=message.pk).rewrite(without)


def _blank_mail(enquiry: Enquiry, threads: list[EnquiryThread]) -> None:
    """Empty each mail of the outbox that leads to this enquiry, sent or not.

    Nobody but such a mail has its unguessable address. Blanked, not deleted: a worker may be
    sending it, and a mail to nobody is sent to nobody.
    """
    about = Q(message__contains=enquiry.token)
    for thread in threads:
        about |= Q(message__contains=str(thread.public_id))
    mails = Email.objects.filter(about, created__gte=enquiry.created_at)
    keys = list(mails.values_list("pk", flat=True))
    Log.objects.filter(email__in=keys).delete()  # servers name the address that they refuse
    Email.objects.filter(pk__in=keys).update(
        to="", subject="", message="", html_message="", headers=None
    )


# --- What the nights do ---------------------------------------------------------------------------


def delete_unconfirmed() -> int:
    """Enquiries whose buyer never followed the link; how many."""
    before = timezone.now() - datetime.timedelta(days=CONFIRM_DAYS)
    rows = Enquiry.objects.filter(confirmed_at=None, erased_at=None, created_at__lt=before)
    return _erase_each(rows)


def erase_old() -> int:
    """Enquiries on which nobody has written for so long; how many. The companies are not told."""
    recent = EnquiryThread.objects.filter(last_message_at__gte=timezone.now() - KEPT)
    rows = Enquiry.objects.filter(confirmed_at__lt=timezone.now() - KEPT, erased_at=None).exclude(
        pk__in=recent.values("enquiry")
    )
    return _erase_each(rows)


def _erase_each(rows) -> int:
    """Each in a transaction of its own; one that fails stops no other."""
    done = 0
    for enquiry in rows.order_by("pk")[:BATCH]:
        try:
            done += erase_enquiry(enquiry, tell_companies=False)
        except Exception:  # whatever it was: the next night tries again
            logger.exception("erasure_failed", extra={"enquiry": enquiry.pk})
    return done
