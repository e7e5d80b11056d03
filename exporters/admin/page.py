"""One page of the queue: its rows and the number of all rows in one query."""

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Subquery, When
from django.urls import reverse
from django.utils.functional import cached_property

from exporters.admin.filters import MORE_FILTERS
from exporters.unread import unread_of_company

CAP = 1000  # rows that are counted and paged through; whoever looks for more narrows the filter
_MORE = {spec.parameter_name for spec in MORE_FILTERS}
_SHOWN = (
    "reference", "status", "submitted_at", "waiting_since", "days_waited", "risk_flags",
    "company__legal_name", "company__trade_name", "company__state", "company__size",
    "assigned_to__full_name", "assigned_to__email",
)  # fmt: skip


class CappedCount(Subquery):
    """How many rows a sliced query gives: the database stops counting at the slice."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) capped)"
    output_field = IntegerField()


class QueueChangeList(ChangeList):
    """The changelist of applications: the same SQL at a thousand rows and at a hundred thousand."""

    def get_results(self, request):
        first = (self.page_num - 1) * self.list_per_page
        if not 0 <= first < CAP:
            raise IncorrectLookupParameters
        rows = list(self._page(request.user)[first : first + self.list_per_page])
        if first and not rows:
            raise IncorrectLookupParameters
        total = rows[0].total if rows else 0
        self.is_capped = total > CAP
        self.result_count = min(total, CAP)
        self.result_list = rows
        self.paginator = Paginator(range(self.result_count), self.list_per_page)
        self.multi_page = self.result_count > self.list_per_page
        self.can_show_all = False
        self.show_full_result_count = False
        self.full_result_count = None
        self.show_admin_actions = True

    def url_for_result(self, result):
        """As Django's, but asked once for all rows."""
        return self._page_of_any.replace("/0/", f"/{result.pk}/")

    @cached_property
    def _page_of_any(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[0])

    def _page(self, user):
        everything = self.queryset.order_by().values("pk")[: CAP + 1]
        return self.queryset.only(*_SHOWN).annotate(
            total=CappedCount(everything),
            # Not Exists(): PostgreSQL would read all messages once, for fifty rows.
            unread=Case(
                When(assigned_to=user, then=Subquery(unread_of_company(user).values("pk")[:1]))
            ),
        )

    @cached_property
    def main_specs(self) -> list:
        return [spec for spec in self.filter_specs if spec.parameter_name not in _MORE]

    @cached_property
    def more_specs(self) -> list[dict]:
        """The other filters as fields of a form: name, title, value, its label, choices."""
        return [
            {
                "name": spec.parameter_name,
                "title": spec.title,
                "value": spec.value() or "",
                "label": dict(spec.lookup_choices).get(spec.value(), ""),
                "choices": spec.lookup_choices,
                "without": self.get_query_string(remove=[spec.parameter_name]),
            }
            for spec in self.filter_specs
            if spec.parameter_name in _MORE
        ]

    @cached_property
    def kept_params(self) -> list[tuple[str, str]]:
        """What the form of the other filters must carry along."""
        return [(key, value) for key, value in self.params.items() if key not in _MORE]
