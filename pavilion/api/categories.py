from django.db.models import OuterRef
from ninja import Query, Router

from core.memo import remembered
from exporters.models import ProductCategory
from pavilion.api.counting import CappedCount, total
from pavilion.api.languages import columns, in_all, in_language
from pavilion.api.parameters import Parameters, refuse
from pavilion.api.schemas import CategoryList
from pavilion.models import Listing
from pavilion.state import current_version

router = Router(tags=["Categories"])


@router.get("/categories", response=CategoryList, url_name="categories", summary="All categories")
def list_categories(request, params: Query[Parameters]):
    """Every category of products, those that buyers have named first. There are before the
    launch, too."""
    rows = ProductCategory.objects.order_by("position").values(
        "code",
        "in_demand",
        *columns("name"),
        shown=CappedCount(Listing.objects.filter(category=OuterRef("pk"))),
    )
    items = [
        {
            **category_ref(row, params.lang),
            "texts": {"name": in_all(row, "name")},
            "in_demand": row["in_demand"],
            "products": total(row["shown"]),
        }
        for row in rows
    ]
    return {"items": items}


def category_ref(row: dict, language: str) -> dict:
    name, name_language = in_language(row, "name", language)
    return {"code": row["code"], "name": name, "name_language": name_language}


@remembered(seconds=60, of=current_version)
def known_categories() -> dict[int, dict]:
    """All of them by their primary key: a code never changes, a name very rarely."""
    rows = ProductCategory.objects.values("pk", "code", *columns("name"))
    return {row["pk"]: row for row in rows}


def category_key(code: str | None) -> int | None:
    """The primary key of a category that is asked for."""
    if code is None:
        return None
    for key, row in known_categories().items():
        if row["code"] == code:
            return key
    raise refuse("category", "There is no such category. See /categories.")
