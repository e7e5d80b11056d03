"""Quarters of a year, with inclusive ends."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, order=True)
class Quarter:
    year: int
    number: int  # 1 to 4

    @classmethod
    def of(cls, day: datetime.date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    @property
    def starts_on(self) -> datetime.date:
        return datetime.date(self.year, 3 * self.number - 2, 1)

    @property
    def ends_on(self) -> datetime.date:
        return self.next.starts_on - _DAY

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> "Quarter":
        return Quarter.of(self.starts_on - _DAY)

    def until(self, last: "Quarter") -> Iterator["Quarter"]:
        """This quarter and those after it, up to `last`."""
        quarter = self
        while quarter <= last:
            yield quarter
            quarter = quarter.next

    def __str__(self):
        return _("Quarter %(number)s of %(year)s") % {"number": self.number, "year": self.year}
