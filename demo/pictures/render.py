"""Render the catalogue drawings in this folder (NAME.svg) to NAME.webp.

Usage: python demo/pictures/render.py [NAME ...]

Needs Pillow and one of rsvg-convert or Chromium on the PATH.
"""

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
SIZE = (1000, 750)
LIMIT = 40 * 1024
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def with_rsvg(tool, svg):
    command = [tool, "--width", str(SIZE[0]), "--height", str(SIZE[1]), str(svg)]
    return subprocess.run(command, capture_output=True, check=True).stdout


def with_chromium(tool, svg):
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        page.write_text(
            "<!doctype html><style>*{margin:0}img{display:block}</style>"
            f'<img src="{svg.as_uri()}" width="{SIZE[0]}" height="{SIZE[1]}">',
            encoding="utf-8",
        )
        # The window is taller than the picture: some versions cut the last rows.
        command = [
            tool, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--allow-file-access-from-files", f"--window-size={SIZE[0]},{SIZE[1] + 150}",
            f"--screenshot={shot}", page.as_uri(),
        ]  # fmt: skip
        subprocess.run(command, capture_output=True, check=True, timeout=60)
        return shot.read_bytes()


def find_renderer():
    tool = shutil.which("rsvg-convert")
    if tool:
        return with_rsvg, tool
    for name in CHROMIUM_NAMES:
        tool = shutil.which(name)
        if tool:
            return with_chromium, tool
    sys.exit("Install rsvg-convert (librsvg2-bin) or Chromium first.")


def encode(picture):
    """WebP at quality 80, a little lower only when the file would be too heavy."""
    for quality in (80, 72, 64, 56):
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= LIMIT:
            break
    return out.getvalue()


def main(names):
    render, tool = find_renderer()
    sources = [HERE / f"{name}.svg" for name in names] or sorted(HERE.glob("*.svg"))
    for svg in sources:
        picture = Image.open(io.BytesIO(render(tool, svg))).convert("RGB")
        data = encode(picture.crop((0, 0, *SIZE)))
        svg.with_suffix(".webp").write_bytes(data)
        print(f"{svg.stem}.webp  {len(data) / 1024:.0f} KB")


if __name__ == "__main__":
    main(sys.argv[1:])
