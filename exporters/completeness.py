"""What an application still lacks before it can be sent, each with the section that mends it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exporters.enums import DocumentCheck, DocumentKind, ExportLevel, ScanStatus, Size
from exporters.models import Application, Document

# In the order of the form; the value is the section's title.
SECTIONS = {
    "company": _("Company"),
    "experience": _("Export experience"),
    "products": _("Products"),
    "documents": _("Documents"),
    "declarations": _("Declarations"),
}

_COMPANY_FIELDS = (
    "legal_name",
    "state",
    "municipality",
    "contact_name",
    "contact_email",
    "phone",
    "sector",
    "employees",
    "annual_sales_mxn",
)
_EXPERIENCE_FIELDS = (
    "export_level",
    "online_sales",
    "capacity",
    "languages_spoken",
    "motivation",
)


@dataclass(frozen=True)
class MissingItem:
    section: str
    text: str
    field: str = ""  # the form field to jump to


def missing_items(application: Application) -> list[MissingItem]:
    """Everything that stands between this application and sending it, in form order."""
    return [
        *_missing_company(application),
        *_missing_experience(application),
        *_missing_products(application),
        *_missing_documents(application),
        *_missing_declarations(application),
    ]


def _empty_fields(row, names, section):
    for name in names:
        if getattr(row, name) in ("", None):
            label = row._meta.get_field(name).verbose_name
            yield MissingItem(section, label, name)


def _missing_company(application):
    company = application.company
    yield from _empty_fields(company, _COMPANY_FIELDS, "company")
    if company.size == Size.LARGE:
        yield MissingItem(
            "company", _("The programme is for small and medium-sized firms."), "employees"
        )


def _missing_experience(application):
    yield from _empty_fields(application, _EXPERIENCE_FIELDS, "experience")
    exports = application.export_level in (ExportLevel.SOMETIMES, ExportLevel.REGULARLY)
    if exports and not application.export_markets:
        yield MissingItem("experience", _("Countries you have sold to"), "export_markets")


def _missing_products(application):
    if not application.company.products.exists():
        yield MissingItem("products", _("At least one product"))


def _missing_documents(application):
    current = {document.kind: document for document in application.documents.current()}
    for kind in DocumentKind:
        document = current.get(kind)
        if document is None:
            yield MissingItem("documents", kind.label, kind)
        elif document.is_expired:
            yield MissingItem("documents", _("%s: it has expired") % kind.label, kind)
        elif document.check_status == DocumentCheck.UNREADABLE:
            yield MissingItem("documents", _("%s: it cannot be opened") % kind.label, kind)
        elif document.scan_status == ScanStatus.INFECTED:
            yield MissingItem("documents", _("%s: it has a virus") % kind.label, kind)


def unusable_documents(
    application: Application, documents: Iterable[Document] | None = None
) -> list[DocumentKind]:
    """The kinds without a document that serves for a decision.

    Unlike for sending, one that expired since the application was sent still serves.
    """
    if documents is None:
        documents = application.documents.current()
    sent_on = timezone.localdate(application.submitted_at)
    usable = {
        document.kind
        for document in documents
        if document.check_status != DocumentCheck.UNREADABLE
        and document.scan_status != ScanStatus.INFECTED
        and (document.valid_until is None or document.valid_until >= sent_on)
    }
    return [kind for kind in DocumentKind if kind not in usable]


def _missing_declarations(application):
    if not application.declared:
        yield MissingItem("declarations", _("Read and accept the declarations"))
