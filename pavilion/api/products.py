from decimal import Decimal

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404, HttpResponse
from django.utils import translation
from ninja import Query, Router

from core.mexico import state_name
from exporters.enums import CertificateKind, PictureStatus
from exporters.models import Company, Product, ProductPicture
from pavilion import search
from pavilion.api.addresses import absolute, public_file, renditions
from pavilion.api.categories import category_key, category_ref, known_categories
from pavilion.api.companies import certificates, company_ref
from pavilion.api.languages import columns, in_all, in_language
from pavilion.api.lists import answer
from pavilion.api.paging import page
from pavilion.api.parameters import Parameters, ProductParameters
from pavilion.api.problems import Problem
from pavilion.api.schemas import ProductDetail, ProductList
from pavilion.api.state import current_state, is_open
from pavilion.facets import word
from pavilion.models import Listing

router = Router(tags=["Products"])

_KINDS = {word("certificate", kind): kind for kind in CertificateKind.values}
_PICTURE = ("file", "width", "height", *columns("alt"))
_OF_ONE = (
    *columns("name", "description", "packaging", "keywords"),
    "hs_code", "lead_time_days", "port", "supply_quantity", "supply_period", "payment_terms",
)  # fmt: skip
_READY = ProductPicture.objects.filter(status=PictureStatus.READY).order_by("position", "pk")


def _rows():
    """Every listing with what a list shows of it, its first picture included, in one query."""
    data = JSONObject(**dict(zip(_PICTURE, _PICTURE, strict=True)))
    picture = _READY.filter(product=OuterRef("pk")).annotate(data=data).values("data")
    of_product = (*columns("name"), "fob_min_usd", "fob_max_usd", "unit", "moq", "gift_wrapping")
    return Listing.objects.values(
        "pk", "slug", "quality", "category", "state", "facets", "published_at", "updated_at",
        company_slug=F("company__slug"),
        company_trade_name=F("company__trade_name"),
        company_legal_name=F("company__legal_name"),
        picture=Subquery(picture[:1]),
        **{name: F(f"product__{name}") for name in of_product},
    )  # fmt: skip


@router.get(
    "/products", response=ProductList, url_name="products", summary="Products, page by page"
)
def list_products(request, params: Query[ProductParameters], response: HttpResponse):
    """Public products, best described first, of those the newest. Every parameter narrows.

    Before the launch, and while the pavilion is closed, the list is empty: its `pavilion` says
    why. To have all of them follow `next` until it is null: each product that stays as it is
    comes exactly once, whatever comes and goes meanwhile.
    """
    state = current_state()
    found = search.found(params.wanted(category_key(params.category)))
    if params.company:
        found = found.filter(company=Company.objects.filter(slug=params.company).values("pk")[:1])
    if not is_open(state):
        found = found.none()
    picked = page(found, ("quality", "pk"), _rows(), params)
    with translation.override(params.lang):
        return answer(request, response, picked, state, lambda row: _item(row, params.lang))


@router.get(
    "/products/{slug:slug}",
    response={200: ProductDetail, 404: Problem},
    url_name="product",
    summary="A product",
)
def show_product(request, slug: str, params: Query[Parameters]):
    """A public product with all its pictures, and its texts in every language."""
    if not is_open(current_state()):
        raise Http404
    row = _rows().filter(slug=slug).first()
    if row is None:
        raise Http404
    product = Product.objects.values("pk", *_OF_ONE).get(pk=row["pk"])
    pictures = _READY.filter(product=row["pk"]).values(*_PICTURE)
    with translation.override(params.lang):
        return _item(row, params.lang) | _detail(product, list(pictures), params.lang)


def _item(row: dict, language: str) -> dict:
    name, name_language = in_language(row, "name", language)
    company = row["company_trade_name"] or row["company_legal_name"]
    return {
        "slug": row["slug"],
        "name": name,
        "name_language": name_language,
        "url": absolute("api:product", row["slug"], lang=language),
        "page": absolute("pavilion:product", row["slug"]),
        "category": category_ref(known_categories()[row["category"]], language),
        "company": company_ref(row["company_slug"], company, language),
        "state": row["state"],
        "state_name": state_name(row["state"]),
        "price": {
            "min": _amount(row["fob_min_usd"]),
            "max": _amount(row["fob_max_usd"]),
            "currency": "USD",
            "incoterm": "FOB",
        },
        "unit": row["unit"],
        "moq": row["moq"],
        "gift_wrapping": row["gift_wrapping"],
        "certificates": [_KINDS[each] for each in row["facets"].split() if each in _KINDS],
        "picture": _picture(row["picture"], language) if row["picture"] else None,
        "published_at": row["published_at"],
        "updated_at": row["updated_at"],
    }


def _detail(product: dict, pictures: list[dict], language: str) -> dict:
    """What only the page of one product shows."""
    description, description_language = in_language(product, "description", language)
    packaging, packaging_language = in_language(product, "packaging", language)
    keywords = in_all(product, "keywords")
    quantity = product["supply_quantity"]
    return {
        "description": description,
        "description_language": description_language,
        "packaging": packaging,
        "packaging_language": packaging_language,
        "texts": {
            **{name: in_all(product, name) for name in ("name", "description", "packaging")},
            "keywords": {code: _words(text or "") for code, text in keywords.items()},
        },
        "hs_code": product["hs_code"],
        "lead_time_days": product["lead_time_days"],
        "port": product["port"],
        "supply": {"quantity": quantity, "period": product["supply_period"]} if quantity else None,
        "payment_terms": product["payment_terms"],
        "pictures": [_picture(row, language) for row in pictures],
        "certificate_details": certificates(products=product["pk"]),
    }


def _picture(row: dict, language: str) -> dict:
    alt, alt_language = in_language(row, "alt", language)
    return {
        "url": public_file(row["file"]),
        "width": row["width"],
        "height": row["height"],
        "alt": alt,
        "alt_language": alt_language,
        "renditions": renditions(row["file"]),
    }


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _words(text: str) -> list[str]:
    return [stripped for part in text.split(",") if (stripped := part.strip())]
