"""The pavilion and the number of its catalogue, as a process may remember them for a second."""

from django.db.models import Subquery

from core.memo import remembered
from pavilion.models import CatalogueVersion, Pavilion


@remembered(seconds=1)
def current_pavilion() -> Pavilion:
    """The pavilion as pages show it, at most a second old, with the catalogue's `version`.

    One row for both: what is kept under a version is never shown in the state of another. To be
    read only, since threads share it; services lock the row itself.
    """
    version = CatalogueVersion.objects.filter(pk=1).values("number")
    return Pavilion.objects.annotate(version=Subquery(version)).get(pk=1)


def current_version() -> int:
    return current_pavilion().version


current_version.forget = current_pavilion.forget
