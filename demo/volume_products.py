"""Very many products of approved companies, ten a company, as `manage.py demo --products` stores.

They differ in how common they are, as real ones do. Number n is always the same product, so that a
second run only adds what is missing; the pavilion shows them as it shows all others.
"""

import contextlib
import datetime
import uuid
from collections.abc import Callable
from random import Random

from django.db import connection, transaction

from demo.volume import cast_of_all
from demo.volume_offers import CARDS, DESCRIPTIONS, Offers, Printed, like, store_products
from demo.volume_rows import Batch, Cast
from demo.volume_variants import VARIANTS
from exporters.enums import ApplicationStatus as S
from exporters.models import Application, Product
from pavilion.models import Listing
from pavilion.services.versions import begin_change

PREFIX = "MX-W-"
FIRST = 1_000_000  # the number of the first company: beyond those of the applications
PER_COMPANY = 10
COMPANIES = 200  # a batch
DAY = datetime.timedelta(days=1)
# How common the companies' trades are.
TRADES = {"avocado": 24, "tequila": 16, "mezcal": 9, "boots": 9, "gift": 6, "cosmetics": 5}
_VARIANTS = [1 / (number + 1) for number in range(VARIANTS)]


def fill_products_up_to(target: int, say: Callable[[str], None]) -> int:
    """Add companies with their products until there are `target` products, in tens.

    Returns how many products were added.
    """
    have = Application.objects.filter(reference__startswith=PREFIX).count()
    wanted = -(-target // PER_COMPANY)
    cast = cast_of_all()
    offers = Offers(cast)
    with _search_index_waits():
        for start in range(have, wanted, COMPANIES):
            end = min(start + COMPANIES, wanted)
            with transaction.atomic():
                _store(Firms(range(FIRST + start, FIRST + end), cast, offers), offers)
            say(f"{end * PER_COMPANY} of {wanted * PER_COMPANY} products")
    return max(wanted - have, 0) * PER_COMPANY


@contextlib.contextmanager
def _search_index_waits():
    """PostgreSQL takes new words into the index in large portions: half the time in all."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET gin_pending_list_limit = '256MB'")
        try:
            yield
        finally:
            cursor.execute("RESET gin_pending_list_limit")
            cursor.execute("SELECT gin_clean_pending_list('listings_by_token')")


class Firms(Batch):
    """Approved companies, each with what it offers: the number of an offer for each product."""

    prefix = PREFIX

    def __init__(self, numbers: range, cast: Cast, offers: Offers):
        self.shares = [TRADES.get(row["category"], 3) for row in cast.companies]
        self.rows = offers.rows
        self.offered: list[list[tuple[int, int, int]]] = []
        super().__init__(numbers, cast)

    def _add(self, number: int) -> None:
        chance = Random(number)  # noqa: S311 - the same number, the same company
        self.kind = chance.choices(range(len(self.shares)), self.shares)[0]
        company = self._company(number, chance)
        dates = self._dates(S.APPROVED, chance)
        coordinator = self.cast.coordinators[number % len(self.cast.coordinators)]
        people = self.owners[-1], coordinator
        application = self._application(number, S.APPROVED, company, *people, dates)
        self._log(application, *people, dates)
        variants = chance.choices(range(VARIANTS), _VARIANTS, k=PER_COMPANY)
        rows = self.rows[self.kind]
        self.offered.append([(self.kind, chance.choice(rows), variant) for variant in variants])

    def _facts(self, number: int, chance: Random) -> dict:
        return self.cast.companies[self.kind]


def _store(firms: Firms, offers: Offers) -> None:
    firms.store()
    offers.make({key for keys in firms.offered for key in keys})
    printed = [
        Printed(_product(application, place, offers.made[key]), offers.made[key])
        for application, keys in zip(firms.applications, firms.offered, strict=True)
        for place, key in enumerate(keys)
    ]
    store_products(printed, firms.cast)
    begin_change()
    Listing.objects.bulk_create(_listing(each) for each in printed)


def _product(application: Application, place: int, offer) -> Product:
    company = application.company
    slug = f"{company.slug}-{place}"
    numbers = company.slug.removeprefix("volumen-"), str(place)
    texts = {name: offer.filled(offer.fields[name], *numbers) for name in DESCRIPTIONS}
    product = like(
        offer.sample,
        slug=slug,
        published_at=application.decided_at + place * DAY / PER_COMPANY,
        created_at=application.created_at,
        idempotency_key=uuid.uuid4(),
        description=texts["description_es"],
        **texts,
    )
    product.company = company
    return product


def _listing(printed: Printed) -> Listing:
    product, offer = printed.product, printed.offer
    texts = {name: offer.listed(name, product) for name in (*CARDS, "tokens")}
    return Listing(
        product=product,
        company=product.company,
        category_id=product.category_id,
        slug=product.slug,
        state=product.company.state,
        facets=offer.listing["facets"],
        quality=product.quality,
        published_at=product.published_at,
        **texts,
    )
