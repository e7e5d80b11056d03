from django.shortcuts import redirect

from exporters.document_versions import earlier_versions
from exporters.enums import DocumentKind
from exporters.forms import CompanyForm, DeclarationsForm, DocumentForm, ExperienceForm
from exporters.services.applications import save_company_section, save_section
from exporters.views.drafts import DraftView
from exporters.views.section_page import SectionView


class SectionFormView(DraftView, SectionView):
    """One section of the form: shown, saved on its own, then the next one."""

    def instance(self):
        return self.application

    def save(self, row, fields, version):
        return save_section(row, fields, version)

    def after_save(self):
        if "stay" in self.request.POST:
            return redirect(f"exporters:section_{self.section}", self.application.reference)
        return redirect(self.next_url())


class CompanySectionView(SectionFormView):
    section = "company"
    form_class = CompanyForm

    def instance(self):
        return self.application.company

    def save(self, row, fields, version):
        return save_company_section(self.application, row, fields, version)


class ExperienceSectionView(SectionFormView):
    section = "experience"
    form_class = ExperienceForm


class DeclarationsSectionView(SectionFormView):
    section = "declarations"
    template_name = "exporters/section_declarations.html"
    form_class = DeclarationsForm


class ProductsSectionView(SectionView):
    section = "products"
    template_name = "exporters/section_products.html"
    http_method_names = ("get", "head", "options")

    def get(self, request, reference):
        products = self.application.company.products.select_related("category")
        return self.page(products=products)


class DocumentsSectionView(SectionView):
    section = "documents"
    template_name = "exporters/section_documents.html"
    http_method_names = ("get", "head", "options")

    def get(self, request, reference):
        return self.page(slots=document_slots(self.application, self.open_targets))


def document_slots(application, targets, bound: DocumentForm | None = None) -> list[dict]:
    """For each kind of document: the current one, and the form to upload or replace it."""
    documents = list(application.documents.all())
    current = {document.kind: document for document in documents if not document.replaced_at}
    earlier = earlier_versions(application, documents)
    return [
        {
            "kind": kind,
            "document": current.get(kind),
            "earlier": earlier.get(kind, []),
            "form": bound if bound and bound.kind == kind else DocumentForm(kind=kind),
            "is_open": kind in targets,
        }
        for kind in DocumentKind
    ]
