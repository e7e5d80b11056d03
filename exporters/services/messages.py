"""Messages between a company and the programme, on an application."""

import contextlib
import datetime
import uuid

from celery import current_app
from django.db import transaction
from django.utils.translation import gettext as _

from core import throttle
from core.uploads import CleanUpload, private_storage, stored
from core.workflow import TransitionNotAllowed
from exporters import notifications
from exporters.access import MESSAGE_STATUSES, may_message
from exporters.enums import ApplicationStatus, DocumentCheck
from exporters.models import Application, Message, MessageAttachment, ReadMark
from exporters.services.documents import inspect_file
from exporters.workflow import APPLICATION

MAX_FILES = 3
MESSAGES_PER_HOUR = 30
# Who was mailed and has not looked yet is not mailed again for so long.
QUIET = datetime.timedelta(hours=12)


class TooManyMessages(Exception):
    """The person has written too much in this hour."""


class _StoredBefore(Exception):
    def __init__(self, message: Message):
        self.message = message


def closed_reason(application: Application) -> str:
    """Why nobody may write on this application; "" while it takes messages."""
    if application.status in MESSAGE_STATUSES:
        return ""
    if application.status == ApplicationStatus.DRAFT:
        return _("Messages open when the application has been sent.")
    return _("This application is closed (%(status)s). Its messages can be read, not answered.") % {
        "status": application.get_status_display()
    }


def send_message(
    application: Application,
    *,
    body: str,
    uploads: list[CleanUpload],
    author,
    from_staff: bool,
    key: uuid.UUID,
) -> Message:
    """Store a message with its files, and mail the other side that it is there.

    A retry with the same `key` finds the first message. Raises TransitionNotAllowed, who may
    not write here; TooManyMessages; StorageUnavailable, when the disk refuses: then neither
    files nor rows exist.
    """
    if not throttle.allow("message", str(author.pk), limit=MESSAGES_PER_HOUR, seconds=3600):
        raise TooManyMessages(_("That is enough for now. Write again in an hour."))
    try:
        with contextlib.ExitStack() as files:
            folder = f"messages/{application.reference}"
            names = [
                files.enter_context(stored(upload, private_storage(), folder)) for upload in uploads
            ]
            with transaction.atomic():
                return _store(application, body, uploads, names, author, from_staff, key)
    except _StoredBefore as found:
        return found.message


def _store(application, body, uploads, names, author, from_staff, key) -> Message:
    locked = APPLICATION.lock(application)
    if not may_message(author, locked, from_staff=from_staff):
        raise TransitionNotAllowed(closed_reason(locked) or _("You may not write here."))
    earlier = locked.messages.filter(idempotency_key=key).first()
    if earlier and _is_same(earlier, body, uploads, author):
        raise _StoredBefore(earlier)  # takes the second files away again
    message = Message.objects.create(
        application=locked,
        author=author,
        from_staff=from_staff,
        body=body,
        # Another text from a page that was still open is another message.
        idempotency_key=uuid.uuid4() if earlier else key,
    )
    for upload, name in zip(uploads, names, strict=True):
        _attach(message, upload, name)
    if from_staff:
        Application.objects.filter(pk=locked.pk, assigned_to=author).update(
            worked_at=message.created_at
        )
    _notify(message)
    return message


def _is_same(message: Message, body: str, uploads: list[CleanUpload], author) -> bool:
    files = sorted(message.attachments.values_list("sha256", flat=True))
    return (message.author, message.body, files) == (
        author,
        body,
        sorted(upload.sha256 for upload in uploads),
    )


def _attach(message: Message, upload: CleanUpload, name: str) -> None:
    attachment = MessageAttachment.objects.create(
        message=message,
        file=name,
        original_name=upload.original_name,
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
    )
    # By name, since tasks stand above services. Lost with a dead broker, swept up later.
    transaction.on_commit(
        lambda: current_app.send_task("exporters.tasks.check_attachment", [attachment.pk]),
        robust=True,
    )


def _notify(message: Message) -> None:
    """Mail the other side, except who was mailed a short time ago and has not looked since."""
    application, now = message.application, message.created_at
    for person in notifications.readers_of(message):
        # Nothing can have been read that is older than the application.
        mark, _new = application.read_marks.get_or_create(
            user=person, defaults={"read_at": application.created_at}
        )
        told = mark.notified_at
        if told and told > mark.read_at and now - told < QUIET:
            continue
        ReadMark.objects.filter(pk=mark.pk).update(notified_at=now)
        notifications.message_received(message, person)


def mark_read(application: Application, user, *, until: datetime.datetime) -> None:
    """Note that `user` has read the thread until this moment; never moves back."""
    mark, new = application.read_marks.get_or_create(user=user, defaults={"read_at": until})
    if not new and mark.read_at < until:
        ReadMark.objects.filter(pk=mark.pk, read_at__lt=until).update(read_at=until)


def check_attachment(attachment: MessageAttachment) -> None:
    """Scan a file of a message and see whether it opens; runs in the worker.

    Of two runs at once the first one counts.
    """
    found, _pages = inspect_file(attachment)
    MessageAttachment.objects.filter(pk=attachment.pk, check_status=DocumentCheck.PENDING).update(
        **found
    )
