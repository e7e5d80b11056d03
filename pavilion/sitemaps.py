"""All pages for search engines, in files of a size that is quickly made at a million products.

A file holds a range of keys, so that none is found by counting the rows before it. What is in it
is read as it is asked for: a suspended company is not in it any more.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.db.models import Count, Exists, F, Max, OuterRef
from django.db.models.functions import Mod
from django.urls import reverse
from django.utils import translation

from core.addresses import addresses_of
from exporters.models import Company, ProductCategory
from pavilion.models import Listing
from pavilion.services.launch import get_pavilion

# Keys of a file: three languages of each make 7,500 addresses, of the 50,000 that are allowed.
RANGE = 2500


@dataclass(frozen=True)
class SitemapFile:
    number: int  # ?p= of its address
    last_change: datetime.datetime | None


class PortalSitemap(Sitemap):
    """Each page in three languages, which name each other."""

    i18n = alternates = x_default = True
    protocol = urlsplit(settings.SITE_URL).scheme

    def __init__(self):
        self._addresses: dict[tuple[str, str], Callable[[str], str]] = {}

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc

    def address_of(self, name: str, slug: str, language: str) -> str:
        if (name, language) not in self._addresses:
            with translation.override(language):
                self._addresses[name, language] = addresses_of(name)
        return self._addresses[name, language](slug)

    def files(self) -> Iterable[SitemapFile]:
        raise NotImplementedError


class NamedSitemap(PortalSitemap):
    """Pages without a row of their own, by the names of their addresses."""

    def __init__(self, names: list[str]):
        super().__init__()
        self.names = names

    def items(self):
        return self.names

    def location(self, item):
        return reverse(item)

    def files(self):
        return [SitemapFile(1, None)]


@dataclass(frozen=True)
class _Slice:
    object_list: list


class _Ranges:
    """A paginator whose pages are ranges of keys."""

    def __init__(self, rows, languages: list[str]):
        self.rows = rows
        self.languages = languages

    def page(self, number) -> _Slice:
        try:
            number = int(number)
        except (TypeError, ValueError) as error:
            raise PageNotAnInteger from error
        if not 1 <= number <= 2**40:
            raise EmptyPage
        start = (number - 1) * RANGE
        found = list(self.rows.filter(pk__gte=start, pk__lt=start + RANGE).order_by("pk"))
        if not found:
            raise EmptyPage
        return _Slice([(row, language) for row in found for language in self.languages])


class RowsSitemap(PortalSitemap):
    """A page for each row of `rows()`: (key, slug, last change). None while the door is shut."""

    address: str
    changed: str

    def rows(self):
        raise NotImplementedError

    def _open_rows(self):
        rows = self.rows() if get_pavilion().is_open else self.rows().none()
        return rows.order_by().values_list("pk", "slug", self.changed)

    @property
    def paginator(self):
        return _Ranges(self._open_rows(), self._languages())

    def lastmod(self, item):
        return item[2]

    def _location(self, item, force_lang_code=None):
        (_key, slug, _changed), language = item
        return self.address_of(self.address, slug, force_lang_code or language)

    def files(self):
        ranges = (
            self._open_rows()
            .annotate(number=(F("pk") - Mod(F("pk"), RANGE)) / RANGE + 1)
            .values("number")
            .annotate(rows=Count("pk"), last_change=Max(self.changed))
            .order_by("number")
        )
        return [SitemapFile(int(each["number"]), each["last_change"]) for each in ranges]


class ProductSitemap(RowsSitemap):
    address = "pavilion:product"
    changed = "updated_at"

    def rows(self):
        return Listing.objects.all()


class CompanySitemap(RowsSitemap):
    address = "pavilion:company"
    changed = "updated_at"

    def rows(self):
        return Company.objects.filter(Exists(Listing.objects.filter(company=OuterRef("pk"))))


class CategorySitemap(PortalSitemap):
    def items(self):
        if not get_pavilion().is_open:
            return []
        listed = Listing.objects.order_by().filter(category=OuterRef("pk"))
        return list(ProductCategory.objects.filter(Exists(listed)).values_list("code", flat=True))

    def _location(self, item, force_lang_code=None):
        code, language = item
        return self.address_of("pavilion:category", code, force_lang_code or language)

    def files(self):
        return [SitemapFile(1, None)] if self.items() else []


SECTIONS = {
    "pavilion": partial(NamedSitemap, ["pavilion:showcase"]),
    "categories": CategorySitemap,
    "companies": CompanySitemap,
    "products": ProductSitemap,
}
