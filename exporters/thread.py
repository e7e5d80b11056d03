"""The thread of an application's messages, as the exporter's page and the desk show it."""

from django.utils.translation import gettext as _

from core.uploads import NOT_STORED, StorageUnavailable
from core.workflow import TransitionNotAllowed
from exporters.access import may_message
from exporters.forms.message import MessageForm
from exporters.models import Application, Message
from exporters.services import messages

LATEST = 100  # shown at first; the page offers the earlier ones


def thread_context(
    application: Application, user, *, from_staff: bool, form=None, whole: bool = False
) -> dict:
    """What `exporters/_thread.html` shows to a person of the company or `from_staff`."""
    rows = application.messages.select_related("author").prefetch_related("attachments")
    latest = list(rows.order_by("-created_at", "-pk")[: None if whole else LATEST + 1])
    thread = (latest if whole else latest[:LATEST])[::-1]
    mark = application.read_marks.filter(user=user).first()
    allowed = may_message(user, application, from_staff=from_staff)
    return {
        "application": application,
        "company": application.company,
        "thread": thread,
        "has_earlier": len(thread) < len(latest),
        "first_unread": _first_unread(thread, mark, from_staff),
        "from_staff": from_staff,
        "closed_reason": "" if allowed else _refusal(application),
        "form": form or (MessageForm() if allowed else None),
    }


def _first_unread(thread: list[Message], mark, from_staff: bool) -> int | None:
    """The key of the first message that the other side wrote since the last visit."""
    unread = (
        message.pk
        for message in thread
        if message.from_staff != from_staff and (mark is None or message.created_at > mark.read_at)
    )
    return next(unread, None)


def _refusal(application: Application) -> str:
    return messages.closed_reason(application) or _("You can read these messages, not answer them.")


def note_visit(application: Application, user, thread: list[Message]) -> None:
    """After the page has been rendered: what it showed counts as read.

    The one thing that a visit by GET writes in this portal. It is about the visitor alone, and
    doing it twice changes nothing.
    """
    if thread:
        messages.mark_read(application, user, until=thread[-1].created_at)


def send(form: MessageForm, application: Application, user, *, from_staff: bool) -> int:
    """Send a valid form: 0 when it is done, else the status of the page that says why not."""
    try:
        messages.send_message(
            application,
            body=form.cleaned_data["body"],
            uploads=form.cleaned_data["files"],
            author=user,
            from_staff=from_staff,
            key=form.cleaned_data["key"],
        )
    except StorageUnavailable:
        form.add_error("files", NOT_STORED)
        return 503
    except messages.TooManyMessages as refusal:
        form.add_error("body", str(refusal))
        return 429
    except TransitionNotAllowed as refusal:
        form.add_error("body", str(refusal))
        return 422
    return 0
