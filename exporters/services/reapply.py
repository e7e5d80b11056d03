"""Applying again: a new draft with what the ended application holds."""

from exporters.models import Application, Document, DocumentPage
from exporters.models.application import EXPERIENCE


def carry_over(draft: Application, ended: Application | None) -> Application:
    """Store `draft`, the successor of `ended`; without one, just the draft.

    Carries the answers on experience and the documents that still serve. Company and products
    are the company's own and need no carrying. Never the declarations: they are given anew.
    """
    if ended is None:
        draft.save()
        return draft
    for name in EXPERIENCE:
        setattr(draft, name, getattr(ended, name) or getattr(draft, name))
    draft.previous = ended
    draft.save()
    for document in ended.documents.current().prefetch_related("pages"):
        if document.is_usable:
            _copy(document, draft)
    return draft


def _copy(document: Document, draft: Application) -> None:
    """A row of its own for the same stored file: stored files are never deleted or changed.

    A check that is still running is made again for the copy, by the sweep of pending ones.
    """
    copy = Document.objects.create(
        application=draft,
        kind=document.kind,
        file=document.file.name,
        original_name=document.original_name,
        content_type=document.content_type,
        size=document.size,
        sha256=document.sha256,
        issued_on=document.issued_on,
        uploaded_by=document.uploaded_by,
        uploaded_at=document.uploaded_at,
        check_status=document.check_status,
        scan_status=document.scan_status,
    )
    DocumentPage.objects.bulk_create(
        DocumentPage(document=copy, number=page.number, file=page.file.name)
        for page in document.pages.all()
    )
