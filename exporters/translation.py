"""What exists in Spanish, English and Chinese, a column each; reads fall back to Spanish."""

from modeltranslation.translator import TranslationOptions, register

from exporters.models import Company, Product, ProductCategory, ProductPicture


@register(ProductCategory)
class ProductCategoryTranslation(TranslationOptions):
    fields = ("name",)


@register(Product)
class ProductTranslation(TranslationOptions):
    fields = ("name", "description")
    empty_values = {"name": "", "description": ""}


@register(ProductPicture)
class ProductPictureTranslation(TranslationOptions):
    fields = ("alt",)
    empty_values = ""


@register(Company)
class CompanyTranslation(TranslationOptions):
    fields = ("about",)
    empty_values = ""
