"""Checking certificates: the list of those that wait, and one beside its document."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin_site import DeskPanel, desk_panel
from core.workflow import TransitionNotAllowed
from core.workflow_admin import ReadOnlyAdminMixin, ReasonForm
from exporters.access import CHECK_CERTIFICATE, acts_for
from exporters.admin.lead_filters import ChoiceFilter
from exporters.enums import CertificateKind, CertificateReason
from exporters.models import Certificate
from exporters.reason_texts import texts
from exporters.services import certificate_checks

SHOWN = 5
STATES = {
    "pending": (_("To be checked"), "active"),
    "checked": (_("Checked"), "good"),
    "refused": (_("Refused"), "bad"),
    "expired": (_("Expired"), "neutral"),
}


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return [(name, label) for name, (label, _tone) in STATES.items()]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "pending":
                return queryset & Certificate.objects.to_check(today)
            case "checked":
                return queryset & Certificate.objects.shown(today)
            case "refused":
                return queryset.filter(refused_at__isnull=False)
            case "expired":
                return queryset.filter(refused_at=None, valid_until__lt=today)
        return queryset


class KindFilter(ChoiceFilter):
    title, parameter_name, column = _("certification"), "kind", "kind"
    choices_of = CertificateKind.choices


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    list_display = ("title", "company_name", "state_badge", "last_day", "received")
    list_filter = (StateFilter, KindFilter)
    list_select_related = ("company",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count beside each choice would be a query each
    search_fields = ("company__legal_name", "company__trade_name", "number")
    search_help_text = _("Name of the company, or number of the certificate")

    def get_queryset(self, request):
        return super().get_queryset(request).sent()

    def get_ordering(self, request):
        """What waits longest on top."""
        return (
            F("verified_at").asc(nulls_first=True),
            F("refused_at").asc(nulls_first=True),
            "uploaded_at",
        )

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/verify/", view(self.verify_view), name="exporters_certificate_verify"),
            path("<int:pk>/refuse/", view(self.refuse_view), name="exporters_certificate_refuse"),
            *super().get_urls(),
        ]

    # --- The list ----------------------------------------------------------------------------

    @admin.display(description=_("certificate"))
    def title(self, certificate):
        return str(certificate)

    @admin.display(description=_("company"), ordering="company")
    def company_name(self, certificate):
        return certificate.company

    @admin.display(description=_("state"))
    def state_badge(self, certificate):
        label, tone = STATES[certificate.state]
        return format_html('<span class="badge-status tone-{}">{}</span>', tone, label)

    @admin.display(description=_("valid until"), ordering="valid_until")
    def last_day(self, certificate):
        day = certificate.valid_until
        return date_format(day, "SHORT_DATE_FORMAT") if day else "—"

    @admin.display(description=_("received"), ordering="uploaded_at")
    def received(self, certificate):
        return date_format(timezone.localdate(certificate.uploaded_at), "SHORT_DATE_FORMAT")

    # --- The page of one ---------------------------------------------------------------------

    def visible(self, request, pk) -> Certificate:
        row = self.get_object(request, str(pk))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Http404
        return row

    def change_view(self, request, object_id, form_url="", extra_context=None):
        certificate = self.visible(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied  # what changes it are its two buttons
        return self.check_page(request, certificate, self.refusal_form(certificate))

    def check_page(self, request, certificate, form, status=200):
        label, tone = STATES[certificate.state]
        mine = acts_for(request.user, certificate.company)
        context = {
            **self.admin_site.each_context(request),
            "title": str(certificate),
            "opts": self.opts,
            "original": certificate,
            "certificate": certificate,
            "pages": list(certificate.pages.all()),
            "products": list(certificate.products.all()),
            "state_label": label,
            "state_tone": tone,
            "in_team": mine,
            "may_check": request.user.has_perm(CHECK_CERTIFICATE) and not mine,
            "why_not": certificate_checks.why_not_verified(certificate),
            "form": form,
        }
        template = "admin/exporters/certificate/check.html"
        return TemplateResponse(request, template, context, status=status)

    @staticmethod
    def refusal_form(certificate, data=None) -> ReasonForm:
        proposed = texts(CertificateReason, certificate.company.language)
        return ReasonForm(data, reasons=CertificateReason, texts=proposed)

    def verify_view(self, request, pk):
        certificate = self.asked(request, pk)
        try:
            certificate_checks.verify_certificate(
                certificate, actor=request.user, seen=request.POST.get("seen", "")
            )
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            self.done(request, certificate, gettext("Checked"))
        return redirect("admin:exporters_certificate_change", pk)

    def refuse_view(self, request, pk):
        certificate = self.asked(request, pk)
        form = self.refusal_form(certificate, request.POST)
        if not form.is_valid():
            return self.check_page(request, certificate, form, status=422)
        try:
            certificate_checks.refuse_certificate(
                certificate, actor=request.user, **form.cleaned_data
            )
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            self.done(request, certificate, gettext("Refused"))
        return redirect("admin:exporters_certificate_change", pk)

    def asked(self, request, pk) -> Certificate:
        """The certificate that a button was pressed for."""
        certificate = self.visible(request, pk)
        if request.method != "POST" or not request.user.has_perm(CHECK_CERTIFICATE):
            raise PermissionDenied
        return certificate

    def done(self, request, certificate, step: str) -> None:
        """Kept in the history of the page, and said."""
        self.log_change(request, certificate, step)
        text = gettext("Done: %(step)s · %(object)s")
        messages.success(request, text % {"step": step, "object": certificate})


@desk_panel(20)
def certificates_to_check(request) -> list[DeskPanel]:
    if not request.user.has_perm(CHECK_CERTIFICATE):
        return []
    rows = Certificate.objects.to_check(timezone.localdate()).select_related("company")
    waiting = list(rows.order_by("uploaded_at")[:SHOWN])
    if not waiting:
        return []
    return [DeskPanel("admin/exporters/_certificates_to_check.html", {"waiting": waiting})]
