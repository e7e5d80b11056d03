from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views import View

from core.logs import security_event
from core.uploads import NOT_STORED, PDF, StorageUnavailable, private_response
from exporters.access import can_read_files
from exporters.enums import DocumentKind, ScanStatus
from exporters.forms import DocumentForm
from exporters.models import Document
from exporters.services.documents import remove_document, store_document
from exporters.views.sections import SectionView, document_slots


class DocumentUploadView(SectionView):
    """Takes one document; the section page shows it again with what is wrong."""

    section = "documents"
    template_name = "exporters/section_documents.html"

    def get(self, request, reference, kind):
        return redirect("exporters:section_documents", reference)

    def post(self, request, reference, kind):
        if kind not in DocumentKind.values:
            raise Http404
        form = DocumentForm(request.POST, request.FILES, kind=DocumentKind(kind))
        if not form.is_valid():
            return self.refuse(form)
        try:
            store_document(
                self.application,
                form.cleaned_data["file"],
                kind=kind,
                issued_on=form.cleaned_data.get("issued_on"),
                actor=request.user,
                key=form.cleaned_data["key"],
            )
        except StorageUnavailable:
            form.add_error("file", NOT_STORED)
            return self.refuse(form, status=503)
        messages.success(request, _("Received: %(name)s") % {"name": DocumentKind(kind).label})
        return redirect("exporters:section_documents", reference)

    def refuse(self, form, status=422):
        slots = document_slots(self.application, self.open_targets, bound=form)
        return self.page(status=status, slots=slots)


class DocumentRemoveView(SectionView):
    section = "documents"

    def post(self, request, reference, public_id):
        document = get_object_or_404(self.application.documents.current(), public_id=public_id)
        remove_document(document)
        messages.success(request, _("Removed."))
        return redirect("exporters:section_documents", reference)

    def get(self, request, reference, public_id):
        return redirect("exporters:section_documents", reference)


class DocumentFileView(LoginRequiredMixin, View):
    """The file itself, to its team and to staff; as a download, never run by the browser."""

    def get(self, request, public_id):
        document = self.document(request, public_id)
        security_event("document_read", user=request.user, document=document.pk)
        return private_response(
            document.file,
            filename=document.original_name,
            content_type=document.content_type,
        )

    @staticmethod
    def document(request, public_id) -> Document:
        document = get_object_or_404(
            Document.objects.select_related("application__company"), public_id=public_id
        )
        infected = document.scan_status == ScanStatus.INFECTED
        if infected or not can_read_files(request.user, document.application):
            raise Http404
        return document


class DocumentPageView(DocumentFileView):
    """One page as a picture: of a PDF the drawn page, of a picture the picture."""

    def get(self, request, public_id, number):
        document = self.document(request, public_id)
        if document.content_type != PDF:
            if number != 1:
                raise Http404
            return private_response(
                document.file,
                filename=document.original_name,
                content_type=document.content_type,
                inline=True,
            )
        page = get_object_or_404(document.pages, number=number)
        return private_response(
            page.file, filename=f"{number}.webp", content_type="image/webp", inline=True
        )
