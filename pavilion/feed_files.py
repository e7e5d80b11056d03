"""Listing feeds as files, written product by product: what is accepted of what is public."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone, translation

from core import mail
from core.spreadsheets import StreamedXLSX
from exporters.enums import PictureStatus
from exporters.models import Certificate, Company, Product, ProductPicture
from pavilion.enums import HandoverFormat
from pavilion.listing_feed import COLUMNS, PLACEHOLDER, PLACEHOLDERS, Entry, feed_entry, flat

BATCH = 500
CONTENT_TYPES = {
    HandoverFormat.JSON: "application/json",
    HandoverFormat.XLSX: StreamedXLSX().get_content_type(),
}


@dataclass
class Report:
    """What came of a feed: how many are in it, who is left out and why, what was found."""

    accepted: int = 0
    refused: list[dict] = field(default_factory=list)
    findings: Counter = field(default_factory=Counter)

    @property
    def checked(self) -> int:
        return self.accepted + len(self.refused)

    def add(self, product: Product, entry: Entry) -> None:
        self.findings.update(entry.codes)
        if entry.is_accepted:
            self.accepted += 1
        else:
            self.refused.append({"product": product.pk, "reasons": entry.refusals})


def public_products(company: Company | None) -> QuerySet[Product]:
    """All products that buyers may see, or those of one company."""
    rows = Product.objects.public()
    return rows.filter(company=company) if company else rows


def entries(products: QuerySet[Product], language: str) -> Iterator[tuple[Product, Entry]]:
    """Each product with its entry, in the order of their keys; a batch takes three queries."""
    shown = Certificate.objects.shown(timezone.localdate())
    ready = ProductPicture.objects.filter(status=PictureStatus.READY)
    rows = (
        products.select_related("company", "category")
        .prefetch_related(
            Prefetch("pictures", ready, to_attr="ready_pictures"),
            Prefetch("certificates", shown, to_attr="shown_certificates"),
        )
        .order_by("pk")
    )
    for product in rows.iterator(chunk_size=BATCH):
        yield product, _entry(product, language)


def _entry(product: Product, language: str) -> Entry:
    with translation.override(language):
        return feed_entry(
            product,
            language=language,
            images=[mail.absolute(picture.file.url) for picture in product.ready_pictures],
            certificates=[str(certificate) for certificate in product.shown_certificates],
            state=product.company.get_state_display(),
            group=product.category.name,
        )


def check(products: QuerySet[Product], language: str) -> Report:
    """Dry run: what a feed of these products would hold, and what not."""
    report = Report()
    for product, entry in entries(products, language):
        report.add(product, entry)
    return report


def feed_file(
    format: str,
    products: QuerySet[Product],
    language: str,
    *,
    report: Report,
    progress: Callable[[int], None] = lambda done: None,
) -> Iterator[bytes]:
    """The accepted ones as a file; `report` is filled while it is written."""
    accepted = _accepted(products, language, report, progress)
    if format == HandoverFormat.XLSX:
        return StreamedXLSX().stream(_table(accepted))
    return _json_file(accepted, language)


def _accepted(products, language, report, progress) -> Iterator[dict]:
    for product, entry in entries(products, language):
        report.add(product, entry)
        if report.checked % BATCH == 0:
            progress(report.checked)
        if entry.is_accepted:
            yield entry.listing
    progress(report.checked)


def _table(listings: Iterable[dict]) -> Iterator[list]:
    yield list(COLUMNS)
    for listing in listings:
        yield flat(listing)


def _json_file(listings: Iterable[dict], language: str) -> Iterator[bytes]:
    about = {
        "programme": settings.PROGRAMME_NAME,
        "publisher": settings.AGENCY_NAME,
        "made_on": timezone.localdate().isoformat(),
        "language": language,
        "placeholders": {
            "fields": list(PLACEHOLDERS),
            "note": f"Values that begin with {PLACEHOLDER!r} are our own codes: the code lists of "
            "the platform have to be put in their place before anything is sent.",
        },
    }
    yield f'{_json(about)[:-1]},"listings":['.encode()
    pieces: list[str] = []
    count = 0
    for listing in listings:
        pieces.append(("," if count else "") + _json(listing))
        count += 1
        if len(pieces) == BATCH:
            yield "".join(pieces).encode()
            pieces.clear()
    yield f'{"".join(pieces)}],"count":{count}}}'.encode()


def _json(value) -> str:
    return json.dumps(value, ensure_ascii=False)
