from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.mexico import State
from exporters.enums import STAFF_STATUS
from exporters.enums import ApplicationStatus as S
from exporters.models import Product, ProductCategory

DESK = {
    "mine": _("On my desk"),
    "unassigned": _("To be claimed"),
    "came_back": _("Came back"),
    "waiting": pgettext_lazy("queue", "Waiting for the company"),
}


def desk_conditions(user) -> dict[str, Q]:
    """What belongs in each part of the desk of `user`."""
    return {
        "mine": Q(assigned_to=user, status=S.IN_REVIEW),
        "unassigned": Q(assigned_to=None, status=S.SUBMITTED),
        "came_back": Q(assigned_to__isnull=False, status=S.SUBMITTED),
        "waiting": Q(status=S.CHANGES_REQUESTED),
    }


class DeskFilter(admin.SimpleListFilter):
    title = _("desk")
    parameter_name = "desk"

    def lookups(self, request, model_admin):
        return list(DESK.items())

    def queryset(self, request, queryset):
        condition = desk_conditions(request.user).get(self.value())
        return queryset.filter(condition) if condition else queryset


class StatusFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return list(STAFF_STATUS.items())

    def queryset(self, request, queryset):
        return queryset.filter(status=self.value()) if self.value() else queryset


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return State.choices

    def queryset(self, request, queryset):
        return queryset.filter(company__state=self.value()) if self.value() else queryset


class CategoryFilter(admin.SimpleListFilter):
    title = _("product")
    parameter_name = "product"

    def lookups(self, request, model_admin):
        return [(category.code, category.name) for category in ProductCategory.objects.all()]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        sellers = Product.objects.filter(category__code=self.value()).values("company")
        return queryset.filter(company__in=sellers)
