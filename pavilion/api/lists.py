from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse

from pavilion.api.paging import Page


def answer(request, response: HttpResponse, page: Page, state: str, item: Callable) -> dict:
    """A page as it is answered; the neighbours' addresses are in the header Link as well."""
    following = {
        "next": _address(request, "after", page.after),
        "prev": _address(request, "before", page.before),
    }
    links = [f'<{address}>; rel="{name}"' for name, address in following.items() if address]
    if links:
        response["Link"] = ", ".join(links)
    return {
        "items": [item(row) for row in page.rows],
        "total": page.total,
        "total_is_capped": page.total_is_capped,
        "pavilion": state,
        **following,
    }


def _address(request, name: str, key: str | None) -> str | None:
    """This address with another cursor."""
    if key is None:
        return None
    parameters = request.GET.copy()
    for cursor in ("after", "before"):
        parameters.pop(cursor, None)
    parameters[name] = key
    return f"{settings.SITE_URL}{request.path}?{parameters.urlencode()}"
