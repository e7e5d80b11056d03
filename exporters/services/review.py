"""What coordinators and managers do with an application."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.logs import security_event
from core.workflow import TransitionNotAllowed
from exporters import clock, notifications
from exporters.access import (
    ASSIGN,
    OVERRIDE,
    REVIEW,
    holds_file,
    is_independent,
    may_release,
)
from exporters.checklist import checklist, open_checks
from exporters.completeness import unusable_documents
from exporters.enums import ApplicationStatus, ProductStatus
from exporters.letter_code import new_letter_code
from exporters.models import Application, Product, ProductTransition
from exporters.services.catalogue import announce_change
from exporters.services.corrections import CorrectionDraft, store_corrections
from exporters.services.pictures import end_addresses
from exporters.services.staging import void_staged
from exporters.signals import (
    application_approved,
    approval_reinstated,
    approval_revoked,
)
from exporters.workflow import APPLICATION


@transaction.atomic
def claim_application(application: Application, *, actor) -> Application:
    """Take a sent application onto one's desk and start its review."""
    moved = APPLICATION.move(
        application, "claim", actor=actor, assigned_to=actor, worked_at=timezone.now()
    )
    require_independent(moved, actor)
    notifications.review_started(moved)
    return moved


@transaction.atomic
def assign_application(application: Application, *, to, actor) -> Application:
    """Give a file to a coordinator: one's own, or with the permission to assign anyone's."""
    locked = APPLICATION.lock(application)
    if not (holds_file(actor, locked) or actor.has_perm(ASSIGN)):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    if not (to.is_active and to.has_perm(REVIEW)):
        raise TransitionNotAllowed(_("%(person)s does not review applications.") % {"person": to})
    if holds_file(to, locked):
        raise TransitionNotAllowed(_("%(person)s already has this file.") % {"person": to})
    require_independent(locked, actor)
    first = locked.status == ApplicationStatus.SUBMITTED
    moved = APPLICATION.move(
        locked,
        "assign",
        actor=actor,
        reason_text=str(to),
        assigned_to=to,
        worked_at=timezone.now(),
    )
    require_independent(moved, to)
    void_staged(moved, actor=actor)
    if first:
        notifications.review_started(moved)
    if to != actor:
        notifications.file_assigned(moved, actor)
    return moved


@transaction.atomic
def release_application(application: Application, *, actor) -> Application:
    """Put an application back for anyone to claim: one's own, or as a manager anyone's."""
    moved = APPLICATION.move(application, "release", actor=actor)
    if not may_release(actor, moved):
        require_holder(moved, actor)
    if not holds_file(actor, moved):  # who has joined the company's team may still let go of it
        require_independent(moved, actor)
    void_staged(moved, actor=actor)
    Application.objects.filter(pk=moved.pk).update(assigned_to=None)
    moved.assigned_to = None
    return moved


@transaction.atomic
def request_changes(
    application: Application, *, actor, items: list[CorrectionDraft]
) -> Application:
    """Send an application back to the company, with one item for each thing to change."""
    if not items:
        raise TransitionNotAllowed(_("Say at least one thing that the company should change."))
    moved = APPLICATION.move(
        application,
        "request_changes",
        actor=actor,
        reason_code=items[0].reason_code,
        reason_text="\n\n".join(item.message for item in items),
        follows=clock.stopped,
    )
    require_holder(moved, actor)
    require_independent(moved, actor)
    void_staged(moved, actor=actor)
    request = moved.transitions.latest("pk")
    notifications.changes_requested(moved, store_corrections(moved, request, items))
    return moved


@transaction.atomic
def approve_application(
    application: Application,
    *,
    actor,
    confirmed_terms: str | None = None,
    override_reason: str = "",
    second_person=None,
) -> Application:
    """Approve an application: its products go public, its membership is offered.

    `confirmed_terms` is what the reviewer saw of the offer (see signals.Panel.terms); None
    accepts the terms of this moment. `override_reason` lets whoever may override pass open
    checks. `second_person` is who released the decision, where one was asked for.
    """
    moved = APPLICATION.move(
        application,
        "approve",
        actor=actor,
        follows=clock.stopped,
        letter_code=new_letter_code(),
        reason_code="override" if override_reason else "",
        reason_text=override_reason,
        decided_at=timezone.now(),
        decided_by=actor,
    )
    require_holder(moved, actor)
    require_independent(moved, actor)
    _require_checks(moved, actor, override_reason)
    void_staged(moved, actor=actor)
    _publish_products(moved, actor)
    application_approved.send(
        sender=Application,
        application=moved,
        actor=actor,
        confirmed_terms=confirmed_terms,
        second_person=second_person,
    )
    return moved


