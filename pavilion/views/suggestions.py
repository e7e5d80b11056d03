from dataclasses import asdict

from django.http import JsonResponse
from django.utils.translation import get_language

from core import throttle
from pavilion.address import clean
from pavilion.page_cache import offer_to_everyone
from pavilion.suggest import suggestions
from pavilion.views.door import OpenPavilionView

A_MINUTE = 120  # by one address; somebody who types asks two or three times a second


class SuggestionsView(OpenPavilionView):
    """What may be meant, as JSON: [{kind, text, url, language, code}], eight at most."""

    def get(self, request):
        who = throttle.client_address(request)
        if not throttle.allow("suggestions", who, limit=A_MINUTE, seconds=60):
            response = JsonResponse([], safe=False, status=429)
            response["Retry-After"] = "60"
            return response
        found = suggestions(clean(request.GET.get("q", "")), get_language())
        response = JsonResponse([asdict(each) for each in found], safe=False)
        return offer_to_everyone(request, response)
