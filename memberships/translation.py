from modeltranslation.translator import TranslationOptions, register

from memberships.models import Plan, PromotionPeriod


@register(Plan)
class PlanTranslation(TranslationOptions):
    fields = ("name",)


@register(PromotionPeriod)
class PromotionPeriodTranslation(TranslationOptions):
    fields = ("name",)
