from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from core.forms import PortalModelForm
from core.reasoned_admin import HistoryPagesMixin, ReasonedChangeMixin
from memberships.models import ProgrammeFact


@admin.register(ProgrammeFact)
class ProgrammeFactAdmin(ReasonedChangeMixin, HistoryPagesMixin, SimpleHistoryAdmin):
    """What the law asks a programme to say of itself; the topics are the law's."""

    form = PortalModelForm
    list_display = ("topic", "beginning", "is_confirmed")
    list_filter = ("is_placeholder",)
    show_facets = admin.ShowFacets.NEVER  # a dozen rows
    fields = ("topic", "text_es", "text_en", "text_zh_hans", "source_url", "is_placeholder")
    readonly_fields = ("topic",)

    @admin.display(description=gettext_lazy("text"))
    def beginning(self, fact):
        return Truncator(fact.text).words(20)

    @admin.display(description=gettext_lazy("confirmed"), boolean=True)
    def is_confirmed(self, fact):
        return not fact.is_placeholder

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
