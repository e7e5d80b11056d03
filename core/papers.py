"""A paper made for print, as its parts: the same one is shown as a page and drawn as a PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Text:
    """Paragraphs under a title; without a title they stand alone."""

    paragraphs: Sequence[str]
    title: str = ""
    kind: ClassVar[str] = "text"


@dataclass(frozen=True)
class Facts:
    """Labels with their values; an empty value is shown as a dash."""

    title: str
    rows: Sequence[tuple[str, str]]
    kind: ClassVar[str] = "facts"


@dataclass(frozen=True)
class Table:
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()  # in proportion; all the same without them
    figures: Sequence[int] = ()  # columns of amounts, by their number: set at their end
    total: Sequence[str] = ()  # the sum below the rows
    kind: ClassVar[str] = "table"

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Each column's name, and whether it holds amounts."""
        return [(name, number in self.figures) for number, name in enumerate(self.head)]

    @property
    def labelled_rows(self) -> list[list[tuple[str, bool, str]]]:
        """Each cell with its column's name, for a narrow screen."""
        return [self._labelled(row) for row in self.rows]

    @property
    def labelled_total(self) -> list[tuple[str, bool, str]]:
        return self._labelled(self.total) if self.total else []

    def _labelled(self, row: Sequence[str]) -> list[tuple[str, bool, str]]:
        return [(*column, cell) for column, cell in zip(self.columns, row, strict=True)]


@dataclass(frozen=True)
class Paper:
    """`issuer` heads it, `footer` stands at the foot of every page beside the page's number."""

    issuer: str
    title: str
    subtitle: str
    language: str
    footer: str
    blocks: Sequence[Text | Facts | Table]
    link: str = ""  # an address to scan, drawn as a QR code
    link_text: str = ""
