"""The documents of an application over time: what was replaced, and what a renewal asks anew."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from exporters.enums import DocumentCheck, DocumentKind, ScanStatus
from exporters.models import Application, Correction, Document
from exporters.models.document import VALID_DAYS


@dataclass(frozen=True)
class Version:
    """An earlier version of a document; `reason` is why it was replaced, "" when nobody asked."""

    document: Document
    reason: str


@dataclass(frozen=True)
class Renewal:
    """A kind of document that has to be new at the renewal."""

    kind: DocumentKind
    days: int  # how long one serves
    valid_until: datetime.date | None
    is_expired: bool


def earlier_versions(
    application: Application, documents: list[Document]
) -> dict[str, list[Version]]:
    """The replaced ones among all `documents` of the application by kind, the last one first."""
    corrections = list(application.corrections.order_by("-created_at"))
    replaced = [document for document in documents if document.replaced_at]
    versions = defaultdict(list)
    for document in sorted(replaced, key=lambda document: document.replaced_at, reverse=True):
        versions[document.kind].append(Version(document, _reason(document, corrections)))
    return versions


def _reason(document: Document, corrections: list[Correction]) -> str:
    for correction in corrections:
        during = document.uploaded_at <= correction.created_at <= document.replaced_at
        if correction.target == document.kind and during:
            return correction.get_reason_code_display()
    if document.scan_status == ScanStatus.INFECTED:
        return ScanStatus.INFECTED.label
    if document.check_status == DocumentCheck.UNREADABLE:
        return DocumentCheck.UNREADABLE.label
    return _("Expired") if document.had_expired else ""


def expiring_documents(application: Application) -> list[Document]:
    """The current documents that serve today, but not for long."""
    return [document for document in application.documents.current() if document.expires_soon]


def renewal_needs(application: Application) -> list[Renewal]:
    """What has to be new when an approved company renews, with the state of what it sent."""
    current = {document.kind: document for document in application.documents.current()}
    return [
        Renewal(
            kind,
            VALID_DAYS[kind],
            current[kind].valid_until if kind in current else None,
            kind not in current or current[kind].is_expired,
        )
        for kind in DocumentKind
        if kind in VALID_DAYS
    ]
