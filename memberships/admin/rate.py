"""The table of exchange rates."""

from django.contrib import admin, messages
from django.db import IntegrityError
from django.db.models import Count, F, OuterRef, Subquery, Window
from django.db.models.functions import Coalesce, Lag
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.reasoned_admin import ReasonedChangeMixin
from memberships.admin.rate_import import RateImportMixin
from memberships.forms.rates import RateForm
from memberships.models import ExchangeRate, PaymentBatch

CHANGELIST = "admin:memberships_exchangerate_changelist"


@admin.register(ExchangeRate)
class ExchangeRateAdmin(RateImportMixin, ReasonedChangeMixin, admin.ModelAdmin):
    form = RateForm
    change_list_template = "admin/memberships/exchangerate/change_list.html"
    list_display = ("day", "mxn", "change", "batches", "source")
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request):
        used = PaymentBatch.objects.filter(rate=OuterRef("pk")).order_by().values("rate")
        return (
            super()
            .get_queryset(request)
            .annotate(
                before=Window(Lag("mxn"), order_by=F("day").asc()),
                batch_count=Coalesce(Subquery(used.annotate(n=Count("pk")).values("n")), 0),
            )
        )

    @admin.display(description=gettext_lazy("change"))
    def change(self, rate):
        if rate.before is None:
            return "—"
        percent = (rate.mxn - rate.before) * 100 / rate.before
        return f"{percent:+.2f} %"

    @admin.display(description=gettext_lazy("batches"))
    def batches(self, rate):
        return rate.batch_count or "—"

    @admin.display(description=gettext_lazy("source"))
    def source(self, rate):
        if not rate.source_url:
            return "—"
        return format_html('<a href="{}" rel="noopener">{}</a>', rate.source_url, rate.source_url)

    # --- The page of one rate --------------------------------------------------------------------

    def get_fieldsets(self, request, obj=None):
        """What is asked; then, of a stored rate, where it counts and what it was before."""
        may_write = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        asked = ("day", "mxn", *(("jump_is_right",) if may_write else ()), "source_url")
        reason = ("change_reason",) if obj is not None and may_write else ()
        fieldsets = [(None, {"fields": (*asked, *reason)})]
        if obj is not None:
            fieldsets.append((_("Where it counts"), {"fields": ("used_by", "versions")}))
        return fieldsets

    def get_readonly_fields(self, request, obj=None):
        return ("day", "used_by", "versions") if obj else ()

    @admin.display(description=gettext_lazy("frozen on batches"))
    def used_by(self, rate):
        """The rate of a batch is its own: a correction here does not change it."""
        rows = PaymentBatch.objects.filter(rate=rate).order_by("pk")
        if not rows:
            return _("No batch has used it.")
        address = "admin:memberships_paymentbatch_change"
        return format_html_join(
            " · ",
            '<a href="{}">{}</a>: {}',
            ((reverse(address, args=[row.pk]), row, row.mxn_per_usd) for row in rows),
        )

    @admin.display(description=gettext_lazy("versions"))
    def versions(self, rate):
        rows = rate.history.select_related("history_user").order_by("history_date", "history_id")
        if not rows:
            return "—"
        return format_html(
            '<ol class="rate-versions">{}</ol>',
            format_html_join(
                "",
                "<li><strong>{}</strong> {} · {}{}</li>",
                (
                    (
                        row.mxn,
                        date_format(row.history_date, "SHORT_DATETIME_FORMAT"),
                        row.history_user or "—",
                        f" · {row.history_change_reason}" if row.history_change_reason else "",
                    )
                    for row in rows
                ),
            ),
        )

    def add_view(self, request, form_url="", extra_context=None):
        try:
            return super().add_view(request, form_url, extra_context)
        except IntegrityError:  # of two who enter the same day at once
            messages.error(request, _("Someone entered this day at the same moment. Look at it."))
            return redirect(CHANGELIST)

    def save_model(self, request, obj, form, change):
        if not form.stored_before:
            super().save_model(request, obj, form, change)

    def has_delete_permission(self, request, obj=None):
        return False  # a batch stands on it; a wrong rate is corrected, with its reason
