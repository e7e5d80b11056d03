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
