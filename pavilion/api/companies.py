from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponse
from django.utils import timezone, translation
from ninja import Query, Router

from core.mexico import state_name
from exporters.enums import CertificateKind
from exporters.models import Certificate, Company
from pavilion import search
from pavilion.api.addresses import absolute
from pavilion.api.categories import category_key
from pavilion.api.counting import CappedCount, total
from pavilion.api.languages import columns, in_all, in_language
from pavilion.api.lists import answer
from pavilion.api.paging import page
from pavilion.api.parameters import CompanyParameters, Parameters
from pavilion.api.problems import Problem
from pavilion.api.schemas import CompanyDetail, CompanyList
from pavilion.api.state import OF_COMPANY, current_state, is_open

router = Router(tags=["Companies"])

_COLUMNS = ("pk", "slug", "trade_name", "legal_name", "state", "size", "sector")


@router.get(
    "/companies", response=CompanyList, url_name="companies", summary="Companies, page by page"
)
def list_companies(request, params: Query[CompanyParameters], response: HttpResponse):
    """The companies that have public products, the latest registered first.

    Before the launch, and while the pavilion is closed, the list is empty: its `pavilion` says
    why. A suspended company is gone at once.
    """
    state = current_state()
    listings = search.found(params.wanted(category_key(params.category)))
    found = Company.objects.filter(Exists(listings.filter(company=OuterRef("pk"))), _own(params))
    if not is_open(state):
        found = found.none()
    rows = Company.objects.values(*_COLUMNS, shown=CappedCount(OF_COMPANY))
    with translation.override(params.lang):
        return answer(
            request, response, page(found, ("pk",), rows, params), state,
            lambda row: company_item(row, params.lang),
        )  # fmt: skip


@router.get(
    "/companies/{slug:slug}",
    response={200: CompanyDetail, 404: Problem},
    url_name="company",
    summary="A company",
)
def show_company(request, slug: str, params: Query[Parameters]):
    """A company that has public products, with its texts in every language."""
    if not is_open(current_state()):
        raise Http404
    rows = Company.objects.filter(Exists(OF_COMPANY), slug=slug)
    row = rows.values(
        *_COLUMNS, "website", *columns("about"), shown=CappedCount(OF_COMPANY)
    ).first()
    if row is None:
        raise Http404
    with translation.override(params.lang):
        about, about_language = in_language(row, "about", params.lang)
        return company_item(row, params.lang) | {
            "about": about,
            "about_language": about_language,
            "texts": {"about": in_all(row, "about")},
            "website": row["website"],
            "certificates": certificates(company=row["pk"]),
            "products_url": absolute("api:products", company=slug, lang=params.lang),
        }


def _own(params: CompanyParameters) -> Q:
    """What the company itself must be: quicker to ask of it than of all its products."""
    condition = Q()
    if params.state:
        condition &= Q(state=params.state)
    if params.size:
        condition &= Q(size=params.size)
    if params.certificate:
        shown = Certificate.objects.shown(timezone.localdate()).filter(kind=params.certificate)
        condition &= Q(Exists(shown.filter(company=OuterRef("pk"))))
    return condition


def company_item(row: dict, language: str) -> dict:
    return company_ref(row["slug"], row["trade_name"] or row["legal_name"], language) | {
        "page": absolute("pavilion:company", row["slug"]),
        "state": row["state"],
        "state_name": state_name(row["state"]),
        "size": row["size"],
        "sector": row["sector"],
        "products": total(row["shown"]),
    }


def company_ref(slug: str, name: str, language: str) -> dict:
    return {"slug": slug, "name": name, "url": absolute("api:company", slug, lang=language)}


def certificates(**whose) -> list[dict]:
    """Those that buyers may see. Their numbers and files stay with the programme."""
    rows = Certificate.objects.shown(timezone.localdate()).filter(**whose)
    return [
        {
            "kind": row.kind,
            "name": row.name or str(CertificateKind(row.kind).label),
            "issued_by": row.issued_by,
            "valid_until": row.valid_until,
        }
        for row in rows.order_by("kind", "pk")
    ]
