"""What the portal prints about an application: its summary and the approval letter."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from core import mail
from core.papers import Facts, Paper, Table, Text
from core.templatetags.portal import usd
from exporters.forms import DeclarationsForm
from exporters.letter_code import grouped
from exporters.models import Application, Document, Product
from exporters.models.application import DECLARATIONS, EXPERIENCE

_COMPANY = (
    "rfc", "legal_name", "trade_name", "state", "municipality", "sector", "employees",
    "annual_sales_mxn", "size", "contact_name", "contact_email", "phone", "website", "about",
)  # fmt: skip
_HASH_SHOWN = 16  # characters of the sha256: enough to compare by eye


def summary_of(application: Application) -> Paper:
    """All that the company sent, in the reader's language."""
    return Paper(
        issuer=_issuer(),
        title=_("Application %(reference)s") % {"reference": application.reference},
        subtitle=f"{application.company.legal_name} · {application.get_status_display()}",
        language=get_language(),
        footer=_("%(reference)s · printed on %(day)s")
        % {"reference": application.reference, "day": _day(timezone.now())},
        blocks=[
            Facts(_("Company"), _fields(application.company, _COMPANY)),
            Facts(_("Export experience"), _fields(application, EXPERIENCE)),
            _products(application),
            _documents(application),
            Facts(_("Declarations"), list(_declarations(application))),
            Facts(_("Dates"), list(_dates(application))),
        ],
    )


def letter_of(application: Application) -> Paper:
    """The approval letter, in the company's language. The application must have its code."""
    company, code = application.company, grouped(application.letter_code)
    with override(company.language):
        day = _day(application.decided_at)
        link = mail.absolute(reverse("exporters:verify_code", args=[code]))
        names = {
            "agency": settings.AGENCY_NAME,
            "programme": settings.PROGRAMME_NAME,
            "company": company.legal_name,
        }
        return Paper(
            issuer=_issuer(),
            title=_("Approval letter"),
            subtitle=f"{application.reference} · {day}",
            language=company.language,
            footer=f"{application.reference} · {code}",
            blocks=[
                Text(
                    [
                        company.legal_name,
                        _(
                            "%(agency)s has approved the application of %(company)s to join"
                            " %(programme)s, the programme that brings Mexican companies to"
                            " Alibaba.com."
                        )
                        % names,
                    ]
                ),
                Facts(
                    _("The approval"),
                    [
                        (_("Company"), company.legal_name),
                        (_("Application"), application.reference),
                        (_("Approved on"), day),
                        (_("Code of this letter"), code),
                    ],
                ),
                Text(
                    [
                        _(
                            "This is an electronic document, valid without a signature. An"
                            " approval can be suspended or end: whoever receives this letter can"
                            " check at this address whether it is in force:"
                        ),
                        link,
                    ],
                    title=_("How to check this letter"),
                ),
            ],
            link=link,
            link_text=_("Scan it, or open %(address)s and type the code %(code)s.")
            % {"address": mail.absolute(reverse("exporters:verify")), "code": code},
        )


def _issuer() -> str:
    return f"{settings.AGENCY_NAME} · {settings.PROGRAMME_NAME}"


def _day(moment) -> str:
    return date_format(timezone.localdate(moment), "DATE_FORMAT")


def _fields(row, names) -> list[tuple[str, str]]:
    """Label and value of each of these fields, as a person reads them."""
    return [(_label(row, name), _value(row, name)) for name in names]


def _label(row, name: str) -> str:
    label = str(row._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def _value(row, name: str) -> str:
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    if value is None:
        return ""
    if name == "phone" and value:
        return value.as_international
    if name in ("employees", "annual_sales_mxn"):
        return number_format(value, force_grouping=True)
    return str(value)


def _products(application: Application) -> Table:
    return Table(
        _("Products"),
        [_("Product"), _("HS code"), _("FOB price"), _("Minimum order"), _("Lead time"), _("Port")],
        [_product(product) for product in application.company.products.all()],
        widths=(5, 2, 3, 2, 2, 2),
    )


def _product(product: Product) -> list[str]:
    prices = [usd(price) for price in (product.fob_min_usd, product.fob_max_usd) if price]
    lead_time = product.lead_time_days
    return [
        "\n".join(text for text in (product.name, product.description) if text),
        product.hs_code,
        f"{' – '.join(prices)} / {product.get_unit_display()}" if prices else "",
        product.moq_text,
        _("%(days)s days") % {"days": lead_time} if lead_time is not None else "",
        product.port,
    ]


def _documents(application: Application) -> Table:
    return Table(
        _("Documents"),
        [_("Document"), _("Received"), _("Issued"), _("Valid until"), "SHA-256"],
        [_document(document) for document in application.documents.current()],
        widths=(5, 2, 2, 2, 3),
    )


def _document(document: Document) -> list[str]:
    return [
        f"{document.get_kind_display()}\n{document.original_name}",
        _short(timezone.localdate(document.uploaded_at)),
        _short(document.issued_on),
        _short(document.valid_until),
        f"{document.sha256[:_HASH_SHOWN]}…",
    ]


def _short(day) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""


def _declarations(application: Application) -> Iterator[tuple[str, str]]:
    labels = DeclarationsForm.Meta.labels
    for name in DECLARATIONS:
        yield str(labels[name]), _("Accepted") if getattr(application, name) else ""


def _dates(application: Application) -> Iterator[tuple[str, str]]:
    yield _("Started"), _moment(application.created_at)
    for step in application.transitions.all():
        yield str(step.to_status_label), _moment(step.created_at)


def _moment(moment) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
