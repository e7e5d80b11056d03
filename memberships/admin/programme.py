from django.contrib import admin

from core.reasoned_admin import ReasonedChangeMixin
from memberships.models import ProgrammeFact


@admin.register(ProgrammeFact)
class ProgrammeFactAdmin(ReasonedChangeMixin, admin.ModelAdmin):
    """What the law asks a programme to say of itself; the topics are the law's."""

    list_display = ("topic", "text", "is_placeholder")
    list_filter = ("is_placeholder",)
    fields = ("topic", "text_es", "text_en", "text_zh_hans", "source_url", "is_placeholder")
    readonly_fields = ("topic",)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
