"""What a coordinator asks a company to change, and what the company answers."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.enums import ApplicationStatus
from exporters.models import Application, ApplicationTransition, Correction
from exporters.workflow import APPLICATION


@dataclass(frozen=True)
class CorrectionDraft:
    """One thing to ask for: a CorrectionTarget, a ChangeReason, and words for the company."""

    target: str
    reason_code: str
    message: str


def store_corrections(
    application: Application, request: ApplicationTransition, drafts: list[CorrectionDraft]
) -> list[Correction]:
    """The items of a request that was just logged."""
    return Correction.objects.bulk_create(
        Correction(
            application=application,
            request=request,
            target=draft.target,
            reason_code=draft.reason_code,
            message=draft.message,
        )
        for draft in drafts
    )


@transaction.atomic
def answer_correction(correction: Correction, *, answer: str, actor) -> Correction:
    """Say what was changed; may be changed again until the application is sent back."""
    locked = APPLICATION.lock(correction.application)
    row = locked.corrections.open().filter(pk=correction.pk).first()
    if locked.status != ApplicationStatus.CHANGES_REQUESTED or row is None:
        raise TransitionNotAllowed(_("This application has been sent back already."))
    row.answer, row.answered_at, row.answered_by = answer, timezone.now(), actor
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    return row


def resolve_corrections(application: Application) -> None:
    """Close the items of an application that is sent back; each must have been answered."""
    if application.corrections.open().filter(answered_at=None).exists():
        raise TransitionNotAllowed(_("Answer each point of the coordinator first."))
    application.corrections.open().update(resolved_at=timezone.now())
