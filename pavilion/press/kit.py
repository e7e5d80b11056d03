"""What the press takes away: pictures by their file names, and the fact sheet."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from core import mail
from core.papers import Facts, Paper, Text
from exporters.models import Application
from pavilion.figure_tables import comparison
from pavilion.press import mosaic
from pavilion.press.facts import FACTS

CONTENT_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def pictures(figures: dict) -> dict[str, Callable[[], bytes]]:
    """Each picture of the kit by its file name, made when it is asked for; of these figures."""
    tiles, threshold = figures["mosaic"], figures["threshold"]
    return {
        "mosaic.svg": lambda: mosaic.mosaic_svg(tiles, threshold),
        "mosaic.png": lambda: mosaic.mosaic_png(tiles, threshold),
        "mark.svg": mosaic.mark_svg,
        "mark.png": mosaic.mark_png,
    }


def columns_of(launch: dict | None, today: dict) -> dict[str, dict]:
    """The columns of a comparison: the launch, once there was one, and today."""
    columns = {_("Today"): today}
    if launch:
        columns = {_("At the launch"): launch, **columns}
    return columns


def milestones(launch: dict) -> list[tuple[str, str]]:
    """When it opened, who was first, who opened the door; no vendor who is out by now."""
    number = {"number": launch["threshold"]}
    vendors = [
        (_("First approved vendor"), launch["first_vendor"]),
        (_("Vendor number %(number)s, who opened it") % number, launch["threshold_vendor"]),
    ]
    slugs = [vendor["slug"] for _label, vendor in vendors]
    approved = Application.objects.approved().filter(company__slug__in=slugs)
    still_in = set(approved.values_list("company__slug", flat=True))
    return [
        (_("Opened on"), date_format(parse_date(launch["day"]), "DATE_FORMAT")),
        *((label, vendor["name"]) for label, vendor in vendors if vendor["slug"] in still_in),
    ]


def sheets() -> list[tuple[str, str, str]]:
    """(code, name, address) of the fact sheet in each language."""
    found = []
    for code, name in settings.LANGUAGES:
        with override(code):
            found.append((code, name, reverse("pavilion:fact_sheet")))
    return found


def fact_sheet(launch: dict | None, today: dict) -> Paper:
    """On a page or two, in the reader's language."""
    day = date_format(parse_date(today["day"]), "DATE_FORMAT")
    blocks = [
        Text(
            [
                _(
                    "The Mexico Pavilion shows the products of small and medium-sized Mexican"
                    " exporters to buyers in the world, in Spanish, English and Chinese. Each"
                    " company was checked by the programme before it appears."
                )
            ]
        )
    ]
    if launch:
        blocks.append(Facts(_("The launch"), milestones(launch)))
    blocks += comparison(columns_of(launch, today))
    blocks.append(
        Facts(
            _("How it began"),
            [
                (date_format(fact.day, "DATE_FORMAT"), f"{fact.text} ({fact.source})")
                for fact in FACTS
            ],
        )
    )
    if settings.PRESS_EMAIL:
        blocks.append(Facts(_("For journalists"), [(_("E-mail"), settings.PRESS_EMAIL)]))
    return Paper(
        issuer=f"{settings.AGENCY_NAME} · {settings.PROGRAMME_NAME}",
        title=_("Mexico Pavilion: fact sheet"),
        subtitle=_("Figures as of %(day)s, in US dollars where they are money.") % {"day": day},
        language=get_language(),
        footer=_("Fact sheet · %(day)s") % {"day": day},
        blocks=blocks,
        link=mail.absolute(reverse("pavilion:press")),
        link_text=_("The figures of today, pictures and this paper in other languages."),
    )
