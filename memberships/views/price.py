from django.utils import timezone
from django.views.generic import TemplateView

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
            promotions=promotion_news(today),
            **kwargs,
        )


def promotion_news(today) -> dict[str, PromotionPeriod | None]:
    """The promotion that runs, the last that ended, and one that is being negotiated."""
    periods = list(PromotionPeriod.objects.order_by("-ends_on"))
    confirmed = [p for p in periods if p.status == "confirmed"]
    over = [p for p in periods if p.status in ("confirmed", "ended") and p.ends_on < today]
    return {
        "running": next((p for p in confirmed if p.period.contains(today)), None),
        "ended": over[0] if over else None,
        "negotiating": next((p for p in periods if p.status == "negotiating"), None),
    }
