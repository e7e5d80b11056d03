"""The pavilion's page while its door is shut: before the launch, and while it is closed."""

from django.shortcuts import render

from pavilion import catalogue, teaser
from pavilion.access import may_preview
from pavilion.models import Pavilion


def waiting_page(request, pavilion: Pavilion, form, *, status: int = 200):
    """The meter, what is coming and “tell me when it opens”; `form` is a WaitingBuyerForm."""
    context = {"pavilion": pavilion, "form": form, "may_preview": may_preview(request.user)}
    if pavilion.launched_at:
        return render(request, "pavilion/closed.html", context, status=status)
    context |= {"meter": catalogue.meter(), "coming": teaser.coming()}
    return render(request, "pavilion/waiting.html", context, status=status)
