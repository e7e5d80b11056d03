"""Moderating products: the queue, the page on which one is decided, and the families."""

from django.contrib import admin, messages
from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.memo import remembered
from core.reasoned_admin import ReasonedChangeMixin
from core.templatetags.portal import status_tone
from core.workflow import TransitionNotAllowed
from core.workflow_admin import LogInline, WorkflowAdminMixin
from exporters.access import acts_for
from exporters.enums import ProductStatus
from exporters.forms.product import OfferForm
from exporters.models import Product, ProductCategory, ProductTransition
from exporters.models.product import OFFER
from exporters.product_changes import changes_since_review
from exporters.reason_texts import texts
from exporters.services import catalogue, moderation
from exporters.services.catalogue import gaps_of, with_quality_facts
from exporters.workflow import PRODUCT

_UPON_A_LOOK = ("publish", "confirm")  # they say that what the page shows is in order
SECONDS = 15  # as old as the number in the side menu may be

# To be published first, then public and changed; of each the longest waiting on top.
QUEUE_ORDER = (
    Case(
        When(status=ProductStatus.IN_REVIEW, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    ),
    "updated_at",
    "pk",
)


@remembered(SECONDS)
def waiting_products() -> int:
    """How many products wait for somebody of the programme."""
    return Product.objects.to_moderate().count()


class ProductLogInline(LogInline, admin.TabularInline):
    model = ProductTransition


class QueueFilter(admin.SimpleListFilter):
    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return [
            ("waiting", _("All that wait")),
            ("review", _("To be published")),
            ("changed", _("Public and changed")),
        ]

    def queryset(self, request, queryset):
        waiting = queryset.to_moderate()
        return {
            "waiting": waiting,
            "review": waiting.filter(status=ProductStatus.IN_REVIEW),
            "changed": waiting.filter(status=ProductStatus.PUBLISHED),
        }.get(self.value(), queryset)


@admin.register(Product)
class ProductAdmin(ReasonedChangeMixin, WorkflowAdminMixin, admin.ModelAdmin):
    workflow = PRODUCT
    moves = {
        "publish": moderation.publish_product,
        "confirm": moderation.confirm_changes,
        "return": moderation.return_product,
        "hide": moderation.hide_product,
    }
    form = OfferForm
    change_form_template = "admin/exporters/product/change_form.html"
    list_display = (
        "name",
        "company_name",
        "category",
        "status_badge",
        "quality_figure",
        "changed_on",
    )
    list_filter = (QueueFilter, "status", "category")
    list_select_related = ("company", "category")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name_es", "name_en", "name_zh_hans", "company__legal_name")
    inlines = (ProductLogInline,)
    readonly_fields = ("company", "status", "certificates")
    fieldsets = (
        (None, {"fields": ("company", "status", "category", "hs_code", "certificates")}),
        (
            _("In Spanish"),
            {"fields": ("name_es", "description_es", "packaging_es", "keywords_es")},
        ),
        (
            _("In English"),
            {"fields": ("name_en", "description_en", "packaging_en", "keywords_en")},
        ),
        (
            _("In Chinese"),
            {
                "fields": (
                    "name_zh_hans",
                    "description_zh_hans",
                    "packaging_zh_hans",
                    "keywords_zh_hans",
                )
            },
        ),
        (
            _("Offer"),
            {
                "fields": (
                    ("fob_min_usd", "fob_max_usd", "unit"),
                    ("moq", "lead_time_days", "port"),
                    ("supply_quantity", "supply_period"),
                    "payment_terms",
                    "gift_wrapping",
                )
            },
        ),
    )

    @admin.display(description=_("company"), ordering="company")
    def company_name(self, product):
        return product.company

    @admin.display(description=_("status"), ordering="status")
    def status_badge(self, product):
        """With a sign when it is public and changed since somebody looked at it."""
        changed = product.status == ProductStatus.PUBLISHED and product.changed_since_review
        return format_html(
            '<span class="badge-status tone-{}">{}</span>{}',
            status_tone(product.status),
            product.get_status_display(),
            format_html(' <span class="risk">{}</span>', _("changed")) if changed else "",
        )

    @admin.display(description=_("quality"), ordering="quality")
    def quality_figure(self, product):
        return product.quality

    @admin.display(description=_("last change"), ordering="updated_at")
    def changed_on(self, product):
        return date_format(timezone.localtime(product.updated_at), "SHORT_DATETIME_FORMAT")

    def get_ordering(self, request):
        return QUEUE_ORDER if request.GET.get("queue") else ("-pk",)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        product = self.get_object(request, object_id)
        context = self._standing(product) if product else {}
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def _standing(self, product: Product) -> dict:
        """What a moderator sees beside the facts."""
        return {
            "pictures": product.pictures.all(),
            "gaps": gaps_of(with_quality_facts(Product.objects.filter(pk=product.pk)).get()),
            "changes": changes_since_review(product) if product.changed_since_review else None,
        }

    def legal_moves(self, request, obj):
        if acts_for(request.user, obj.company):
            return []
        return [
            move
            for move in super().legal_moves(request, obj)
            if move.transition.name != "confirm" or obj.changed_since_review
        ]

    def seen(self, obj, transition):
        return obj.state_seen if transition.name in _UPON_A_LOOK else ""

    def reason_texts(self, obj, transition):
        return texts(transition.reasons, obj.company.language)

    def make_move(self, request, obj, transition, form):
        answer = super().make_move(request, obj, transition, form)
        waiting_products.forget()
        return answer

    def save_model(self, request, obj, form, change):
        obj._change_reason = form.cleaned_data["change_reason"]
        fields = [name for name in OFFER if name in form.changed_data]
        try:
            moderation.correct_product(obj, fields, actor=request.user)
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))

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
