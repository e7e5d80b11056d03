from exporters.models.application import Application, ApplicationTransition
from exporters.models.company import Company, Invitation, TeamMember
from exporters.models.document import Document, DocumentPage
from exporters.models.product import Product, ProductCategory, ProductPicture, ProductTransition

__all__ = [
    "Application",
    "ApplicationTransition",
    "Company",
    "Document",
    "DocumentPage",
    "Invitation",
    "Product",
    "ProductCategory",
    "ProductPicture",
    "ProductTransition",
    "TeamMember",
]
