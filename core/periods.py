"""Periods of days with inclusive ends; an open end is None."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Period:
    starts_on: datetime.date
    ends_on: datetime.date | None = None

    def contains(self, day: datetime.date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def overlaps(self, other: "Period") -> bool:
        return (self.ends_on is None or other.starts_on <= self.ends_on) and (
            other.ends_on is None or self.starts_on <= other.ends_on
        )


def months_between(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """The first days of the months from that of `first` to that of `last`."""
    found, month = [], first.replace(day=1)
    while month <= last:
        found.append(month)
        month = add_months(month, 1)
    return found


def add_months(day: datetime.date, number: int) -> datetime.date:
    """The same day `number` months later; the month's last where it is shorter."""
    years, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    for days in (day.day, 30, 29, 28):
        try:
            return datetime.date(years, month + 1, days)
        except ValueError:
            continue
    raise OverflowError(f"{day} and {number} months")
