"""Holding what decides whether a company's products may be changed."""

from django.utils.translation import gettext as _

from core.workflow import TransitionNotAllowed
from exporters.editing import may_edit_products
from exporters.models import Company


def lock_editable(company: Company) -> None:
    """Lock the company's application until the end of the transaction: its status decides.

    Raises TransitionNotAllowed while the products may not be changed.
    """
    list(company.applications.live().select_for_update(of=("self",)).values_list("pk"))
    if not may_edit_products(company):
        raise TransitionNotAllowed(
            _("This cannot be changed now: the application is being looked at, or has ended.")
        )
