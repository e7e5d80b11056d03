"""The table of what was reached, as it stands in docs/performance.md. Pure."""

import re
from dataclasses import dataclass

from bench.pages import GROWTH, MEMORY_MB, Page

START, END = "<!-- measured by script/bench -->", "<!-- end of what script/bench writes -->"


@dataclass(frozen=True)
class Reached:
    """Of one page at one size of the database. None: it did not answer as it should."""

    ratio: float | None
    sql: int | None
    why: str = ""


@dataclass(frozen=True)
class Row:
    page: Page
    large: Reached
    small: Reached | None = None  # where growth was measured

    @property
    def growth(self) -> float | None:
        """How much more the page costs, of its yardstick, in the large database."""
        if not (self.small and self.small.ratio and self.large.ratio):
            return None
        return self.small.ratio / self.large.ratio

    @property
    def missed(self) -> list[str]:
        large, missed = self.large, []
        if large.ratio is None or large.sql is None:
            return [large.why or "not measured"]
        if large.ratio < self.page.floor:
            missed.append("slow")
        if large.sql > self.page.sql:
            missed.append("SQL")
        if self.growth and self.growth > GROWTH:
            missed.append("grows")
        if self.small and self.small.sql not in (None, large.sql):
            missed.append(f"SQL was {self.small.sql}")
        return missed


def table(rows: list[Row]) -> str:
    lines = [
        "| Page | Target | Reached | SQL at most | SQL | Growth | OK |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        cells = [
            row.page.name,
            f"{row.page.floor:g} x {row.page.yardstick}",
            _number(row.large.ratio),
            row.page.sql,
            "–" if row.large.sql is None else row.large.sql,
            _number(row.growth),
            ", ".join(row.missed) or "yes",
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def memory_line(megabytes: float) -> str:
    verdict = "" if megabytes <= MEMORY_MB else ": TOO MUCH"
    return f"Memory of a web process: {megabytes:.0f} MB of at most {MEMORY_MB}{verdict}."


def put_into(document: str, block: str) -> str:
    """The document with its measured part replaced; without such a part it is put at the end."""
    part = f"{START}\n{block.strip()}\n{END}"
    if START in document:
        pattern = re.compile(re.escape(START) + ".*?" + re.escape(END), re.S)
        return pattern.sub(lambda _match: part, document)
    return f"{document.rstrip()}\n\n{part}\n"
