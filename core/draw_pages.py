"""Draws the pages of one PDF into a folder: run by core.pdf in a process of its own.

python core/draw_pages.py FILE FOLDER. Exits with 1 when the file cannot be opened. Stands alone,
so that a file that eats time or memory takes only this process with it.
"""

import resource
import sys
from pathlib import Path

import pypdfium2

MAX_PAGES = 12
WIDTH, HEIGHT = 1200, 1700  # pixels; A4 stays readable
MEMORY = 1024**3  # bytes


def draw(source: Path, folder: Path) -> None:
    with pypdfium2.PdfDocument(source) as document:
        if not len(document):
            raise ValueError("no pages")
        for index in range(min(len(document), MAX_PAGES)):
            page = document[index]
            # A page may claim any size; the scale bounds the pixels whatever it claims.
            scale = min(WIDTH / max(page.get_width(), 1), HEIGHT / max(page.get_height(), 1))
            picture = page.render(scale=scale).to_pil().convert("RGB")
            picture.save(folder / f"{index + 1:03}.webp", "WEBP", quality=80)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        draw(Path(sys.argv[1]), Path(sys.argv[2]))
    except (pypdfium2.PdfiumError, ValueError, MemoryError, OSError):
        sys.exit(1)
