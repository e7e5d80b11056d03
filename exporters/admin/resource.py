"""The columns of an exported queue."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import Resource

from exporters.admin.filters import categories
from exporters.enums import RiskFlag
from exporters.models import Application, Product

_BATCH = 1000
_READ = (
    "reference", "status", "submitted_at", "decided_at", "waiting_since", "days_waited",
    "risk_flags", "company__legal_name", "company__trade_name", "company__rfc", "company__state",
    "company__municipality", "company__size", "company__sector", "assigned_to__full_name",
    "assigned_to__email",
)  # fmt: skip


class ApplicationResource(Resource):
    reference = Field("reference", _("reference"))
    company = Field("company__legal_name", _("company"))
    rfc = Field("company__rfc", _("RFC"))
    state = Field(column_name=_("state"))
    municipality = Field("company__municipality", _("municipality"))
    size = Field(column_name=_("size"))
    sector = Field(column_name=_("sector"))
    status = Field("staff_status", _("status"))
    coordinator = Field("assigned_to", _("coordinator"))
    sent_on = Field(column_name=_("sent on"))
    working_days = Field(column_name=_("working days"))
    risk_flags = Field(column_name=_("risks"))
    products = Field(column_name=_("products"))
    decided_on = Field(column_name=_("decided on"))

    def dehydrate_state(self, application):
        return application.company.get_state_display()

    def dehydrate_size(self, application):
        return application.company.get_size_display()

    def dehydrate_sector(self, application):
        return application.company.get_sector_display()

    def dehydrate_sent_on(self, application):
        return _day(application.submitted_at)

    def dehydrate_working_days(self, application):
        return application.working_days

    def dehydrate_risk_flags(self, application):
        flags = application.risk_flags
        return ", ".join(str(RiskFlag(flag).label) for flag in flags if flag in RiskFlag)

    def dehydrate_products(self, application):
        return ", ".join(application.sold)

    def dehydrate_decided_on(self, application):
        return _day(application.decided_at)

    def table(self, keys: list[int]) -> Iterator[list]:
        """The head and a row for each key, in this order; a thousand in memory at a time."""
        yield self.get_export_headers()
        # Found once for all rows: the library looks for each method again at each cell.
        columns = [
            getattr(self, field.get_dehydrate_method(name), field.export)
            for name, field in self.fields.items()
        ]
        for start in range(0, len(keys), _BATCH):
            for application in _read(keys[start : start + _BATCH]):
                yield [column(application) for column in columns]


def _read(keys: list[int]) -> list[Application]:
    rows = Application.objects.select_related("company", "assigned_to").only(*_READ).in_bulk(keys)
    names = {category.pk: category.name for category in categories()}
    sold: dict[int, list[str]] = {}
    pairs = Product.objects.filter(company__in={row.company_id for row in rows.values()})
    for company, category in (
        pairs.order_by("company", "category__position")
        .values_list("company", "category")
        .distinct()
    ):
        sold.setdefault(company, []).append(names[category])
    for row in rows.values():
        row.sold = sold.get(row.company_id, [])
    return [rows[key] for key in keys]


def _day(moment):
    return timezone.localdate(moment) if moment else None
