"""Draws the picture that other sites show beside a link: a photograph, a name, who offers it.

Pure but for its processor time, some 100 ms: run it in the worker.
"""

import io
import unicodedata
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont, ImageOps

SIZE = WIDTH, HEIGHT = 1200, 630
_FONTS = Path(settings.BASE_DIR) / "static" / "vendor" / "fonts"
_DISPLAY, _TEXT = "montserrat-latin-wght-normal.woff2", "noto-sans-latin-wght-normal.woff2"
_PAPER, _INK, _GUINDA, _MUTED = "#fbf8f3", "#1f1a17", "#611232", "#625a54"
_TILES = ("#285c4d", "#ddc9a3", "#9d2449", "#2a5b84", "#a57f2c", "#a4512a", "#611232")
_MARGIN, _LEFT = 56, HEIGHT  # the photograph is a square; the words stand beside it
# What the vendored fonts have beside Latin-1; all else would be drawn as an empty box.
_DRAWABLE = frozenset("–—‘’“”•…€™œŒ")


def draw_picture(*, title: str, company: str, programme: str, photograph: bytes | None) -> bytes:
    """A JPEG of 1200 × 630. Without a photograph, or with a broken one, a mosaic is in its place."""
    picture = Image.new("RGB", SIZE, _PAPER)
    picture.paste(_square(photograph) or _mosaic(), (0, 0))
    pen = ImageDraw.Draw(picture)
    x, width = _LEFT + _MARGIN, WIDTH - _LEFT - 2 * _MARGIN
    _frieze(pen, x, _MARGIN)
    y = _MARGIN + 56
    for size in (56, 48, 40, 34):
        font = _font(_DISPLAY, size, 800)
        lines = _wrapped(drawable(title), font, width)
        if len(lines) <= 4:
            break
    y = _write(pen, x, y, _cut(lines, 5), font, _GUINDA) + 24
    font = _font(_TEXT, 30, 600)
    _write(pen, x, y, _cut(_wrapped(drawable(company), font, width), 2), font, _INK)
    font = _font(_DISPLAY, 24, 700)
    mark = _cut(_wrapped(drawable(programme), font, width), 2)
    _write(pen, x, HEIGHT - _MARGIN - 32 * len(mark), mark, font, _MUTED)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def drawable(text: str) -> str:
    """Without the characters that the fonts have not; "ő" becomes "o", Chinese disappears."""
    kept = []
    for char in unicodedata.normalize("NFC", text):
        if _has(char):
            kept.append(char)
        else:
            kept += [part for part in unicodedata.normalize("NFKD", char) if _has(part)]
    return " ".join("".join(kept).split())


def _has(char: str) -> bool:
    return char in _DRAWABLE or " " <= char <= "~" or "\u00a0" <= char <= "\u00ff"


def _square(photograph: bytes | None) -> Image.Image | None:
    if not photograph:
        return None
    try:
        picture = Image.open(io.BytesIO(photograph))
        picture.draft("RGB", (HEIGHT, HEIGHT))
        return ImageOps.fit(picture.convert("RGB"), (HEIGHT, HEIGHT), Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _mosaic() -> Image.Image:
    panel = Image.new("RGB", (HEIGHT, HEIGHT), "#f3ede3")
    pen = ImageDraw.Draw(panel)
    step, tile, edge = 114, 98, 38
    for row in range(5):
        for column in range(5):
            x, y = edge + column * step, edge + row * step
            colour = _TILES[(row * 3 + column * 5) % len(_TILES)]
            pen.rounded_rectangle((x, y, x + tile, y + tile), 20, fill=colour)
    return panel


def _frieze(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    for index, colour in enumerate(_TILES[:6]):
        left = x + index * 36
        pen.rounded_rectangle((left, y, left + 28, y + 20), 5, fill=colour)


def _font(name: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(_FONTS / name), size)
    axes = font.get_variation_axes()
    font.set_variation_by_axes([weight, *(axis["default"] for axis in axes[1:])])
    return font


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Lines that fit; a word that is too long by itself is broken."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        if font.getlength(f"{line} {word}".strip()) <= width:
            line = f"{line} {word}".strip()
            continue
        if line:
            lines.append(line)
        while font.getlength(word) > width:
            fits = max(
                (at for at in range(1, len(word)) if font.getlength(word[:at]) <= width), default=1
            )
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return [*lines, line] if line else lines


def _cut(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1].rstrip(',;')}…"]


def _write(pen, x: int, y: int, lines: list[str], font, colour: str) -> int:
    """Where the next line begins."""
    for line in lines:
        pen.text((x, y), line, font=font, fill=colour)
        y += round(font.size * 1.24)
    return y
