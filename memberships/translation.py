from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from memberships.models import Plan, ProgrammeFact, PromotionPeriod


@register(Plan)
class PlanTranslation(TranslationOptions):
    fields = ("name", "benefits")
    empty_values = {"name": "", "benefits": ""}


@register(PromotionPeriod)
class PromotionPeriodTranslation(TranslationOptions):
    fields = ("name",)


@register(ProgrammeFact)
class ProgrammeFactTranslation(TranslationOptions):
    fields = ("text",)
    empty_values = ""


# After the language columns exist, or the history would keep none of them.
keep_history(Plan)
keep_history(ProgrammeFact)
keep_history(PromotionPeriod, excluded_fields=["status", "updated_at"])
