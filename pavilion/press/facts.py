"""What the press may read of the programme's beginning: each fact with its source, none without."""

import datetime
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Fact:
    day: datetime.date
    text: str | Promise
    source: str
    url: str = ""


FACTS = (
    Fact(
        datetime.date(2017, 9, 6),
        _("Alibaba and Mexico's ministry of economy sign their agreement in Hangzhou."),
        "BakingBusiness",
        "https://bakingbusiness.com/articles/32651-alibaba-group-and-mexico-s-ministry-of-economy-sign-pact",
    ),
    Fact(
        datetime.date(2017, 9, 6),
        _("About 200,000 Mexican firms are registered on Alibaba's platforms."),
        "Xinhua",
        "https://en.imsilkroad.com/p/60783.html",
    ),
    Fact(
        datetime.date(2018, 8, 24),
        _("24 companies are approved, paying members; 100 are needed to open the pavilion."),
        "Reuters, Business Times",
    ),
    Fact(
        datetime.date(2018, 8, 24),
        _(
            "In high demand: boots, tequila, mezcal, cactus ingredients, avocado cosmetics and"
            " soaps, gift-wrapped avocados."
        ),
        "Reuters, Business Times",
    ),
    Fact(
        datetime.date(2018, 8, 27),
        _("The promotional price of a year's membership is US$1,500."),
        "Reuters, The Borneo Post",
        "https://pressreader.com/malaysia/the-borneo-post/20180827/282982515829672",
    ),
)
