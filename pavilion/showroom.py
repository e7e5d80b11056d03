"""What the pages of one product, of one company and of a few chosen products show."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.safestring import mark_safe

from exporters.enums import ApplicationStatus, ProductStatus
from exporters.models import Application, Certificate, Company, Product
from pavilion.best import Kind, best_cards_of
from pavilion.catalogue import categories
from pavilion.fields import has_terms
from pavilion.languages import LANGUAGES, suffix
from pavilion.models import Listing
from pavilion.tokens import Term, tokens

RELATED, MORE = 6, 4  # cards below a product
SHORTEST_WORD = 4  # what a name calls a product; shorter words are articles and prepositions
_CARDS_OF = 24  # a team's own products that are not public, on its company's page


def find_product(slug: str) -> Product | None:
    """A product in any status; `listed` is None while it is not public. One query.

    Its family is one that the process remembers: to load it anew takes as long as all the rest.
    """
    rows = Product.objects.select_related("company", "share_picture").annotate(listed=F("listing"))
    product = rows.filter(slug=slug).first()
    for family in categories() if product else ():
        if family.pk == product.category_id:
            product.category = family
    return product


def gallery(product: Product) -> list:
    """Its pictures that are ready, the cover first. One query."""
    return [picture for picture in product.pictures.all() if picture.is_ready]


def certificates_of(owner: Product | Company) -> QuerySet[Certificate]:
    """Those of a product or of a company that buyers may see."""
    return owner.certificates.shown(timezone.localdate())


def cards_beside(product: Product, language: str) -> dict[str, list[str]]:
    """Cards of similar products of others, and of more by its company, in one query.

    Similar is what is called the same in the same family, then what is of that family, then what
    is called the same elsewhere; the best first.
    """
    family = "category_id = %s AND company_id <> %s"
    of_family = (product.category_id, product.company_id)
    own = ("company_id = %s AND product_id <> %s", (product.company_id, product.pk))
    kinds = [Kind(*own, MORE), Kind(family, of_family, RELATED)]
    if word := _calling_word(product):
        called, terms = has_terms("tokens", [Term((word,))], connection)
        kinds.append(Kind(f"{family} AND {called}", (*of_family, *terms), RELATED))
        kinds.append(Kind(f"company_id <> %s AND {called}", (of_family[1], *terms), RELATED))
    more, same_family, *named = best_cards_of(kinds, language)
    twins, namesakes = named or ({}, {})
    related = twins | same_family | namesakes
    return {"related": list(related.values())[:RELATED], "more": list(more.values())}


def finished(cards: Iterable[str]) -> list[str]:
    """Cards for a template: what companies wrote was escaped when they were made."""
    return [mark_safe(card) for card in cards]  # noqa: S308 - see services.listings


def similar_listings(product: Product, language: str) -> list[Listing]:
    """The best of the same family that others offer. One query."""
    rows = Listing.objects.filter(category=product.category_id).exclude(company=product.company_id)
    return list(_with_names(rows, language)[:RELATED])


def _calling_word(product: Product) -> str:
    """ "hass" of "Aguacate Hass de 4 kg": the first that the name of its family does not say."""
    said = set(tokens(product.category.name_es or ""))
    words = [word for word in tokens(product.name_es or "") if word not in said]
    return next((word for word in words if len(word) >= SHORTEST_WORD and word.isalpha()), "")


def find_company(slug: str) -> Company | None:
    """A company, with `is_approved`. One query."""
    approved = Application.objects.filter(company=OuterRef("pk"), status=ApplicationStatus.APPROVED)
    return Company.objects.annotate(is_approved=Exists(approved)).filter(slug=slug).first()


def unlisted_products(company: Company) -> QuerySet[Product]:
    """For its team: what it offers and buyers do not see yet."""
    rows = company.products.filter(listing=None).exclude(status=ProductStatus.HIDDEN)
    return rows.select_related("company", "category").prefetch_related("pictures")[:_CARDS_OF]


def chosen_products(slugs: Iterable[str]) -> list[Product]:
    """Public products with all that a comparison says of them, in the order asked for."""
    wanted = list(slugs)
    shown = Certificate.objects.shown(timezone.localdate())
    rows = Product.objects.filter(listing__slug__in=wanted).select_related("company", "category")
    rows = rows.prefetch_related(
        "pictures", Prefetch("certificates", shown, to_attr="shown_certificates")
    )
    return sorted(rows, key=lambda product: wanted.index(product.slug))


def chosen_listings(
    language: str, *, keys: list[int] | None = None, slugs: list[str] | None = None
) -> list[Listing]:
    """Listings by key or by address, with their card, in the order asked for. One query."""
    rows = _with_names(Listing.objects.order_by(), language)
    if keys is not None:
        return sorted(rows.filter(pk__in=keys), key=lambda row: keys.index(row.pk))
    slugs = slugs or []
    return sorted(rows.filter(slug__in=slugs), key=lambda row: slugs.index(row.slug))


def _with_names(rows: QuerySet[Listing], language: str) -> QuerySet[Listing]:
    """With the names of the product, and as `card` the card of this language."""
    names = [f"product__name_{suffix(code)}" for code in LANGUAGES]
    rows = rows.select_related("product").annotate(card=F(f"card_{suffix(language)}"))
    return rows.only("slug", *names)
