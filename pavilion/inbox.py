"""Enquiries as a company's team sees them: questions for pages, which write nothing."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.utils import timezone

from exporters.models import Company
from pavilion.enums import EnquiryStatus
from pavilion.models import Enquiry, EnquiryMessage, EnquiryThread
from pavilion.reply_time import SPAN, Clock, ReplyTimes, Wait, reply_times


@dataclass(frozen=True)
class Line:
    """A message of a thread, as one of its two sides reads it."""

    is_ours: bool
    who: str
    when: datetime.datetime
    text: str


def conversation(
    enquiry: Enquiry, thread: EnquiryThread, messages: Iterable[EnquiryMessage], *, as_company: bool
) -> list[Line]:
    """What the buyer asked, and all that followed, oldest first.

    The buyer reads the name of the company; within the company people have theirs.
    """
    buyer = enquiry.name
    first = Line(not as_company, buyer, thread.received_at or enquiry.created_at, enquiry.text)
    rest = (
        Line(
            is_ours=bool(message.author_id) == as_company,
            who=_author(message, thread.company, as_company) if message.author_id else buyer,
            when=message.created_at,
            text=message.text,
        )
        for message in messages
    )
    return [first, *rest]


def _author(message: EnquiryMessage, company: Company, as_company: bool) -> str:
    return str(message.author) if as_company else company.name


def status_counts(company: Company) -> dict[str, int]:
    """How many enquiries of a company have each status; one query."""
    rows = EnquiryThread.objects.told().filter(company=company).order_by()
    return dict(rows.values_list("status").annotate(Count("pk")))


def company_reply_times(company: Company) -> ReplyTimes | None:
    """Of the last 90 days; one query."""
    waits = [wait for _key, _name, wait in recent_waits(company=company)]
    return reply_times(waits, timezone.now())


def recent_waits(**of) -> list[tuple[int, str, Wait]]:
    """Key and name of the company, and the wait, of each enquiry of the last 90 days."""
    rows = EnquiryThread.objects.filter(received_at__gte=timezone.now() - SPAN, **of).order_by()
    columns = (
        "company", "company__trade_name", "company__legal_name",
        "received_at", "first_answer_at", "status",
    )  # fmt: skip
    return [
        (company, trade or legal, Wait(received, answered, status == EnquiryStatus.ERASED))
        for company, trade, legal, received, answered, status in rows.values_list(*columns)
    ]


@dataclass(frozen=True)
class Waiting:
    """How many buyers wait for a company, and the clock of the first one."""

    count: int
    clock: Clock | None


def waiting_by_company(companies: Iterable[Company | int]) -> dict[int, Waiting]:
    """Of each of these companies that ever got an enquiry; one query."""
    rows = EnquiryThread.objects.told().filter(company__in=companies).order_by()
    waiting = Q(status=EnquiryStatus.WAITING)
    counted = rows.values_list("company").annotate(
        number=Count("pk", filter=waiting), first=Min("waiting_since")
    )
    now = timezone.now()
    return {
        company: Waiting(count, Clock(since, now) if since else None)
        for company, count, since in counted
    }
