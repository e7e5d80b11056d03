"""What exists in Spanish, English and Chinese, a column each; reads fall back to Spanish.

The history of these models is registered here, after their language columns exist: on the
class itself it would keep none of them.
"""

from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from exporters.models import (
    Company,
    MarketAccessRule,
    Product,
    ProductCategory,
    ProductPicture,
)


@register(ProductCategory)
class ProductCategoryTranslation(TranslationOptions):
    fields = ("name",)


@register(Product)
class ProductTranslation(TranslationOptions):
    fields = ("name", "description", "packaging", "keywords")
    empty_values = ""


@register(ProductPicture)
class ProductPictureTranslation(TranslationOptions):
    fields = ("alt",)
    empty_values = ""


@register(Company)
class CompanyTranslation(TranslationOptions):
    fields = ("about",)
    empty_values = ""


@register(MarketAccessRule)
class MarketAccessRuleTranslation(TranslationOptions):
    fields = ("requirement",)
    empty_values = ""


keep_history(MarketAccessRule)
keep_history(Company, excluded_fields=["idempotency_key", "updated_at"])
keep_history(
    Product,
    excluded_fields=[
        "idempotency_key", "updated_at", "status", "quality", "changed_since_review",
        "published_at",
    ],
)  # fmt: skip
