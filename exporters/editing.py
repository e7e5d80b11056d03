"""What a company may change now: everything in a draft, what was asked for after a review."""

import enum
from collections.abc import Collection

from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.completeness import MissingItem, missing_items
from exporters.enums import ApplicationStatus, CorrectionTarget, DocumentKind, ProductStatus
from exporters.models import Application, Company, Correction, Product

EVERYTHING = frozenset(CorrectionTarget.values)
# A company that was approved keeps its products itself, while it is suspended too.
KEEPS_PRODUCTS = (ApplicationStatus.APPROVED, ApplicationStatus.SUSPENDED)


class ProductsDoor(enum.StrEnum):
    """Where a company may change its products now."""

    COMPANY = "company"  # on pages of their own
    APPLICATION = "application"  # in the open section of its application
    REVIEW = "review"  # nowhere: they are reviewed with the application
    CLOSED = "closed"  # nowhere: there is no live application


def open_targets(
    application: Application,
    *,
    missing: list[MissingItem] | None = None,
    corrections: Collection[Correction] | None = None,
) -> frozenset[str]:
    """The sections and kinds of documents that are open for changes, as CorrectionTarget values.

    After a request: what was asked for, and what is missing by now. A document that expired
    meanwhile has to be replaceable, or the application could never be sent back.
    """
    if application.status == ApplicationStatus.DRAFT:
        return EVERYTHING
    if application.status != ApplicationStatus.CHANGES_REQUESTED:
        return frozenset()
    if corrections is None:
        corrections = application.corrections.open()
    asked = {correction.target for correction in corrections}
    if not asked:  # asked in words only, before requests had items
        return EVERYTHING
    if missing is None:
        missing = missing_items(application)
    return frozenset(asked | {_target_of(item) for item in missing})


def open_sections(targets: Collection[str]) -> set[str]:
    """The sections of the form in which something may be changed."""
    return {CorrectionTarget(target).section for target in targets}


def require_open(application: Application, target: str) -> None:
    """Raises TransitionNotAllowed unless this section or document may be changed now."""
    if not application.is_editable:
        raise TransitionNotAllowed(
            _("This application has been sent, so it cannot be changed at the moment.")
        )
    if target not in open_targets(application):
        raise TransitionNotAllowed(
            _("The coordinator did not ask to change this: %(what)s.")
            % {"what": CorrectionTarget(target).label}
        )


def may_edit_products(company: Company) -> bool:
    """Whether its products may be changed now; a suspended company mends what it was about."""
    door = products_door(company.applications.live().first())
    return door in (ProductsDoor.COMPANY, ProductsDoor.APPLICATION)


def products_door(application: Application | None) -> ProductsDoor:
    """Where the products of the company of this live application, or of none, are changed."""
    if application is None:
        return ProductsDoor.CLOSED
    if application.status in KEEPS_PRODUCTS:
        return ProductsDoor.COMPANY
    if CorrectionTarget.PRODUCTS in open_targets(application):
        return ProductsDoor.APPLICATION
    return ProductsDoor.REVIEW


def require_products_open(application: Application) -> None:
    """Raises TransitionNotAllowed unless the products of its company may be changed now."""
    if application.status not in KEEPS_PRODUCTS:
        require_open(application, CorrectionTarget.PRODUCTS)


def require_at_rest(product: Product) -> None:
    """Raises TransitionNotAllowed while somebody of the programme is looking at this product."""
    if product.status == ProductStatus.IN_REVIEW:
        raise TransitionNotAllowed(
            _("The programme is looking at this product. Take it back to change it.")
        )


def _target_of(item: MissingItem) -> str:
    return item.field if item.field in DocumentKind.values else item.section
