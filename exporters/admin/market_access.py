from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from core.forms import PortalModelForm
from core.reasoned_admin import HistoryPagesMixin, ReasonedChangeMixin
from exporters.models import MarketAccessRule


class MarketAccessRuleForm(PortalModelForm):
    def _get_validation_exclusions(self):
        # The market is not asked for, but a rule is unique within it.
        return super()._get_validation_exclusions() - {"market"}


@admin.register(MarketAccessRule)
class MarketAccessRuleAdmin(ReasonedChangeMixin, HistoryPagesMixin, SimpleHistoryAdmin):
    form = MarketAccessRuleForm
    list_display = ("hs_prefix", "state_name", "access", "requirement", "valid_from", "valid_to")
    list_filter = ("access", "state")
    search_fields = ("hs_prefix",)
    search_help_text = _("HS code, without points")
    list_per_page = 50
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("hs_prefix", "state", "access", "valid_from", "valid_to")}),
        (
            _("What is required"),
            {"fields": ("requirement_es", "requirement_en", "requirement_zh_hans", "source_url")},
        ),
    )

    @admin.display(description=_("state"), ordering="state")
    def state_name(self, rule):
        return rule.get_state_display() or pgettext_lazy("states", "All")

    def has_delete_permission(self, request, obj=None):
        return False  # a rule ends by its last day; what was verified by it stays explainable
