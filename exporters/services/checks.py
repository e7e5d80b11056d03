"""Recording what a coordinator verified."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.workflow import TransitionNotAllowed
from exporters.access import may_verify
from exporters.checklist import checklist
from exporters.models import Application, Verification
from exporters.services.review import require_independent
from exporters.workflow import APPLICATION

ONLY_THE_HOLDER = gettext_lazy("Only the coordinator who has the file verifies it.")


@dataclass(frozen=True)
class CheckAnswer:
    """An answer to the question `key` (checklist.Check.key) as its facts were on the page."""

    key: str
    facts: str
    outcome: str
    note: str = ""


@transaction.atomic
def record_checks(
    application: Application, answers: list[CheckAnswer], *, actor
) -> list[Verification]:
    """Keep the answers that are new; what was answered the same before stays as it is."""
    locked = APPLICATION.lock(application)
    if not may_verify(actor, locked):
        raise TransitionNotAllowed(ONLY_THE_HOLDER)
    require_independent(locked, actor)
    checks = {check.key: check for check in checklist(locked)}
    fresh = []
    for answer in answers:
        check = checks.get(answer.key)
        if check is None or check.facts != answer.facts:
            raise TransitionNotAllowed(
                _("The file has changed since you opened this page. Look at it and verify again.")
            )
        known = check.answer
        if known and (known.outcome, known.note) == (answer.outcome, answer.note):
            continue
        fresh.append(
            Verification.objects.create(
                application=locked,
                kind=check.kind,
                product=check.product,
                subject=check.product.name if check.product else "",
                facts=check.facts,
                outcome=answer.outcome,
                note=answer.note,
                verified_by=actor,
            )
        )
    if fresh:
        Application.objects.filter(pk=locked.pk).update(worked_at=timezone.now())
    return fresh
