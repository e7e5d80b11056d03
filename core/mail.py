"""Mail: stored in the outbox with the work that caused it, sent after the commit.

Bodies are rendered here, by template files per language, never by the outbox: it would treat
a company's name as a template.
"""

from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from post_office.models import PRIORITY, STATUS, Email

from core import tasks


class OutboxBackend(BaseEmailBackend):
    """Django's mail backend that stores each message as a post_office row."""

    def send_messages(self, email_messages):
        now = timezone.now()
        rows = [
            Email(
                from_email=message.from_email,
                to=message.to,
                cc=message.cc,
                bcc=message.bcc,
                subject=" ".join(message.subject.split()),
                message=message.body,
                html_message=next(
                    (part for part, kind in message.alternatives if kind == "text/html"), ""
                ),
                headers=message.extra_headers or None,
                status=STATUS.queued,
                priority=PRIORITY.medium,
                message_id=make_msgid(domain="enunclick.portal"),
                created=now,
                last_updated=now,
            )
            for message in email_messages
        ]
        Email.objects.bulk_create(rows)
        # Robust: with the broker down the mail stays stored, and the periodic sweep sends it.
        transaction.on_commit(tasks.send_mail.delay, robust=True)
        return len(rows)


def build_message(template: str, *, to: str, language: str, context: dict):
    """An e-mail from `templates/<template>/<language>.txt`: first line subject, rest body."""
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    with translation.override(language):
        full = {
            "site_url": settings.SITE_URL,
            "programme": settings.PROGRAMME_NAME,
            "agency": settings.AGENCY_NAME,
            **context,
        }
        text = render_to_string(f"{template}/{language}.txt", full).strip()
        subject, __, body = text.partition("\n")
        html = render_to_string("mail/layout.html", {**full, "subject": subject, "body": body})
    message = EmailMultiAlternatives(subject=subject.strip(), body=body.strip() + "\n", to=[to])
    message.attach_alternative(html, "text/html")
    return message


def queue(template: str, *, to: str, language: str, **context) -> None:
    """Store one mail in the outbox, inside the caller's transaction."""
    build_message(template, to=to, language=language, context=context).send()


def absolute(path: str) -> str:
    """The address of a local path, for links in mail."""
    return settings.SITE_URL.rstrip("/") + path
