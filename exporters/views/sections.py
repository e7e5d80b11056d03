from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from exporters.completeness import missing_items
from exporters.editing import open_sections
from exporters.enums import ApplicationStatus, DocumentKind
from exporters.forms import CompanyForm, DeclarationsForm, DocumentForm, ExperienceForm
from exporters.progress import next_section, section_progress
from exporters.services.applications import save_company_section, save_section
from exporters.views.scope import ApplicationScope


class SectionView(ApplicationScope, View):
    """One section of the form: shown, saved on its own, then the next one."""

    editing = True
    section = ""
    template_name = "exporters/section_form.html"
    form_class = None

    def instance(self):
        return self.application

    def save(self, form):
        save_section(form.instance, self.section, list(form.cleaned_data))

    def get(self, request, reference):
        return self.page(self.form_class(instance=self.instance()))

    def post(self, request, reference):
        form = self.form_class(request.POST, instance=self.instance())
        if not form.is_valid():
            return self.page(form, status=422)
        self.save(form)
        messages.success(request, _("Saved."))
        return self.after_save()

    def after_save(self):
        if "stay" in self.request.POST:
            return redirect(f"exporters:section_{self.section}", self.application.reference)
        return redirect(self.next_url())

    def next_url(self) -> str:
        """The next section that is open; after the last one the application."""
        following = next_section(self.section, among=open_sections(self.open_targets))
        page = f"section_{following}" if following else "application_detail"
        return reverse(f"exporters:{page}", args=[self.application.reference])

    def page(self, form=None, status=200, **context):
        # A failed form has written on its instance; what is missing is asked of the stored row.
        if form is not None and form.is_bound:
            self.application.refresh_from_db()
        missing = missing_items(self.application)
        context |= {
            "application": self.application,
            "form": form,
            "section": self.section,
            "sections": section_progress(
                self.application, missing, self.section, among=open_sections(self.open_targets)
            ),
            "corrections_here": self.corrections_here(),
            "next_url": self.next_url(),
            "missing_here": [item for item in missing if item.section == self.section],
        }
        return render(self.request, self.template_name, context, status=status)

    def corrections_here(self):
        """What the coordinator asked for in this section."""
        if self.application.status != ApplicationStatus.CHANGES_REQUESTED:
            return []
        asked = self.application.corrections.open()
        return [correction for correction in asked if correction.section == self.section]


class CompanySectionView(SectionView):
    section = "company"
    form_class = CompanyForm

    def instance(self):
        return self.application.company

    def save(self, form):
        save_company_section(self.application, form.instance)


class ExperienceSectionView(SectionView):
    section = "experience"
    form_class = ExperienceForm


class DeclarationsSectionView(SectionView):
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
    current = {document.kind: document for document in application.documents.current()}
    return [
        {
            "kind": kind,
            "document": current.get(kind),
            "form": bound if bound and bound.kind == kind else DocumentForm(kind=kind),
            "is_open": kind in targets,
        }
        for kind in DocumentKind
    ]