def _require_checks(application: Application, actor, override_reason: str) -> None:
    documents = list(application.documents.current())
    if unusable := unusable_documents(application, documents):
        raise TransitionNotAllowed(
            _("This document does not serve, ask for another: %(names)s")
            % {"names": ", ".join(str(kind.label) for kind in unusable)}
        )
    still_open = open_checks(checklist(application, documents=documents))
    if not still_open:
        return
    if override_reason.strip() and actor.has_perm(OVERRIDE):
        security_event("checks_overridden", user=actor, application=application.pk)
        return
    raise TransitionNotAllowed(
        _("Complete the checklist before you approve. Open: %(names)s")
        % {"names": ", ".join(str(check.title) for check in still_open)}
    )


def _publish_products(application: Application, actor) -> None:
    drafts = Product.objects.filter(
        company=application.company_id, status=ProductStatus.DRAFT
    ).select_for_update()
    keys = list(drafts.values_list("pk", flat=True))
    Product.objects.filter(pk__in=keys).update(
        status=ProductStatus.PUBLISHED, published_at=timezone.now()
    )
    ProductTransition.objects.bulk_create(
        ProductTransition(
            product_id=key,
            transition="publish",
            from_status=ProductStatus.DRAFT,
            to_status=ProductStatus.PUBLISHED,
            actor=actor,
        )
        for key in keys
    )


@transaction.atomic
def reject_application(
    application: Application, *, actor, reason_code: str, reason_text: str
) -> Application:
    moved = APPLICATION.move(
        application,
        "reject",
        actor=actor,
        follows=clock.stopped,
        reason_code=reason_code,
        reason_text=reason_text,
        decided_at=timezone.now(),
        decided_by=actor,
    )
    require_holder(moved, actor)
    require_independent(moved, actor)
    void_staged(moved, actor=actor)
    notifications.application_rejected(moved, reason_code, reason_text)
    return moved


@transaction.atomic
def suspend_application(
    application: Application, *, actor, reason_code: str, reason_text: str
) -> Application:
    """Suspend an approval; the company's products vanish from the pavilion at once."""
    moved = APPLICATION.move(
        application, "suspend", actor=actor, reason_code=reason_code, reason_text=reason_text
    )
    require_independent(moved, actor)
    end_addresses(moved.company)
    announce_change(moved.company)
    notifications.approval_suspended(moved, reason_code, reason_text)
    return moved


@transaction.atomic
def reinstate_application(application: Application, *, actor) -> Application:
    moved = APPLICATION.move(application, "reinstate", actor=actor)
    require_independent(moved, actor)
    approval_reinstated.send(sender=Application, application=moved, actor=actor)
    notifications.approval_reinstated(moved)
    return moved


@transaction.atomic
def revoke_application(
    application: Application, *, actor, reason_code: str, reason_text: str
) -> Application:
    """End a suspended approval for good."""
    moved = APPLICATION.move(
        application, "revoke", actor=actor, reason_code=reason_code, reason_text=reason_text
    )
    require_independent(moved, actor)
    approval_revoked.send(sender=Application, application=moved, actor=actor)
    announce_change(moved.company)
    notifications.approval_revoked(moved, reason_code, reason_text)
    return moved


def require_independent(application: Application, actor) -> None:
    if not is_independent(actor, application):
        raise TransitionNotAllowed(
            _("You are in this company's team. Someone else has to review its application.")
        )


def require_holder(application: Application, actor) -> None:
    if not holds_file(actor, application):
        raise TransitionNotAllowed(
            _("%(person)s has this file. Only the coordinator who claimed it may decide.")
            % {"person": application.assigned_to}
        )
