"""The pavilion's figures as labelled rows in the reader's language: page, paper and desk."""

from decimal import Decimal

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.mexico import State
from core.papers import Table
from core.templatetags.portal import usd0
from exporters.enums import Size
from exporters.models import ProductCategory

FIGURES = ("vendors", "products", "buyers", "days_since_agreement")
AMOUNTS = ("fees_paid_usd", "support_paid_usd", "support_reserved_usd")


def comparison(columns: dict[str, dict]) -> list[Table]:
    """Tables with a column for each of `columns`: {its name: figures of launch_figures}."""
    names = {category.code: category.name for category in ProductCategory.objects.all()}
    return [
        _totals(columns),
        _table(_("Vendors by state"), "vendors_by_state", columns, dict(State.choices)),
        _table(_("Vendors by size"), "vendors_by_size", columns, dict(Size.choices)),
        _table(_("Products by family"), "products_by_category", columns, names),
        _table(
            _("Waiting buyers by language"),
            "buyers_by_language",
            columns,
            dict(settings.LANGUAGES),
        ),
    ]


def _totals(columns: dict[str, dict]) -> Table:
    labels = {
        "vendors": _("Approved vendors"),
        "products": _("Public products"),
        "buyers": _("Buyers who confirmed that they wait"),
        "days_since_agreement": _("Days since the agreement"),
        "fees_paid_usd": _("Fees paid to the platform"),
        "support_paid_usd": _("Support paid to companies"),
        "support_reserved_usd": _("Support set aside for companies"),
    }
    rows = [
        [labels[key], *(_number(figures[key]) for figures in columns.values())] for key in FIGURES
    ]
    rows += [
        [labels[key], *(usd0(Decimal(figures[key])) for figures in columns.values())]
        for key in AMOUNTS
    ]
    return _with_columns(_("In total"), columns, rows)


def _table(title: str, key: str, columns: dict[str, dict], names: dict) -> Table:
    """The most frequent first, by the last column."""
    codes = {code for figures in columns.values() for code in figures[key]}
    *_others, last = columns.values()
    ordered = sorted(codes, key=lambda code: (-last[key].get(code, 0), str(names.get(code, code))))
    rows = [
        [
            str(names.get(code) or code or _("Not stated")),
            *(_number(figures[key].get(code, 0)) for figures in columns.values()),
        ]
        for code in ordered
    ]
    return _with_columns(title, columns, rows)


def _with_columns(title: str, columns: dict[str, dict], rows: list[list[str]]) -> Table:
    return Table(
        title,
        ["\u00a0", *columns],  # what is counted says itself
        rows,
        widths=(6, *[3] * len(columns)),
        figures=range(1, len(columns) + 1),
    )


def _number(value: int) -> str:
    return number_format(value, force_grouping=True)
