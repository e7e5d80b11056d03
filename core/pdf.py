"""Pages of a PDF as pictures, so that a reviewer's browser never runs the PDF itself."""

import subprocess
import sys
import tempfile
from pathlib import Path

from core import draw_pages

MAX_PAGES = draw_pages.MAX_PAGES
SECONDS = 20  # a document of an office takes less than one


class Unreadable(Exception):
    """The file is no PDF that opens without a password and can be drawn in reasonable time."""


def render_pages(path: Path) -> list[bytes]:
    """The first MAX_PAGES pages as WebP. Raises Unreadable."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, draw_pages.__file__, str(path), folder]
        try:
            subprocess.run(  # noqa: S603 - our own script, no shell
                command, check=True, timeout=SECONDS, capture_output=True
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise Unreadable from error
        return [page.read_bytes() for page in sorted(Path(folder).glob("*.webp"))]
