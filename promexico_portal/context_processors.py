from django.conf import settings
from django.urls import reverse


def portal(request):
    """What every page shows: who runs the programme, and whether this is the demo."""
    return {
        "programme_name": settings.PROGRAMME_NAME,
        "agency_name": settings.AGENCY_NAME,
        "site_url": settings.SITE_URL,
        "is_demo": not settings.PRODUCTION,
        "mailbox_url": reverse("demo:mailbox") if settings.MAILBOX_PAGE else "",
        "request_id": getattr(request, "id", ""),
    }
