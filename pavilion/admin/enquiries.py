"""The coordinators' view of enquiries: which wait, and how soon companies answer.

Who the buyer is and what it wrote is not theirs to read: they see a country, products and dates.
"""

from dataclasses import dataclass

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.portal import status_tone
from core.workflow_admin import LogInline, ReadOnlyAdminMixin
from exporters.admin.filters import QueueFilter
from exporters.admin.page import CAP, CappedCount, QueueChangeList
from pavilion.access import WATCH
from pavilion.enums import EnquiryStatus
from pavilion.inbox import recent_waits, waiting_by_company
from pavilion.models import EnquiryThread, EnquiryTransition
from pavilion.reply_time import ANSWER_WITHIN, REMIND_AFTER, ReplyTimes, in_words, reply_times


class WaitFilter(QueueFilter):
    title = gettext_lazy("waits")
    parameter_name = "wait"

    def lookups(self, request, model_admin):
        return [
            ("any", _("For an answer")),
            ("near", _("Longer than 12 hours")),
            ("overdue", _("Longer than 24 hours")),
        ]

    def condition(self, request, value):
        waiting = Q(status=EnquiryStatus.WAITING)
        spans = {"near": REMIND_AFTER, "overdue": ANSWER_WITHIN}
        if value not in spans:
            return waiting
        return waiting & Q(waiting_since__lte=timezone.now() - spans[value])


class EnquiryChangeList(QueueChangeList):
    """The list and the number of its rows in one query."""

    def _page(self, user):
        everything = self.queryset.order_by().values("pk")[: CAP + 1]
        return self.queryset.annotate(total=CappedCount(everything))


class EnquiryLogInline(LogInline, admin.TabularInline):
    model = EnquiryTransition


@dataclass(frozen=True)
class Rate:
    """How soon a company answers, and how many buyers wait for it now."""

    company: str
    times: ReplyTimes
    waiting: int


@admin.register(EnquiryThread)
class EnquiryThreadAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    change_list_template = "admin/pavilion/enquirythread/change_list.html"
    list_display = ("company_name", "buyer_country", "about", "status_badge", "received", "age")
    list_filter = (WaitFilter,)
    list_select_related = ("company", "enquiry")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count beside each choice would be a query each
    search_fields = ("company__legal_name", "company__trade_name")
    search_help_text = gettext_lazy("Name of the company")
    fields = readonly_fields = (
        "company_name", "buyer_country", "about", "status_badge", "received", "answered", "age",
    )  # fmt: skip
    inlines = (EnquiryLogInline,)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(WATCH)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def get_queryset(self, request):
        return super().get_queryset(request).told().prefetch_related("products")

    def get_ordering(self, request):
        return (F("waiting_since").asc(nulls_last=True), "-received_at", "-pk")

    def get_changelist(self, request, **kwargs):
        return EnquiryChangeList

    @admin.display(description=gettext_lazy("company"))
    def company_name(self, thread):
        return thread.company.name

    @admin.display(description=gettext_lazy("country of the buyer"))
    def buyer_country(self, thread):
        return thread.enquiry.country_name

    @admin.display(description=gettext_lazy("products"))
    def about(self, thread):
        return ", ".join(product.name for product in thread.products.all())

    @admin.display(description=gettext_lazy("status"))
    def status_badge(self, thread):
        return format_html(
            '<span class="badge-status tone-{}">{}</span>',
            status_tone(thread.status),
            thread.get_status_display(),
        )

    @admin.display(description=gettext_lazy("received"))
    def received(self, thread):
        return date_format(timezone.localtime(thread.received_at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=gettext_lazy("first answer"))
    def answered(self, thread):
        if thread.first_answer_at is None:
            return "—"
        return _("after %(time)s") % {"time": in_words(thread.first_answer_at - thread.received_at)}

    @admin.display(description=gettext_lazy("waits for"))
    def age(self, thread):
        clock = thread.clock
        if clock is None:
            return "—"
        waited = in_words(clock.waited)
        if not clock.is_overdue:
            return waited
        return format_html('<span class="badge-status tone-bad">{}</span>', waited)

    # --- How soon each company answers -------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(self.rates_view)
        name = "pavilion_enquirythread_rates"
        return [path("companies/", view, name=name), *super().get_urls()]

    def rates_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        context = {
            **self.admin_site.each_context(request),
            "title": _("How soon companies answer"),
            "opts": self.opts,
            "rates": _rates(),
        }
        return TemplateResponse(request, "admin/pavilion/enquirythread/rates.html", context)

    def changelist_view(self, request, extra_context=None):
        context = {"rates_url": reverse("admin:pavilion_enquirythread_rates")}
        return super().changelist_view(request, {**context, **(extra_context or {})})


def _rates() -> list[Rate]:
    """Of each company that has figures, the slowest first; two queries for all."""
    now = timezone.now()
    waits: dict[tuple, list] = {}
    for company, name, wait in recent_waits():
        waits.setdefault((company, name), []).append(wait)
    waiting = waiting_by_company([company for company, _name in waits])
    found = [
        Rate(name, times, waiting[company].count)
        for (company, name), those in waits.items()
        if (times := reply_times(those, now))
    ]
    return sorted(found, key=lambda rate: (rate.times.percent, -rate.waiting, rate.company))
