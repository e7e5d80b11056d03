"""Products of the volume as they are printed: one offer for each variant, its listing made once.

An offer is stored with words in place of the numbers of its firm and of its place, listed as any
product is, and taken back; what a product adds to it are those two numbers.
"""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from core.uploads import PDF
from demo import specimens
from demo.volume_rows import Cast, company_row
from demo.volume_variants import VARIANTS, Variant, variant
from exporters.enums import DocumentKind
from exporters.models import Certificate, Company, Product, ProductPicture
from exporters.quality import gaps, score
from pavilion.languages import LANGUAGES, suffix
from pavilion.models import Listing
from pavilion.services.listings import for_listing, listing_of

# What a printed text differs in, as words of an offer: letters and digits only.
FIRM, PLACE = "zz{:03d}zz", "yy{:03d}x{:02d}yy"
FIRST_PK = 8_000_000_000_000_000
LANGUAGE_ENDS = [suffix(language) for language in LANGUAGES]
DESCRIPTIONS = [f"description_{end}" for end in LANGUAGE_ENDS]
CARDS = [f"card_{end}" for end in LANGUAGE_ENDS]

Key = tuple[int, int, int]  # company, row, variant


@dataclass
class Offer:
    """`fields`, `listing`: texts with the words `firm` and `place` where a number belongs.

    `pk` stands in a listing for the product's.
    """

    firm: str
    place: str
    pk: int
    fields: dict
    pictures: list[dict]
    certificates: tuple[str, ...]
    listing: dict | None = None

    @cached_property
    def sample(self) -> Product:
        return Product(**self.fields)

    @cached_property
    def sample_pictures(self) -> list[ProductPicture]:
        return [ProductPicture(**picture) for picture in self.pictures]

    def filled(self, text: str, firm: str, place: str) -> str:
        return text.replace(self.firm, firm).replace(self.place, place)

    def listed(self, name: str, product: Product) -> str:
        """A text of its listing, as that of this product."""
        _word, firm, place = product.slug.split("-")
        return self.filled(self.listing[name], firm, place).replace(str(self.pk), str(product.pk))


def like(sample: Model, **changes) -> Model:
    """A new row with the values of another one, by the names of columns.

    Their order is given, not their names, which a model in three languages takes long to read.
    """
    values = sample.__dict__ | changes
    return type(sample)(*(values[field.attname] for field in sample._meta.concrete_fields))


class Offers:
    """The offers by company (its place in companies.csv), row and variant."""

    def __init__(self, cast: Cast):
        self.cast = cast
        self.rows: dict[int, list[int]] = {}  # by company: its rows of products.csv
        by_rfc = {company["rfc"]: place for place, company in enumerate(cast.companies)}
        for number, row in enumerate(cast.products):
            self.rows.setdefault(by_rfc[row["company_rfc"]], []).append(number)
        self.made: dict[Key, Offer] = {}

    def make(self, wanted: Iterable[Key]) -> None:
        """Those that are missing."""
        missing = sorted(set(wanted) - set(self.made))
        if not missing:
            return
        offers = {key: self._offer(*key) for key in missing}
        with transaction.atomic():
            _list(offers, self.cast)
            transaction.set_rollback(True)
        self.made |= offers

    def _offer(self, company: int, row: int, number: int) -> Offer:
        facts = self.cast.products[row]
        firm, place = FIRM.format(company), PLACE.format(row, number)
        category = self.cast.categories[facts["category"]]
        names = {end: getattr(category, f"name_{end}") for end in LANGUAGE_ENDS}
        made = variant(facts, number, names, f"{firm}p{place}")
        fields = made.fields | {"category": category, "status": "published"}
        offer = Offer(
            firm=firm,
            place=place,
            pk=FIRST_PK + row * VARIANTS + number,
            fields=fields,
            pictures=self._pictures(row, made),
            certificates=made.certificates,
        )
        texts = {name: offer.filled(fields[name], "1000000", "0") for name in DESCRIPTIONS}
        found = gaps(
            Product(**fields | texts),
            pictures=len(offer.pictures),
            certificates=len(offer.certificates),
        )
        fields["quality"] = score(found)
        return offer

    def _pictures(self, row: int, made: Variant) -> list[dict]:
        """Its own drawing first, then others of its category."""
        own = self.cast.products[row]
        others = [
            other
            for other in self.cast.products
            if other["category"] == own["category"] and other["picture"] != own["picture"]
        ]
        alts = {f"alt_{end}": own[f"name_{end}"] for end in LANGUAGE_ENDS}
        shown = [specimens.picture(each["picture"]) for each in [own, *others][: made.pictures]]
        return [
            {
                "file": drawing.name,
                "width": drawing.width,
                "height": drawing.height,
                "position": position,
                **alts,
            }
            for position, drawing in enumerate(shown)
        ]


def certificate_row(company: Company, kind: str, cast: Cast) -> Certificate:
    """A certificate that a coordinator has looked at."""
    sample = cast.specimens[DocumentKind.TAX_CERTIFICATE]
    return Certificate(
        company=company,
        kind=kind,
        number=f"{kind}-{company.rfc}",
        valid_until=timezone.localdate(cast.now) + datetime.timedelta(days=300),
        file=sample.name,
        original_name=f"{kind}.pdf",
        content_type=PDF,
        size=sample.size,
        sha256=sample.sha256,
        check_status="readable",
        scan_status="not_scanned",
        uploaded_by=cast.coordinators[0],
        verified_by=cast.coordinators[0],
        verified_at=cast.now,
    )


@dataclass
class Printed:
    """A product that is to be stored, and the offer that it is a print of."""

    product: Product
    offer: Offer


def store_products(printed: list[Printed], cast: Cast) -> None:
    """Products with their pictures and their companies' certificates; not their listings."""
    Product.objects.bulk_create([each.product for each in printed])
    wanted = {
        (each.product.company_id, kind): certificate_row(each.product.company, kind, cast)
        for each in printed
        for kind in each.offer.certificates
    }
    Certificate.objects.bulk_create(wanted.values())
    ProductPicture.objects.bulk_create(
        like(
            picture,
            product_id=each.product.pk,
            public_id=uuid.uuid4(),
            idempotency_key=uuid.uuid4(),
            file=picture.file.name,
        )
        for each in printed
        for picture in each.offer.sample_pictures
    )
    through = Product.certificates.through
    through.objects.bulk_create(
        through(product_id=each.product.pk, certificate_id=wanted[each.product.company_id, kind].pk)
        for each in printed
        for kind in each.offer.certificates
    )


def _list(offers: dict[Key, Offer], cast: Cast) -> None:
    """Store the offers as products of companies that are called by words, and list them."""
    samples = {}
    for place in sorted({key[0] for key in offers}):
        word = FIRM.format(place)
        samples[place] = company_row(cast.companies[place], word, rfc=word.upper())
    Company.objects.bulk_create(samples.values())
    printed = [
        Printed(
            Product(
                pk=offer.pk,
                company=samples[key[0]],
                slug=f"volumen-{offer.firm}-{offer.place}",
                **offer.fields,
            ),
            offer,
        )
        for key, offer in offers.items()
    ]
    store_products(printed, cast)
    by_pk = {each.product.pk: each.offer for each in printed}
    tokens_column = Listing._meta.get_field("tokens")
    rows = for_listing(Product.objects.filter(pk__in=by_pk))
    for product in rows.iterator(chunk_size=500):
        made = listing_of(product)
        by_pk[product.pk].listing = {
            "tokens": tokens_column.get_db_prep_value(made.tokens, connection),
            "facets": made.facets,
            **{card: getattr(made, card) for card in CARDS},
        }
