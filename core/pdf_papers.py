"""Draws a paper as a PDF in the portal's colours: headings, facts, tables, page numbers."""

import io
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, KeepTogether, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as PdfTable

from core.papers import Facts, Paper, Table, Text

GUINDA, INK, MUTED, LINE, SAND = (
    HexColor(code) for code in ("#611232", "#1f1a17", "#625a54", "#e5dccf", "#f3ede3")
)
_FRIEZE = ("#285c4d", "#ddc9a3", "#9d2449", "#2a5b84", "#a57f2c", "#a4512a")
_MARGIN = 20 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_LATIN, _LATIN_BOLD, _CHINESE = "Helvetica", "Helvetica-Bold", "STSong-Light"
_EMPTY = "–"
_ROOM_UNDER_A_HEADING = 50 * mm
_FRAME_PADDING = 6  # points, by the library

pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))


def render_pdf(paper: Paper) -> bytes:
    """The paper as PDF, A4. Text is data throughout: nothing in it is read as markup."""
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN - _FRAME_PADDING,
        rightMargin=_MARGIN - _FRAME_PADDING,
        topMargin=28 * mm,
        bottomMargin=22 * mm,
        title=paper.title,
        author=paper.issuer,
        subject=paper.subtitle,
        lang=paper.language,
    )
    styles = _Styles(paper.language)
    story = [styles.title(paper.title)]
    if paper.subtitle:
        story.append(styles.subtitle(paper.subtitle))
    for block in paper.blocks:
        story += _DRAWN[type(block)](block, styles)
    if paper.link:
        story.append(_qr(paper, styles))
    with override(paper.language):
        document.build(story, canvasmaker=lambda *args, **kwargs: _Pages(paper, *args, **kwargs))
    return out.getvalue()


def markup(text: str) -> str:
    """`text` for a Paragraph: escaped, line breaks kept, Chinese in a font that has it.

    The standard fonts know Western European letters only, the Chinese one lacks theirs.
    """
    runs, latin = [], True
    for char in str(text).replace("\r\n", "\n").replace("\t", " "):
        if char not in "\n " and _is_latin(char) != latin:
            latin = not latin
            runs.append("</font>" if latin else f'<font name="{_CHINESE}">')
        runs.append("<br/>" if char == "\n" else escape(char))
    return "".join(runs) + ("" if latin else "</font>")


def _is_latin(char: str) -> bool:
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


class _Styles:
    """Paragraphs in the portal's type; Chinese lines break between any two characters."""

    def __init__(self, language: str):
        wrap = {"wordWrap": "CJK"} if language.startswith("zh") else {}
        base = ParagraphStyle(
            "base", fontName=_LATIN, fontSize=9.5, leading=13.5, textColor=INK, **wrap
        )
        bold = {"parent": base, "fontName": _LATIN_BOLD}
        muted = {"parent": base, "fontSize": 8.5, "leading": 12, "textColor": MUTED}
        self._styles = {
            "text": ParagraphStyle("text", parent=base, spaceAfter=6),
            "cell": ParagraphStyle("cell", parent=base, fontSize=9, leading=12.5),
            "title": ParagraphStyle(
                "title", fontSize=20, leading=25, spaceAfter=2, **bold | {"textColor": GUINDA}
            ),
            "subtitle": ParagraphStyle(
                "subtitle", spaceAfter=10, **muted | {"fontSize": 10, "leading": 14}
            ),
            "heading": ParagraphStyle(
                "heading", fontSize=12, leading=16, spaceBefore=12, spaceAfter=5, **bold
            ),
            "label": ParagraphStyle("label", **muted),
            "figure": ParagraphStyle("figure", fontSize=9, leading=12.5, alignment=2, parent=base),
            "figure_label": ParagraphStyle("figure_label", alignment=2, **muted),
            "sum": ParagraphStyle("sum", fontSize=9, leading=12.5, **bold),
            "figure_sum": ParagraphStyle(
                "figure_sum", fontSize=9, leading=12.5, alignment=2, **bold
            ),
        }

    def __getattr__(self, name):
        style = self._styles[name]
        return lambda text: Paragraph(markup(text), style)


