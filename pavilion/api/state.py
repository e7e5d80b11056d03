from django.db.models import Exists, OuterRef
from ninja import Query, Router

from exporters.models import Application, Company
from pavilion.api.addresses import absolute
from pavilion.api.categories import known_categories
from pavilion.api.counting import CappedCount, total
from pavilion.api.parameters import Parameters
from pavilion.api.schemas import Index, PavilionState
from pavilion.enums import PavilionStatus
from pavilion.models import Listing, Pavilion

router = Router(tags=["Pavilion"])

OF_COMPANY = Listing.objects.filter(company=OuterRef("pk"))


@router.get("/", response=Index, url_name="index", summary="All addresses")
def index(request, params: Query[Parameters]):
    """Where everything is."""
    names = ("pavilion", "categories", "companies", "products")
    return {name: absolute(f"api:{name}") for name in names} | {
        "reference": absolute("api:openapi-view"),
        "openapi": absolute("api:openapi-json"),
    }


@router.get("/pavilion", response=PavilionState, url_name="pavilion", summary="State and figures")
def show_pavilion(request, params: Query[Parameters]):
    """Whether the pavilion is open, how far it is from its launch, and how much it shows."""
    companies = Company.objects.filter(Exists(OF_COMPANY))
    row = Pavilion.objects.values(
        "status",
        "threshold",
        "launched_at",
        companies=CappedCount(companies),
        products=CappedCount(Listing.objects.all()),
    ).get(pk=1)
    return {
        "state": row["status"],
        "approved": Application.objects.approved().count(),
        "threshold": row["threshold"],
        "launched_at": row["launched_at"],
        "companies": total(row["companies"]),
        "products": total(row["products"]),
        "categories": len(known_categories()),
    }


def current_state() -> str:
    return Pavilion.objects.values_list("status", flat=True).get(pk=1)


def is_open(state: str) -> bool:
    return state == PavilionStatus.OPEN
