from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.reasoned_admin import ReasonedChangeMixin
from core.templatetags.portal import status_tone
from core.workflow_admin import LogInline, WorkflowAdminMixin
from exporters.access import acts_for
from exporters.models import Product, ProductCategory, ProductTransition
from exporters.services import catalogue, moderation
from exporters.workflow import PRODUCT


class ProductLogInline(LogInline, admin.TabularInline):
    model = ProductTransition


@admin.register(Product)
class ProductAdmin(ReasonedChangeMixin, WorkflowAdminMixin, admin.ModelAdmin):
    workflow = PRODUCT
    moves = {
        "publish": moderation.publish_product,
        "return": moderation.return_product,
        "hide": moderation.hide_product,
    }
    list_display = ("name", "company", "category", "hs_code", "status_badge")
    list_filter = ("status", "category")
    list_select_related = ("company", "category")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name_es", "name_en", "name_zh_hans", "company__legal_name")
    inlines = (ProductLogInline,)
    readonly_fields = ("company", "status")
    fieldsets = (
        (None, {"fields": ("company", "status", "category", "hs_code")}),
        (_("In Spanish"), {"fields": ("name_es", "description_es")}),
        (_("In English"), {"fields": ("name_en", "description_en")}),
        (_("In Chinese"), {"fields": ("name_zh_hans", "description_zh_hans")}),
        (
            _("Offer"),
            {"fields": ("fob_min_usd", "fob_max_usd", "unit", "moq", "lead_time_days", "port")},
        ),
    )

    @admin.display(description=_("status"), ordering="status")
    def status_badge(self, product):
        return format_html(
            '<span class="badge-status tone-{}">{}</span>',
            status_tone(product.status),
            product.get_status_display(),
        )

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody edits the products of a company for which they act here."""
        mine = obj is not None and acts_for(request.user, obj.company)
        return super().has_change_permission(request, obj) and not mine

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ProductCategory)
class ProductCategoryAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "in_demand", "position")
    fields = ("code", "name_es", "name_en", "name_zh_hans", "in_demand", "position")
    readonly_fields = ("code",)

    def save_model(self, request, obj, form, change):
        catalogue.change_category(obj)

    def has_add_permission(self, request):
        return False  # a family needs its motif and colour

    def has_delete_permission(self, request, obj=None):
        return False
