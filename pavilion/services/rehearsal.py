"""Rehearsing the launch: its mails are written and not sent, its pages drawn, gaps counted."""

import datetime
import logging
from collections import Counter

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from core.logs import security_event
from core.models import Notice, User
from core.workflow import TransitionNotAllowed
from exporters.models import Application, Company
from pavilion import notifications
from pavilion.access import may_rehearse
from pavilion.models import Pavilion, Rehearsal
from pavilion.readiness import VENDOR_GAPS, gaps_by_vendor, interest, sections

logger = logging.getLogger(__name__)

REMIND_EVERY = datetime.timedelta(days=7)
_NOTICE = "launch-gaps:"


def rehearse(pavilion: Pavilion, *, actor: User, pages: list[dict]) -> Rehearsal:
    """Record what is missing now, who would be written to, and how the `pages` came out."""
    if not may_rehearse(actor):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    return Rehearsal.objects.create(
        made_by=actor,
        outcome={
            "gaps": {section.code: section.count for section in sections()},
            "mails": try_mails(pavilion.threshold),
            "pages": pages,
        },
    )


def try_mails(threshold: int) -> list[dict]:
    """Each mail of the launch, written and thrown away: to how many it would go, and what failed."""
    recipients = _recipients()
    rows = []
    for language, _name in settings.LANGUAGES:
        for audience, write in notifications.launch_samples(language, threshold).items():
            row = {
                "audience": audience,
                "language": language,
                "count": recipients[audience, language],
                "subject": "",
                "error": "",
            }
            try:
                row["subject"] = write().subject
            except Exception as error:  # whatever a template may raise: the rehearsal is to say it
                logger.exception("launch_mail_fails", extra={"audience": audience})
                row["error"] = type(error).__name__
            rows.append(row)
    return rows


def _recipients() -> Counter:
    """By (audience, language); an unknown language is written to in the portal's own."""
    teams = User.objects.filter(
        is_active=True, team_memberships__company__applications__in=Application.objects.approved()
    )
    staff = User.objects.filter(pk__in=notifications.launch_staff().order_by().values("pk"))
    rows = {
        "vendors": teams.order_by().values_list("team_memberships__company__language"),
        "staff": staff.order_by().values_list("language"),
    }
    found: Counter = Counter()
    for audience, languages in rows.items():
        for language, count in languages.annotate(count=Count("pk")):
            found[audience, _known(language)] += count
    for language, count in interest().by_language.items():
        found["buyers", language] += count
    return found


def _known(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def vendors_to_remind() -> int:
    """How many would be written to now."""
    return len(_not_reminded(gaps_by_vendor()))


@transaction.atomic
def remind_vendors(*, actor: User) -> int:
    """Write to each vendor what of it is not ready, at most once a week; how many vendors.

    Locks their companies, so that of two at once the second finds them reminded.
    """
    if not may_rehearse(actor):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    gaps = gaps_by_vendor()
    companies = Company.objects.filter(applications__in=list(gaps)).order_by("pk")
    list(companies.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    keys = _not_reminded(gaps)
    vendors = Application.objects.filter(pk__in=keys).select_related("company").order_by("pk")
    addresses = _addresses(keys)
    told = [
        (row, addresses[row.pk], dict.fromkeys(VENDOR_GAPS, 0) | gaps[row.pk])
        for row in vendors
        if row.pk in addresses
    ]
    today = timezone.localdate()
    Notice.objects.bulk_create(
        Notice(key=f"{_NOTICE}{row.pk}:{today}") for row, _addresses_of, _gaps in told
    )
    notifications.launch_gaps(told)
    security_event("vendors_reminded", user=actor, vendors=len(told))
    return len(told)


def _not_reminded(gaps: dict[int, dict]) -> list[int]:
    recent = Notice.objects.filter(
        key__startswith=_NOTICE, created_at__gt=timezone.now() - REMIND_EVERY
    )
    reminded = {int(key.split(":")[1]) for key in recent.values_list("key", flat=True)}
    return [key for key in gaps if key not in reminded]


def _addresses(applications: list[int]) -> dict[int, list[str]]:
    rows = User.objects.filter(
        is_active=True, team_memberships__company__applications__in=applications
    ).order_by("pk")
    found: dict[int, list[str]] = {}
    for key, email in rows.values_list("team_memberships__company__applications", "email"):
        if key in applications:  # of a company that applied before, only this application
            found.setdefault(key, []).append(email)
    return found
