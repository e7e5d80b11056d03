import datetime

from celery import shared_task
from django.utils import timezone

from exporters.enums import DocumentCheck
from exporters.models import Document
from exporters.services import chasers, digests, documents


@shared_task
def check_document(document_id: int):
    """Check one stored document, unless that has been done."""
    document = Document.objects.filter(pk=document_id, check_status=DocumentCheck.PENDING).first()
    if document:
        documents.check_document(document)


@shared_task
def check_pending_documents():
    """Pick up documents whose check was lost with a worker or a broker."""
    before = timezone.now() - datetime.timedelta(minutes=1)
    pending = Document.objects.filter(check_status=DocumentCheck.PENDING, uploaded_at__lt=before)
    for document_id in pending.values_list("pk", flat=True)[:100]:
        check_document.delay(document_id)  # a task each: one that fails stops no other


@shared_task
def chase():
    """Remind, warn, close and release what is due; safe to run at any time and twice at once."""
    chasers.sweep()


@shared_task
def send_digests():
    digests.send_digests()
