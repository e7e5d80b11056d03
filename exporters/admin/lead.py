"""Recruitment: the list of leads, the page of one, the buttons. The import is in lead_import.py."""

from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Q
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.templatetags.portal import status_tone
from core.workflow import TransitionNotAllowed
from core.workflow_admin import LogInline, ReadOnlyAdminMixin, WorkflowAdminMixin
from exporters.admin import lead_filters as filters
from exporters.admin.lead_import import LeadImportMixin
from exporters.company_names import name_key
from exporters.enums import LeadStage, Objection
from exporters.forms.lead import (
    LeadForm,
    LeadInviteForm,
    LeadLostForm,
    ObjectionForm,
    ObjectionFormSet,
)
from exporters.models import Lead, LeadInvitation, LeadObjection, LeadTransition
from exporters.services import leads
from exporters.workflow import LEAD


class ObjectionInline(admin.TabularInline):
    model = LeadObjection
    form = ObjectionForm
    formset = ObjectionFormSet
    extra = 1
    max_num = len(Objection)


class LeadInvitationInline(ReadOnlyAdminMixin, admin.TabularInline):
    model = LeadInvitation
    extra = 0
    fields = readonly_fields = ("email", "sent_at", "by", "outcome")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("sent_by")

    @admin.display(description=_("by"))
    def by(self, invitation):
        return invitation.sent_by

    @admin.display(description=_("outcome"))
    def outcome(self, invitation):
        if invitation.accepted_at:
            return gettext("Accepted")
        if invitation.revoked_at:
            return gettext("Withdrawn")
        if invitation.expires_at <= timezone.now():
            return gettext("Expired")
        day = date_format(timezone.localdate(invitation.expires_at), "SHORT_DATE_FORMAT")
        return gettext("Open until %(day)s") % {"day": day}


class LeadLogInline(LogInline, admin.TabularInline):
    model = LeadTransition
    fields = readonly_fields = ("created_at", "step", "by", "reason")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("actor")

    @admin.display(description=_("step"))
    def step(self, row):
        return LeadStage(row.to_status).label

    @admin.display(description=_("reason"))
    def reason(self, row):
        labels = dict(Objection.choices)
        return " · ".join(
            str(part) for part in (labels.get(row.reason_code), row.reason_text) if part
        )


@admin.register(Lead)
class LeadAdmin(LeadImportMixin, WorkflowAdminMixin, admin.ModelAdmin):
    form = LeadForm
    workflow = LEAD
    moves = {
        **{
            name: partial(leads.move_lead, name=name)
            for name in ("contact", "interest", "lose", "reopen")
        },
        "invite": leads.invite_lead,
    }
    list_display = ("company_name", "stage", "next_step", "state", "origin", "owner")
    list_filter = (
        filters.OwnerFilter,
        filters.DueFilter,
        filters.StageFilter,
        filters.StateFilter,
        filters.SourceFilter,
        filters.ObjectionFilter,
    )
    list_select_related = ("owner",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name_key", "rfc", "email")
    search_help_text = _("Company, RFC or e-mail")
    readonly_fields = ("registered",)
    inlines = (ObjectionInline, LeadInvitationInline, LeadLogInline)
    fieldsets = (
        (
            _("Company"),
            {
                "fields": (
                    "company_name", "rfc", "state", "category", "contact_name", "email", "phone",
                    "language",
                )
            },
        ),
        (_("Where we met"), {"fields": ("source_kind", "source_name", "source_state")}),
        (_("What comes next"), {"fields": ("next_action", "next_action_on", "owner", "notes")}),
    )  # fmt: skip

    @admin.display(description=_("stage"), ordering="status")
    def stage(self, lead):
        return format_html(
            '<span class="badge-status tone-{}">{}</span>',
            status_tone(lead.status),
            lead.get_status_display(),
        )

    @admin.display(description=_("next action"), ordering="next_action_on")
    def next_step(self, lead):
        if lead.next_action_on is None:
            return "—"
        day = date_format(lead.next_action_on, "SHORT_DATE_FORMAT")
        if not lead.is_overdue:
            return format_html('<span class="num">{}</span> {}', day, lead.next_action)
        return format_html(
            '<span class="badge-status tone-bad">{} · {}</span> {}',
            day,
            gettext("overdue"),
            lead.next_action,
        )

    @admin.display(description=_("source"), ordering="source_name")
    def origin(self, lead):
        return lead.source

    @admin.display(description=_("registered company"))
    def registered(self, lead):
        url = reverse("admin:exporters_company_change", args=[lead.company_id])
        return format_html('<a href="{}">{}</a>', url, lead.company)

    def get_search_results(self, request, queryset, search_term):
        """Names without regard to accents and legal form."""
        found = Q(rfc__startswith=search_term.upper()) | Q(email__contains=search_term.lower())
        if key := name_key(search_term):
            found |= Q(name_key__contains=key)
        return (queryset.filter(found) if search_term else queryset), False

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return (*self.fieldsets, (None, {"fields": ("key",)}))
        if obj.company_id:
            return ((None, {"fields": ("registered",)}), *self.fieldsets)
        return self.fieldsets

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Lists to choose from, without the admin's own ways to change what they list."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def get_changeform_initial_data(self, request):
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        """Saves what was typed and nothing else: someone may have moved it meanwhile."""
        fields = [name for name in form.changed_data if name != "key"] if change else None
        try:
            obj.pk = leads.save_lead(obj, actor=request.user, fields=fields).pk
            obj.refresh_from_db()
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
            return
        if not change and (twin := leads.same_name(obj).first()):
            url = reverse("admin:exporters_lead_change", args=[twin.pk])
            said = gettext("There is another lead of this name:")
            messages.warning(request, format_html('{} <a href="{}">{}</a>', said, url, twin))

    def move_form(self, request, obj, transition, data=None):
        if transition.name == "invite":
            return LeadInviteForm(data, initial={"email": obj.email})
        if transition.name == "lose":
            return LeadLostForm(data)
        return super().move_form(request, obj, transition, data)

    def move_view(self, request, pk, name):
        answer = super().move_view(request, pk, name)
        if name == "invite" and isinstance(answer, TemplateResponse):
            lead = answer.context_data["original"]
            answer.template_name = "admin/exporters/lead/invite.html"
            preview = leads.preview_invitation(lead, actor=request.user)
            answer.context_data["preview"] = preview
        return answer
