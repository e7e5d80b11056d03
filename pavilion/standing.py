"""How the pavilion stands now, counted in five queries whatever its size."""

from collections import Counter

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum

from core.money import ZERO, in_cents
from exporters.models import Application, Product
from memberships.models import Membership
from pavilion.launch_figures import Standing
from pavilion.models import Listing, WaitingBuyer

NOBODY = ("", "")


def standing(threshold: int) -> Standing:
    """Reads everything at the moment of the call; `threshold` says how many tiles there are."""
    states, sizes = _vendors()
    first = _first_vendors(threshold)
    money = _money()
    return Standing(
        vendors_by_state=states,
        vendors_by_size=sizes,
        products_by_category=_counted(Listing.objects.values_list("category__code")),
        buyers_by_language=_counted(
            WaitingBuyer.objects.filter(confirmed_at__isnull=False).values_list("language")
        ),
        mosaic=[category or "star" for category, _vendor in first],
        first_vendor=first[0][1] if first else NOBODY,
        threshold_vendor=first[-1][1] if len(first) == threshold else NOBODY,
        fees_paid=money["fees"] or ZERO,
        support_paid=money["paid"] or ZERO,
        support_reserved=(money["reserved"] or ZERO) + (money["committed"] or ZERO),
    )


def _vendors() -> tuple[Counter, Counter]:
    states, sizes = Counter(), Counter()
    rows = Application.objects.approved().order_by().values_list("company__state", "company__size")
    for state, size, count in rows.annotate(count=Count("pk")):
        states[state] += count
        sizes[size] += count
    return states, sizes


def _first_vendors(threshold: int) -> list[tuple[str | None, tuple[str, str]]]:
    """(family of the first product, (name, slug)) of the vendors in the order of approval."""
    first = Product.objects.filter(company=OuterRef("company")).order_by("pk")
    rows = (
        Application.objects.approved()
        .annotate(category=Subquery(first.values("category__code")[:1]))
        .order_by("decided_at", "pk")
        .values_list("category", "company__trade_name", "company__legal_name", "company__slug")
    )
    return [(category, (trade or legal, slug)) for category, trade, legal, slug in rows[:threshold]]


def _money() -> dict:
    """Fees are what companies paid the platform: the list fee less the promotion."""
    return Membership.objects.aggregate(
        fees=in_cents(
            Sum(F("list_fee") - F("promotion_discount"), filter=Q(paid_on__isnull=False))
        ),
        paid=in_cents(Sum("paid_out")),
        reserved=in_cents(Sum("reserved")),
        committed=in_cents(Sum("committed")),
    )


def _counted(rows) -> dict[str, int]:
    return dict(rows.order_by().annotate(count=Count("pk")))
