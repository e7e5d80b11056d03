import datetime

from celery import shared_task
from django.utils import timezone

from exporters.enums import DocumentCheck, PictureStatus
from exporters.models import Certificate, Document, MessageAttachment, ProductPicture
from exporters.services import (
    certificate_checks,
    chasers,
    digests,
    documents,
    messages,
    pictures,
)


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
def check_certificate(certificate_id: int):
    """Check the file of one certificate, unless that has been done."""
    certificate = Certificate.objects.filter(
        pk=certificate_id, check_status=DocumentCheck.PENDING
    ).first()
    if certificate:
        certificate_checks.check_certificate(certificate)


@shared_task
def prepare_picture(picture_id: int):
    """Make the renditions of one picture, unless that has been done."""
    picture = ProductPicture.objects.filter(pk=picture_id, status=PictureStatus.PENDING).first()
    if picture:
        pictures.prepare_picture(picture)


@shared_task
def readdress_picture(picture_id: int):
    """Give one picture its new address, unless that has been done."""
    picture = ProductPicture.objects.filter(pk=picture_id, address_ends=True).first()
    if picture:
        pictures.readdress_picture(picture)


@shared_task
def readdress_pictures():
    """Give all pictures whose address ends a new one."""
    ending = ProductPicture.objects.filter(address_ends=True)
    for key in ending.values_list("pk", flat=True)[:100]:
        readdress_picture.delay(key)


@shared_task
def tend_certificates():
    """Take certificates that have ended off the pavilion, and remind of those that end soon."""
    certificate_checks.tend_certificates(timezone.localdate())


@shared_task
def check_pending_documents():
    """Pick up uploaded files whose work was lost with a worker or a broker."""
    before = timezone.now() - datetime.timedelta(minutes=1)
    unchecked = {"check_status": DocumentCheck.PENDING}
    waiting = [
        (check_document, Document.objects.filter(uploaded_at__lt=before, **unchecked)),
        (
            check_attachment,
            MessageAttachment.objects.filter(message__created_at__lt=before, **unchecked),
        ),
        (check_certificate, Certificate.objects.filter(uploaded_at__lt=before, **unchecked)),
        (
            prepare_picture,
            ProductPicture.objects.filter(uploaded_at__lt=before, status=PictureStatus.PENDING),
        ),
        (readdress_picture, ProductPicture.objects.filter(address_ends=True)),
    ]
    for task, rows in waiting:
        for key in rows.values_list("pk", flat=True)[:100]:
            task.delay(key)  # a task each: one that fails stops no other


@shared_task
def chase():
    """Remind, warn, close and release what is due; safe to run at any time and twice at once."""
    chasers.sweep()


@shared_task
def send_digests():
    digests.send_digests()
