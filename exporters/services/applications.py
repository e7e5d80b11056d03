"""What an exporter does with an application."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.sequences import next_number
from core.workflow import TransitionNotAllowed
from exporters import clock, notifications
from exporters.access import still_reviews
from exporters.completeness import missing_items
from exporters.editing import require_open
from exporters.enums import CorrectionTarget
from exporters.merging import Fingerprint
from exporters.models import Application, Company, Submission
from exporters.models.application import DECLARATIONS
from exporters.risk import risk_flags
from exporters.services.companies import save_company
from exporters.services.corrections import resolve_corrections
from exporters.services.edits import copy_changes, explain
from exporters.services.reapply import carry_over
from exporters.services.staging import void_staged
from exporters.snapshot import snapshot
from exporters.workflow import APPLICATION


@transaction.atomic
def start_application(company: Company, *, actor, export_level: str = "") -> Application:
    """The company's live application; a new draft when there is none.

    The draft begins with what the company's last application holds, if that has ended; see
    carry_over. `export_level` is what the company answered before it had an application.
    """
    live = company.applications.live().first()
    if live:
        return live
    year = timezone.localdate().year
    number = next_number(f"application-{year}")
    try:
        with transaction.atomic():
            draft = Application(
                reference=f"MX-{year}-{number:05d}",
                company=company,
                created_by=actor,
                export_level=export_level,
            )
            return carry_over(draft, company.applications.order_by("created_at", "pk").last())
    except IntegrityError:  # a colleague started it at the same moment
        return company.applications.live().get()


@transaction.atomic
def save_section(
    application: Application, fields: list[str], version: Fingerprint | None = None
) -> Application:
    """Save these fields of sections that are open for editing; returns the fresh row.

    `version` is the fingerprint of what the page was opened with: what someone else has changed
    since then stays as it is. Without it the last one to save wins.
    """
    stored = APPLICATION.lock(application)
    for section in {_section_of(name) for name in fields}:
        require_open(stored, section)
    explain(application, stored)
    if written := copy_changes(application, stored, fields, version):
        stored.save(update_fields=[*written, "updated_at"])
    return stored


def _section_of(field: str) -> CorrectionTarget:
    if field in DECLARATIONS:
        return CorrectionTarget.DECLARATIONS
    return CorrectionTarget.EXPERIENCE


@transaction.atomic
def save_company_section(
    application: Application,
    company: Company,
    fields: list[str] | None = None,
    version: Fingerprint | None = None,
) -> Company:
    """Save the company's facts while its application is open for editing; see save_company."""
    locked = APPLICATION.lock(application)
    require_open(locked, CorrectionTarget.COMPANY)
    explain(company, locked)
    return save_company(company, fields, version)


@transaction.atomic
def submit_application(application: Application, *, actor) -> Application:
    """Send a complete application, or send it back after changes; returns the fresh row."""
    locked = APPLICATION.lock(application)
    name = "resubmit" if "resubmit" in _legal(locked) else "submit"
    holder = locked.assigned_to
    moved = APPLICATION.move(
        locked,
        name,
        actor=actor,
        submitted_at=timezone.now(),
        assigned_to=holder if holder and still_reviews(holder) else None,
        **clock.running(locked.days_waited, timezone.localdate()),
    )
    if missing_items(moved):
        raise TransitionNotAllowed(_("Something is still missing. The list says what."))
    resolve_corrections(moved)
    _keep_version(moved, actor)
    notifications.application_submitted(moved)
    return moved


def _keep_version(application: Application, actor) -> None:
    """What was sent, for comparing it with the next time; and what a reviewer should know."""
    Submission.objects.create(
        application=application,
        number=application.submissions.count() + 1,
        content=snapshot(application),
        sent_by=actor,
    )
    application.risk_flags = risk_flags(application)
    Application.objects.filter(pk=application.pk).update(risk_flags=application.risk_flags)


@transaction.atomic
def withdraw_application(application: Application, *, actor) -> Application:
    """Take a sent application back before it is decided; the company may start anew."""
    moved = APPLICATION.move(application, "withdraw", actor=actor, follows=clock.stopped)
    void_staged(moved, actor=actor)
    notifications.application_withdrawn(moved)
    return moved


def _legal(application: Application) -> set[str]:
    return {t.name for t in APPLICATION.transitions if application.status in t.sources}
