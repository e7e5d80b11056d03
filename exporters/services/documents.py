"""Storing documents and checking what was stored."""

import datetime
import uuid

from celery import current_app
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from core import pdf, virus_scan
from core.uploads import PDF, CleanUpload, private_storage, stored
from exporters.editing import require_open
from exporters.enums import DocumentCheck
from exporters.models import Application, Document, DocumentPage, MessageAttachment
from exporters.workflow import APPLICATION


class _StoredBefore(Exception):
    def __init__(self, document: Document):
        self.document = document


def store_document(
    application: Application,
    upload: CleanUpload,
    *,
    kind: str,
    issued_on: datetime.date | None,
    actor,
    key: uuid.UUID,
) -> Document:
    """Store a document as the current one of its kind; the one before it is kept.

    A retry with the same `key` finds the first result. Raises StorageUnavailable when the
    disk refuses: then neither file nor row exists.
    """
    try:
        with (
            stored(upload, private_storage(), f"documents/{application.reference}") as name,
            transaction.atomic(),
        ):
            require_open(APPLICATION.lock(application), kind)
            if earlier := application.documents.filter(idempotency_key=key).first():
                if (earlier.kind, earlier.sha256) == (kind, upload.sha256):
                    raise _StoredBefore(earlier)  # takes the second file away again
                key = uuid.uuid4()  # another file from a page that was still open
            application.documents.current().filter(kind=kind).update(replaced_at=timezone.now())
            document = Document.objects.create(
                application=application,
                kind=kind,
                file=name,
                original_name=upload.original_name,
                content_type=upload.content_type,
                size=upload.size,
                sha256=upload.sha256,
                issued_on=issued_on,
                uploaded_by=actor,
                idempotency_key=key,
            )
            # By name, since tasks stand above services. Lost with a dead broker, swept up later.
            transaction.on_commit(
                lambda: current_app.send_task("exporters.tasks.check_document", [document.pk]),
                robust=True,
            )
    except _StoredBefore as found:
        return found.document
    return document


@transaction.atomic
def remove_document(document: Document) -> None:
    """Take a document out of an open application; the stored version stays on record."""
    require_open(APPLICATION.lock(document.application), document.kind)
    Document.objects.filter(pk=document.pk, replaced_at=None).update(replaced_at=timezone.now())


def check_document(document: Document) -> None:
    """Scan a stored document for viruses and draw its pages; runs in the worker.

    Of two runs at once the first one counts.
    """
    found, pages = inspect_file(document)
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.check_status != DocumentCheck.PENDING:
            return
        for number, content in enumerate(pages, start=1):
            page = DocumentPage(document=locked, number=number)
            page.file.save(f"pages/{uuid.uuid4().hex}.webp", ContentFile(content), save=True)
        Document.objects.filter(pk=locked.pk).update(**found)


def inspect_file(row: Document | MessageAttachment) -> tuple[dict[str, str], list[bytes]]:
    """What a virus scan and an attempt to open it say of a stored file; the pages of a PDF."""
    path = row.file.path
    verdict = virus_scan.scan(path)
    try:
        if not row.file.storage.exists(row.file.name):
            raise pdf.Unreadable  # lost with a disk: it has to be sent again
        pages = pdf.render_pages(path) if row.content_type == PDF else []
        status = DocumentCheck.READABLE
    except pdf.Unreadable:
        pages, status = [], DocumentCheck.UNREADABLE
    return {"scan_status": verdict.value, "check_status": status}, pages
