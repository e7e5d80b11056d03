from django.utils import timezone
from django.views.generic import TemplateView

from memberships.enums import PromotionStatus as S
from memberships.models import PromotionPeriod
from memberships.services.prices import NoPlanOffered, price_on


class PriceView(TemplateView):
    """What a membership costs today and why: fee, promotion, support, what the firm pays."""

    template_name = "memberships/price.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        try:
            price, message = price_on(today), ""
        except NoPlanOffered as error:
            price, message = None, str(error)
        return super().get_context_data(
            price=price,
            no_price_message=message,
            benefits=price.plan.benefits.splitlines() if price else [],
            promotions=promotion_news(today),
            **kwargs,
        )


def promotion_news(today) -> dict[str, PromotionPeriod | None]:
    """Of the plan that is offered: the promotion that runs, or the last that ended; the next that
    is agreed; and one that is being negotiated.
    """
    rows = PromotionPeriod.objects.filter(plan__is_offered=True, status__in=_PUBLIC)
    periods = list(rows.order_by("starts_on"))
    settled = [p for p in periods if p.is_settled and p.starts_on <= today]
    running = [p for p in settled if p.is_honoured and p.period.contains(today)]
    over = [p for p in settled if p not in running]
    open_talks = [p for p in periods if p.status == S.NEGOTIATING and p.ends_on >= today]
    return {
        "running": running[-1] if running else None,
        "ended": max(over, key=lambda p: p.ends_on, default=None) if not running else None,
        "coming": next((p for p in periods if p.is_settled and p.starts_on > today), None),
        "negotiating": open_talks[0] if open_talks else None,
    }


_PUBLIC = (S.CONFIRMED, S.ENDED, S.NEGOTIATING)
