"""Writes what the review desk kept of a told application: versions, corrections, verifications."""

import copy
import datetime

from django.utils import timezone

from exporters.checklist import checklist
from exporters.enums import ApplicationStatus, DocumentKind
from exporters.models import (
    Application,
    ApplicationTransition,
    Correction,
    Document,
    StagedDecision,
    Submission,
    Verification,
)
from exporters.risk import risk_flags
from exporters.snapshot import snapshot
from memberships.services.prices import price_on

# What is asked for: target, reason, message, answer.
ASKED = (
    (
        "tax_opinion",
        "expired",
        "La opinión 32-D venció. Descargue una nueva del portal del SAT y súbala aquí; "
        "lo demás está en orden.",
        "Subimos la opinión de este mes, positiva.",
    ),
    (
        "products",
        "product",
        "Diga de qué material es el empaque y cuántas piezas lleva cada caja.",
        "Agregamos el empaque y las piezas por caja en la descripción.",
    ),
)
REQUEST_TEXT = "\n\n".join(message for _target, _reason, message, _answer in ASKED)
NOT_LISTED = "No está en la lista de China para México; lo confirmamos con SENASICA."
_STARTS = ("submit", "resubmit")
_HOUR = datetime.timedelta(hours=1)


def write(application: Application) -> None:
    """All that the desk kept of an application whose steps, products and documents are told."""
    # As the database has it: a verification is of what is stored, to the last zero of a figure.
    application = Application.objects.select_related("company").get(pk=application.pk)
    steps = {step.transition: step for step in application.transitions.all()}
    if "submit" not in steps:
        return
    if "resubmit" in steps:
        _replace_opinion(application, steps)
    _keep_versions(application, steps)
    if "request_changes" in steps:
        _keep_corrections(application, steps)
    if "claim" in steps:
        _verify(application, steps)
    values = {"risk_flags": risk_flags(application)}
    if application.status == ApplicationStatus.IN_REVIEW:
        values["worked_at"] = timezone.now() - 2 * _HOUR
    Application.objects.filter(pk=application.pk).update(**values)


def prepare_approval(application: Application) -> StagedDecision:
    """An approval that waits for a second person; its checklist is complete."""
    now = timezone.now()
    _store(application, checklist(application), now - 3 * _HOUR, application.assigned_to)
    return StagedDecision.objects.create(
        application=application,
        decision="approve",
        confirmed_terms=price_on(timezone.localdate(now), application.company).terms,
        staged_by=application.assigned_to,
        staged_at=now - _HOUR,
    )


def _replace_opinion(application: Application, steps: dict[str, ApplicationTransition]) -> None:
    """The four documents came with the first version, the opinion again with the second."""
    first = steps["submit"].created_at
    opinion = application.documents.current().get(kind=DocumentKind.TAX_OPINION)
    application.documents.exclude(pk=opinion.pk).update(uploaded_at=first)
    Document.objects.create(
        application=application,
        kind=opinion.kind,
        file=opinion.file.name,
        original_name="opinion-anterior.pdf",
        content_type=opinion.content_type,
        size=opinion.size,
        sha256=opinion.sha256[::-1],
        issued_on=timezone.localdate(first) - datetime.timedelta(days=45),
        uploaded_by=opinion.uploaded_by,
        uploaded_at=first,
        replaced_at=opinion.uploaded_at,
        check_status=opinion.check_status,
        scan_status=opinion.scan_status,
    )


def _keep_versions(application: Application, steps: dict[str, ApplicationTransition]) -> None:
    sent = [steps[name] for name in _STARTS if name in steps]
    contents = [snapshot(application)]
    if len(sent) > 1:
        contents.insert(0, _as_it_was(contents[0], application))
    for number, (step, content) in enumerate(zip(sent, contents, strict=True), start=1):
        Submission.objects.create(
            application=application,
            number=number,
            content=content,
            sent_by=step.actor,
            created_at=step.created_at,
        )


def _as_it_was(content: dict, application: Application) -> dict:
    """The version before the corrections."""
    before = copy.deepcopy(content)
    old = application.documents.exclude(replaced_at=None).get()
    issued = old.issued_on.isoformat()
    before["documents"][old.kind] = f"{old.original_name} · {old.sha256[:8]} · {issued}"
    product = next(part for part in before if part.startswith("product:"))
    first_sentence = before[product]["description_es"].split(". ")[0]
    before[product] |= {"description_es": f"{first_sentence}.", "moq": "1"}
    return before


def _keep_corrections(application: Application, steps: dict[str, ApplicationTransition]) -> None:
    """Both answered and sent back; or one of them answered, and nothing sent yet."""
    request, back = steps["request_changes"], steps.get("resubmit")
    for position, (target, reason, message, answer) in enumerate(ASKED):
        answered = {}
        if back or position:
            moment = back.created_at - _HOUR if back else request.created_at + _HOUR
            answered = {
                "answer": answer,
                "answered_at": moment,
                "answered_by": application.created_by,
            }
        Correction.objects.create(
            application=application,
            request=request,
            target=target,
            reason_code=reason,
            message=message,
            created_at=request.created_at,
            resolved_at=back.created_at if back else None,
            **answered,
        )


def _verify(application: Application, steps: dict[str, ApplicationTransition]) -> None:
    """What its coordinator had verified by the last step."""
    claim = steps["claim"]
    checks = checklist(application)
    if "reject" in steps:
        _store(application, checks, claim.created_at + _HOUR, claim.actor, note=NOT_LISTED)
    elif "approve" in steps:
        _store(application, checks, claim.created_at + _HOUR, claim.actor)
    else:
        begun = [check for check in checks if check.kind in ("rfc", "size")]
        _store(application, begun, claim.created_at + _HOUR, claim.actor)


def _store(application, checks, moment, by, note="") -> None:
    """All that is not yet verified: in order, or with a `note` no access to the market."""
    Verification.objects.bulk_create(
        Verification(
            application=application,
            kind=check.kind,
            product=check.product,
            subject=check.product.name if check.product else "",
            facts=check.facts,
            outcome="failed" if note and check.product else "passed",
            note=note if check.product else "",
            verified_by=by,
            verified_at=moment,
        )
        for check in checks
        if not check.passed
    )
