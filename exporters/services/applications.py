"""What an exporter does with an application."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.sequences import next_number
from core.workflow import TransitionNotAllowed
from exporters import clock, notifications
from exporters.completeness import missing_items
from exporters.merging import Fingerprint
from exporters.models import Application, Company
from exporters.services.companies import save_company
from exporters.services.edits import copy_changes
from exporters.workflow import APPLICATION


@transaction.atomic
def start_application(company: Company, *, actor) -> Application:
    """The company's live application; a new draft when there is none."""
    live = company.applications.live().first()
    if live:
        return live
    year = timezone.localdate().year
    number = next_number(f"application-{year}")
    try:
        with transaction.atomic():
            return Application.objects.create(
                reference=f"MX-{year}-{number:05d}", company=company, created_by=actor
            )
    except IntegrityError:  # a colleague started it at the same moment
        return company.applications.live().get()


@transaction.atomic
def save_section(
    application: Application, fields: list[str], version: Fingerprint | None = None
) -> Application:
    """Save these fields of an application that is open for editing; returns the fresh row.

    `version` is the fingerprint of what the page was opened with: what someone else has changed
    since then stays as it is. Without it the last one to save wins.
    """
    stored = APPLICATION.lock(application)
    require_editable(stored)
    if written := copy_changes(application, stored, fields, version):
        stored.save(update_fields=[*written, "updated_at"])
    return stored


@transaction.atomic
def save_company_section(
    application: Application,
    company: Company,
    fields: list[str] | None = None,
    version: Fingerprint | None = None,
) -> Company:
    """Save the company's facts while its application is open for editing; see save_company."""
    require_editable(APPLICATION.lock(application))
    return save_company(company, fields, version)


def require_editable(application: Application) -> None:
    """Raises TransitionNotAllowed once the application has been sent."""
    if not application.is_editable:
        raise TransitionNotAllowed(
            _("This application has been sent, so it cannot be changed at the moment.")
        )


@transaction.atomic
def submit_application(application: Application, *, actor) -> Application:
    """Send a complete application, or send it back after changes; returns the fresh row."""
    locked = APPLICATION.lock(application)
    name = "resubmit" if "resubmit" in _legal(locked) else "submit"
    moved = APPLICATION.move(
        locked,
        name,
        actor=actor,
        submitted_at=timezone.now(),
        **clock.running(locked.days_waited, timezone.localdate()),
    )
    if missing_items(moved):
        raise TransitionNotAllowed(_("Something is still missing. The list says what."))
    notifications.application_submitted(moved)
    return moved


@transaction.atomic
def withdraw_application(application: Application, *, actor) -> Application:
    """Take a sent application back before it is decided; the company may start anew."""
    locked = APPLICATION.lock(application)
    stop = clock.standing(locked.waiting_since, timezone.localdate())
    moved = APPLICATION.move(locked, "withdraw", actor=actor, **stop)
    notifications.application_withdrawn(moved)
    return moved


def _legal(application: Application) -> set[str]:
    return {t.name for t in APPLICATION.transitions if application.status in t.sources}
