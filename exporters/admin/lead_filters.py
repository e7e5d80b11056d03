import datetime

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.mexico import State
from exporters.enums import LeadSource, LeadStage, Objection


class OwnerFilter(admin.SimpleListFilter):
    title = _("owner")
    parameter_name = "owner"

    def lookups(self, request, model_admin):
        return [("me", _("My leads")), ("nobody", _("Nobody's"))]

    def queryset(self, request, queryset):
        if self.value() == "me":
            return queryset.filter(owner=request.user)
        return queryset.filter(owner=None) if self.value() == "nobody" else queryset


class DueFilter(admin.SimpleListFilter):
    title = _("next action")
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [
            ("now", _("Due")),
            ("week", _("Within a week")),
            ("none", _("Nothing planned")),
        ]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "now":
                return queryset.due(today)
            case "week":
                return queryset.due(today + datetime.timedelta(days=7))
            case "none":
                return queryset.open().filter(next_action_on=None)
        return queryset


class ChoiceFilter(admin.SimpleListFilter):
    """Filters by a column with fixed values, without asking the database for them."""

    choices_of: list[tuple]
    column: str

    def lookups(self, request, model_admin):
        return self.choices_of

    def queryset(self, request, queryset):
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class StageFilter(ChoiceFilter):
    title, parameter_name, column = _("stage"), "stage", "status"
    choices_of = LeadStage.choices


class StateFilter(ChoiceFilter):
    title, parameter_name, column = _("state"), "state", "state"
    choices_of = State.choices


class SourceFilter(ChoiceFilter):
    title, parameter_name, column = _("source"), "source", "source_kind"
    choices_of = LeadSource.choices


class ObjectionFilter(ChoiceFilter):
    title, parameter_name, column = _("objection"), "objection", "objections__code"
    choices_of = Objection.choices
