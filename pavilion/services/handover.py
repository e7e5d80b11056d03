"""Handing listings over to the platform: ordered once, made at once or by the worker, recorded."""

import datetime
import hashlib
import tempfile
import uuid
from collections.abc import Iterable

from celery import current_app
from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.logs import security_event
from core.models import User
from core.uploads import StorageUnavailable, private_storage
from core.workflow import TransitionNotAllowed
from exporters.models import Company
from pavilion.access import HANDOVER
from pavilion.feed_files import Report, check, feed_file, public_products
from pavilion.models import Handover, HandoverOrder

# Products that are checked while somebody waits; more of them are for the worker.
AT_ONCE = 500
# After so long without a sign of its worker, another one takes an order over.
LEASE = datetime.timedelta(seconds=150)


def preview(company: Company | None, language: str) -> tuple[Report, int]:
    """What a hand-over would hold now, of the first AT_ONCE products, and how many there are."""
    products = public_products(company)
    first = products.order_by("pk").values("pk")[:AT_ONCE]
    return check(products.filter(pk__in=list(_keys(first))), language), products.count()


def _keys(rows) -> Iterable[int]:
    return (row["pk"] for row in rows)


def order_handover(
    company: Company | None, *, language: str, format: str, actor: User, key: uuid.UUID
) -> HandoverOrder:
    """Order a feed of a company's public products, or of all; a small one is made at once.

    A retry with the same key finds the first result. Raises TransitionNotAllowed.
    """
    order = _place_order(company, language, format, actor, key)
    if order.handover_id is None and order.total <= AT_ONCE:
        make_handover(order.pk)
        order.refresh_from_db()
    return order


@transaction.atomic
def _place_order(company, language, format, actor, key) -> HandoverOrder:
    if not actor.has_perm(HANDOVER):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    # Of a double click the second waits here, and then finds the first one's order.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if earlier := HandoverOrder.objects.filter(idempotency_key=key).first():
        return earlier
    total = public_products(company).count()
    if total == 0:
        raise TransitionNotAllowed(_("No product is public, so there is nothing to hand over."))
    order = HandoverOrder.objects.create(
        idempotency_key=key,
        company=company,
        format=format,
        language=language,
        ordered_by=actor,
        total=total,
    )
    if total > AT_ONCE:
        # By name, since tasks stand above services. Lost with a dead broker, swept up later.
        transaction.on_commit(
            lambda: current_app.send_task("pavilion.tasks.make_handover", [order.pk]), robust=True
        )
    return order


def orders_to_make() -> list[int]:
    """Those that nobody makes at this moment."""
    return list(_free().order_by("pk").values_list("pk", flat=True))


def make_handover(order_key: int) -> Handover | None:
    """Write the file of an order and its record, once; None when another one does it or did.

    Raises StorageUnavailable when the disk refuses: then neither file nor record exists.
    """
    if not _free().filter(pk=order_key).update(worked_at=timezone.now(), done=0):
        return None
    order = HandoverOrder.objects.select_related("company", "ordered_by").get(pk=order_key)
    report = Report()
    try:
        with tempfile.TemporaryFile() as file:
            sha256 = _write(file, order, report)
            name = private_storage().save(
                f"handovers/{uuid.uuid4().hex}.{order.format}", File(file)
            )
    except OSError as error:
        HandoverOrder.objects.filter(pk=order_key).update(worked_at=None)
        raise StorageUnavailable from error
    try:
        handover = _record(order, report, name, sha256)
    except BaseException:
        private_storage().delete(name)
        raise
    if handover is None:
        private_storage().delete(name)
    return handover


def _free():
    """Orders without a hand-over that no worker has been at of late."""
    idle = Q(worked_at=None) | Q(worked_at__lt=timezone.now() - LEASE)
    return HandoverOrder.objects.filter(idle, handover=None)


def _write(file, order: HandoverOrder, report: Report) -> str:
    def progress(done: int) -> None:
        HandoverOrder.objects.filter(pk=order.pk).update(done=done, worked_at=timezone.now())

    digest = hashlib.sha256()
    products = public_products(order.company)
    for piece in feed_file(
        order.format, products, order.language, report=report, progress=progress
    ):
        file.write(piece)
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


@transaction.atomic
def _record(order: HandoverOrder, report: Report, name: str, sha256: str) -> Handover | None:
    locked = HandoverOrder.objects.select_for_update().get(pk=order.pk)
    if locked.handover_id:  # a worker that was thought dead has finished after all
        return None
    handover = Handover.objects.create(
        company=order.company,
        format=order.format,
        language=order.language,
        products=report.accepted,
        refused=report.refused,
        findings=dict(report.findings),
        file=name,
        sha256=sha256,
        made_by=order.ordered_by,
    )
    locked.handover = handover
    locked.save(update_fields=["handover"])
    security_event(
        "handover_made",
        user=order.ordered_by,
        handover=handover.pk,
        products=report.accepted,
        refused=len(report.refused),
    )
    return handover