def _facts(block: Facts, styles) -> list:
    rows = [[styles.label(label), styles.cell(value or _EMPTY)] for label, value in block.rows]
    return _titled(block, styles, _grid(rows, [_WIDTH * 0.3, _WIDTH * 0.7]))


def _table(block: Table, styles) -> list:
    if not block.rows:
        return _titled(block, styles, styles.text(_EMPTY))
    head = _cells(block, block.head, styles.label, styles.figure_label)
    rows = [_cells(block, row, styles.cell, styles.figure) for row in block.rows]
    if block.total:
        rows.append(_cells(block, block.total, styles.sum, styles.figure_sum, empty=""))
    shares = block.widths or [1] * len(block.head)
    widths = [_WIDTH * share / sum(shares) for share in shares]
    return _titled(block, styles, _grid([head, *rows], widths, repeatRows=1))


def _cells(block: Table, row, words, figure, *, empty=_EMPTY) -> list:
    """The cells of a line: amounts in one style, all else in the other."""
    return [
        (figure if number in block.figures else words)(cell or empty)
        for number, cell in enumerate(row)
    ]


def _text(block: Text, styles) -> list:
    paragraphs = [styles.text(paragraph) for paragraph in block.paragraphs]
    return [styles.heading(block.title), *paragraphs] if block.title else paragraphs


_DRAWN = {Facts: _facts, Table: _table, Text: _text}


def _titled(block, styles, content) -> list:
    return [CondPageBreak(_ROOM_UNDER_A_HEADING), styles.heading(block.title), content]


def _grid(rows, widths, **options) -> PdfTable:
    """A table with a line under each row; one that is longer than a page goes on on the next."""
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
    return PdfTable(rows, widths, splitInRow=1, style=style, **options)


def _qr(paper: Paper, styles) -> KeepTogether:
    side = 32 * mm
    widget = QrCodeWidget(paper.link, barLevel="M", barWidth=side, barHeight=side)
    drawing = Drawing(side, side)
    drawing.add(widget)
    beside = PdfTable(
        [[drawing, styles.label(paper.link_text)]],
        [side + 6 * mm, _WIDTH - side - 6 * mm],
        style=[("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (0, 0), 0)],
    )
    return KeepTogether([Spacer(1, 6 * mm), beside])


class _Pages(Canvas):
    """Keeps the pages until all are there, so that each can say how many there are."""

    def __init__(self, paper: Paper, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._paper, self._kept = paper, []

    def showPage(self):
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self):
        total = len(self._kept)
        for number, page in enumerate(self._kept, start=1):
            self.__dict__.update(page)
            self._edges(number, total)
            super().showPage()
        super().save()

    def _edges(self, number: int, total: int) -> None:
        """The frieze and the issuer above, the footer and the page's number below."""
        width, height = A4
        for position, colour in enumerate(_FRIEZE):
            self.setFillColor(HexColor(colour))
            self.roundRect(
                _MARGIN + position * 5.5 * mm, height - 12 * mm, 4.4 * mm, 3 * mm, 0.7 * mm, 0, 1
            )
        self._line(self._paper.issuer, _MARGIN, height - 19 * mm, _LATIN_BOLD, GUINDA)
        self.setStrokeColor(LINE)
        self.line(_MARGIN, 15 * mm, width - _MARGIN, 15 * mm)
        self._line(self._paper.footer, _MARGIN, 10 * mm, _LATIN, MUTED)
        words = _("Page %(number)s of %(total)s") % {"number": number, "total": total}
        self._line(words, width - _MARGIN, 10 * mm, _LATIN, MUTED, at_end=True)

    def _line(self, text, x, y, font, colour, *, at_end=False):
        style = ParagraphStyle(
            "edge", fontName=font, fontSize=8.5, leading=11, textColor=colour,
            alignment=2 if at_end else 0,
        )  # fmt: skip
        room = _WIDTH * (0.25 if at_end else 0.75)
        paragraph = Paragraph(markup(text), style)
        paragraph.wrap(room, 20 * mm)
        paragraph.drawOn(self, x - room if at_end else x, y)
