"""What is not ready for the launch: counted in the same few queries whatever the size.

Only what buyers would see is asked about: approved vendors and their public products.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exporters.enums import PictureStatus, ProductStatus
from exporters.models import Application, Product, ProductCategory, ProductPicture
from pavilion.models import WaitingBuyer

GOOD_QUALITY = 60  # of 100; below it a product looks unfinished (an assumption)
SHOWN = 20  # rows of a section on the page; the file has all


@dataclass(frozen=True)
class Check:
    """Something that may be missing, and of which rows."""

    code: str
    title: str | Promise
    condition: Q


@dataclass(frozen=True)
class Section:
    """What one check found: how many, and the first of them."""

    code: str
    title: str | Promise
    kind: str  # vendor | product | category: where its rows lead
    count: int
    rows: list


def _empty(*columns: str) -> Q:
    found = Q()
    for column in columns:
        found |= Q(**{column: ""}) | Q(**{f"{column}__isnull": True})
    return found


PRODUCT_CHECKS = (
    Check("picture", _("Without a picture that is ready"), Q(has_picture=False)),
    Check("preparing", _("Pictures still being prepared"), Q(has_pending=True)),
    Check("unreadable", _("Pictures that could not be read"), Q(has_failed=True)),
    Check(
        "english",
        _("Without a name or description in English"),
        _empty("name_en", "description_en"),
    ),
    Check(
        "chinese",
        _("Without a name or description in Chinese"),
        _empty("name_zh_hans", "description_zh_hans"),
    ),
    Check(
        "terms",
        _("Without a price or a minimum order"),
        Q(fob_min_usd=None, fob_max_usd=None) | Q(moq=None),
    ),
    Check("quality", _("Quality below 60 of 100"), Q(quality__lt=GOOD_QUALITY)),
)
VENDOR_CHECKS = (
    Check("no_products", _("Vendors without a public product"), Q(has_public=False)),
    Check("to_moderate", _("Vendors with products that wait to be looked at"), Q(has_waiting=True)),
)
# What its company can mend; moderation and pictures in the worker are the programme's.
VENDOR_GAPS = ("no_products", "picture", "unreadable", "english", "chinese", "terms")
NO_PRODUCTS_IN = _("Families without a product")


def sections() -> list[Section]:
    """Each check with its number and first rows; rows are asked for only where there are some."""
    products, vendors = checked_products(), checked_vendors()
    found = [
        *_found("vendor", vendors.order_by("decided_at", "pk"), VENDOR_CHECKS),
        *_found("product", products.order_by("pk"), PRODUCT_CHECKS),
    ]
    empty = list(empty_categories())
    return [*found, Section("categories", NO_PRODUCTS_IN, "category", len(empty), empty)]


def _found(kind: str, rows: QuerySet, checks) -> list[Section]:
    counts = rows.order_by().aggregate(
        **{check.code: Count("pk", filter=check.condition) for check in checks}
    )
    return [
        Section(
            check.code,
            check.title,
            kind,
            counts[check.code],
            list(rows.filter(check.condition)[:SHOWN]) if counts[check.code] else [],
        )
        for check in checks
    ]


def checked_products() -> QuerySet[Product]:
    """Public products, with what the checks ask about them."""
    return (
        Product.objects.filter(listing__isnull=False)
        .select_related("company")
        .only(
            "name_es", "name_en", "name_zh_hans", "quality",
            "company__legal_name", "company__trade_name",
        )
        .annotate(
            has_picture=_has_picture(PictureStatus.READY),
            has_pending=_has_picture(PictureStatus.PENDING),
            has_failed=_has_picture(PictureStatus.FAILED),
        )
    )  # fmt: skip


def _has_picture(status: str) -> Exists:
    return Exists(ProductPicture.objects.filter(product=OuterRef("pk"), status=status))


def checked_vendors() -> QuerySet[Application]:
    """Approved vendors, with what the checks ask about them."""
    of_company = Product.objects.filter(company=OuterRef("company"))
    return (
        Application.objects.approved()
        .select_related("company")
        .only(
            "reference", "company__legal_name", "company__trade_name", "company__language",
            "company__slug",
        )
        .annotate(
            has_public=Exists(of_company.filter(listing__isnull=False)),
            has_waiting=Exists(of_company.filter(status=ProductStatus.IN_REVIEW)),
        )
    )  # fmt: skip


def empty_categories() -> QuerySet[ProductCategory]:
    return ProductCategory.objects.filter(listings=None)


def all_rows() -> Iterator[tuple[str, str, object]]:
    """(code, kind, row) of everything that is missing, for a file."""
    for kind, rows, checks in (
        ("vendor", checked_vendors(), VENDOR_CHECKS),
        ("product", checked_products(), PRODUCT_CHECKS),
    ):
        for check in checks:
            for row in rows.filter(check.condition).order_by("pk").iterator(chunk_size=2000):
                yield check.code, kind, row
    for category in empty_categories():
        yield "categories", "category", category


def titles() -> dict[str, str]:
    checks = {check.code: str(check.title) for check in (*VENDOR_CHECKS, *PRODUCT_CHECKS)}
    return checks | {"categories": str(NO_PRODUCTS_IN)}


def gaps_by_vendor() -> dict[int, dict[str, int]]:
    """{application: {code of VENDOR_GAPS: how many products}} of the vendors who lack something."""
    theirs = [check for check in PRODUCT_CHECKS if check.code in VENDOR_GAPS]
    found = {
        key: {"no_products": 1}
        for key in checked_vendors().filter(has_public=False).values_list("pk", flat=True)
    }
    counted = (
        checked_products()
        .filter(company__applications__status="approved")
        .order_by()
        .values("company__applications")
        .annotate(**{check.code: Count("pk", filter=check.condition) for check in theirs})
    )
    for row in counted:
        gaps = {check.code: row[check.code] for check in theirs if row[check.code]}
        if gaps:
            found[row["company__applications"]] = gaps
    return found


@dataclass(frozen=True)
class Interest:
    """Confirmed waiting buyers: by language, and by what they look for."""

    by_language: dict[str, int]
    by_category: list[tuple[str, int]]


def interest() -> Interest:
    names = {category.pk: category.name for category in ProductCategory.objects.all()}
    rows = (
        WaitingBuyer.objects.filter(confirmed_at__isnull=False)
        .order_by()
        .values_list("language", "interest")
        .annotate(count=Count("pk"))
    )
    by_language: dict[str, int] = {}
    by_category: dict[str, int] = {}
    for language, category, count in rows:
        known = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        by_language[known] = by_language.get(known, 0) + count
        name = names.get(category, str(_("Everything")))
        by_category[name] = by_category.get(name, 0) + count
    return Interest(by_language, sorted(by_category.items(), key=lambda pair: -pair[1]))
