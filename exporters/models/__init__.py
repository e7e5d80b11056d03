from exporters.models.application import Application, ApplicationTransition
from exporters.models.certificate import Certificate, CertificatePage
from exporters.models.company import Company, Invitation, TeamEvent, TeamMember
from exporters.models.correction import Correction, Submission
from exporters.models.decision import StagedDecision
from exporters.models.desk import ExportedApplication, QueueExport, SavedFilter
from exporters.models.document import Document, DocumentPage
from exporters.models.lead import Lead, LeadInvitation, LeadObjection, LeadTransition
from exporters.models.message import Message, MessageAttachment, ReadMark
from exporters.models.picture import ProductPicture
from exporters.models.product import Product, ProductCategory, ProductTransition
from exporters.models.verification import MarketAccessRule, Verification

__all__ = [
    "Application",
    "ApplicationTransition",
    "Certificate",
    "CertificatePage",
    "Company",
    "Correction",
    "Document",
    "DocumentPage",
    "ExportedApplication",
    "Invitation",
    "Lead",
    "LeadInvitation",
    "LeadObjection",
    "LeadTransition",
    "MarketAccessRule",
    "Message",
    "MessageAttachment",
    "Product",
    "ProductCategory",
    "ProductPicture",
    "ProductTransition",
    "QueueExport",
    "ReadMark",
    "SavedFilter",
    "StagedDecision",
    "Submission",
    "TeamEvent",
    "TeamMember",
    "Verification",
]
