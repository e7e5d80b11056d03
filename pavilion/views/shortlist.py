from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from pavilion import comparison, shortlist, showroom
from pavilion.languages import wording
from pavilion.models import Listing
from pavilion.views.compare import address_with, asked_products, query_of
from pavilion.views.door import OpenPavilionView


@method_decorator(csrf_exempt, name="dispatch")
@method_decorator(never_cache, name="dispatch")
class ShortlistView(OpenPavilionView):
    """What a visitor keeps for later: its own, from the cookie, or one that somebody shares.

    The forms that change it stand on pages that are kept for everyone and hold no CSRF token.
    None is needed: a change writes that one cookie and nothing else, and what another site sends
    is refused by the headers with which browsers say where a request comes from.
    """

    def get(self, request):
        asked = asked_products(request)
        keys = shortlist.read(request.COOKIES.get(shortlist.COOKIE, ""))
        if asked:
            rows = showroom.chosen_listings(get_language(), slugs=asked)
        else:
            rows = showroom.chosen_listings(get_language(), keys=keys)
        slugs = [row.slug for row in rows]
        cards = showroom.finished(row.card for row in rows)
        compared = request.GET.getlist("with")[: comparison.MOST]
        context = {
            "rows": [
                {
                    "listing": row,
                    "card": card,
                    "name": wording(row.product, "name"),
                    "is_ticked": row.slug in compared if compared else place < comparison.MOST,
                }
                for place, (row, card) in enumerate(zip(rows, cards, strict=True))
            ],
            "carried": [slug for slug in compared if slug not in slugs],
            "is_shared": bool(asked),
            "is_kept": bool(asked) and {row.pk for row in rows} <= set(keys),
            "gone": len(asked or keys) - len(rows),
            "slugs": slugs,
            "ask_query": query_of(slugs),
            "share_path": address_with("pavilion:shortlist", slugs),
            "compare_most": comparison.MOST,
            "most": shortlist.MOST,
            "news": _news(request),
            "preview": self.preview,
        }
        return render(request, "pavilion/shortlist.html", context)

    def post(self, request):
        """Add or remove the products `p`; scripts get the cookie alone, forms the list."""
        if not _from_here(request):
            raise PermissionDenied
        kept = shortlist.read(request.COOKIES.get(shortlist.COOKIE, ""))
        slugs = [slug for slug in request.POST.getlist("p") if "\0" not in slug][: shortlist.MOST]
        known = dict(
            Listing.objects.filter(Q(pk__in=kept) | Q(slug__in=slugs)).values_list("pk", "slug")
        )
        keys = [key for key in kept if key in known]  # what is gone leaves with the next change
        chosen = sorted(
            (key for key, slug in known.items() if slug in slugs),
            key=lambda key: slugs.index(known[key]),
        )
        if request.POST.get("action") == "remove":
            changed, news = shortlist.remove(keys, chosen), "removed"
        else:
            changed, news = shortlist.add(keys, chosen), "added"
            if not set(chosen) <= set(changed):
                news = "full"
        query = [("news", news), *(("of", known[key]) for key in chosen)]
        if request.headers.get("X-Requested-With") == "fetch":
            response = HttpResponse(status=409 if news == "full" else 204)
        else:
            address = f"{reverse('pavilion:shortlist')}?{urlencode(query)}"
            response = HttpResponseRedirect(address)
        _keep(response, changed)
        return response


def _from_here(request) -> bool:
    """Whether a page of this portal has sent it, by the headers that only the browser writes."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(source)[:2] == (request.scheme, request.get_host())


def _keep(response, keys: list[int]) -> None:
    if not keys:
        response.delete_cookie(shortlist.COOKIE, samesite="Lax")
        return
    response.set_cookie(
        shortlist.COOKIE,
        shortlist.write(keys),
        max_age=shortlist.DAYS * 24 * 3600,
        secure=settings.PRODUCTION,
        samesite="Lax",
        httponly=False,  # kept pages show by script what is on the list
    )


def _news(request) -> dict | None:
    """What the last change did, as its redirect says."""
    news, slugs = request.GET.get("news"), request.GET.getlist("of")[: shortlist.MOST]
    if news == "full":
        return {"what": news, "slugs": slugs, "names": []}
    if news not in {"added", "removed"} or not slugs:
        return None
    rows = showroom.chosen_listings(get_language(), slugs=slugs)
    names = [wording(row.product, "name") for row in rows]
    return {"what": news, "slugs": [row.slug for row in rows], "names": names} if rows else None
