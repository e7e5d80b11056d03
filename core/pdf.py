"""Pages of a PDF as pictures, so that a reviewer's browser never runs the PDF itself."""

import io
from pathlib import Path

import pypdfium2

MAX_PAGES = 12
_WIDTH = 1200  # pixels; A4 stays readable


class Unreadable(Exception):
    """The file is not a PDF that opens without a password."""


def render_pages(path: Path) -> list[bytes]:
    """The first MAX_PAGES pages as WebP. Raises Unreadable."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Unreadable from error
    with document:
        if not len(document):
            raise Unreadable
        pages = []
        for index in range(min(len(document), MAX_PAGES)):
            try:
                page = document[index]
                # A page may claim any size; the scale bounds the pixels whatever it claims.
                scale = min(_WIDTH / max(page.get_width(), 1), 1700 / max(page.get_height(), 1))
                picture = page.render(scale=scale).to_pil().convert("RGB")
            except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
                raise Unreadable from error
            out = io.BytesIO()
            picture.save(out, "WEBP", quality=80)
            pages.append(out.getvalue())
        return pages
