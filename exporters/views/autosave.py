"""Saving by itself: static/js/autosave.js posts a form while it is filled in."""

from django.shortcuts import render


def wanted(request) -> bool:
    return request.method == "POST" and "autosave" in request.POST


def answer(request, state: str, *, status: int = 200, **context):
    """The line beside the buttons, which says what has become of the text.

    `state`: saved, partly (something could not be saved), needs (a new row lacks what it
    needs), clash, refused, ended (the session), stale (the page), lost (not even kept).
    """
    context = {"version": "", "url": "", "fields": [], "text": "", **context, "state": state}
    response = render(request, "exporters/_autosave.html", context, status=status)
    response["X-Autosave"] = state  # tells it from a page that came instead
    return response
