import datetime

from celery import shared_task
from django.utils import timezone

from exporters.enums import DocumentCheck
from exporters.models import Document, MessageAttachment
from exporters.services import chasers, digests, documents, messages


@shared_task
def check_document(document_id: int):
    """Check one stored document, unless that has been done."""
    document = Document.objects.filter(pk=document_id, check_status=DocumentCheck.PENDING).first()
    if document:
        documents.check_document(document)


@shared_task
def check_attachment(attachment_id: int):
    """Check one file of a message, unless that has been done."""
    attachment = MessageAttachment.objects.filter(
        pk=attachment_id, check_status=DocumentCheck.PENDING
    ).first()
    if attachment:
        messages.check_attachment(attachment)


@shared_task
def check_pending_documents():
    """Pick up documents and files of messages whose check was lost with a worker or a broker."""
    before = timezone.now() - datetime.timedelta(minutes=1)
    waiting = [
        (check_document, Document.objects.filter(uploaded_at__lt=before)),
        (check_attachment, MessageAttachment.objects.filter(message__created_at__lt=before)),
    ]
    for task, rows in waiting:
        pending = rows.filter(check_status=DocumentCheck.PENDING)
        for key in pending.values_list("pk", flat=True)[:100]:
            task.delay(key)  # a task each: one that fails stops no other


@shared_task
def chase():
    """Remind, warn, close and release what is due; safe to run at any time and twice at once."""
    chasers.sweep()


@shared_task
def send_digests():
    digests.send_digests()
