"""The programme's own pictures for the press: the mosaic of vendors and the mark. Pure.

Drawn from the portal's motifs and colours, as SVG and as PNG.
"""

import io
import math
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw

# As static/css/tokens.css has them.
COLOURS = {
    "avocado": "#285c4d",
    "gift": "#611232",
    "tequila": "#2a5b84",
    "mezcal": "#876719",
    "boots": "#a4512a",
    "nopal": "#47752f",
    "cosmetics": "#a32a5b",
    "berries": "#6b3178",
    "coffee": "#5e4030",
    "honey": "#9c5700",
    "fruit": "#b93a32",
    "crafts": "#14687a",
    "star": "#9d2449",
}
PAPER, EMPTY = "#fbf8f3", "#e5dccf"
_MARK = (("#285c4d", 2, 2), ("#ddc9a3", 17, 2), ("#9d2449", 2, 17), ("#611232", 17, 17))
_TILE, _GAP, _EDGE = 100, 14, 40
_SPRITE_TILE = 160  # of motifs.png: the strokes of each motif as a mask, in the order of COLOURS
_HERE = Path(__file__).parent
_MOTIFS = _HERE.parent.parent / "static" / "img" / "motifs.svg"


def mosaic_svg(tiles: Sequence[str], threshold: int) -> bytes:
    """A tile for each vendor of the threshold; `tiles` are families, what is missing stays empty."""
    columns, rows = _grid(threshold)
    width, height = _side(columns), _side(rows)
    used = sorted({_known(code) for code in tiles})
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">',
        f"<defs>{''.join(_symbols()[code] for code in used)}</defs>",
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
    ]
    for number in range(threshold):
        x, y = _place(number, columns)
        code = _known(tiles[number]) if number < len(tiles) else ""
        colour = COLOURS.get(code, EMPTY)
        parts.append(
            f'<rect x="{x}" y="{y}" width="{_TILE}" height="{_TILE}" rx="18" fill="{colour}"/>'
        )
        if code:
            parts.append(
                f'<use href="#{code}" x="{x + 20}" y="{y + 20}" width="60" height="60" '
                'color="#ffffff"/>'
            )
    return "".join([*parts, "</svg>"]).encode()


def mosaic_png(tiles: Sequence[str], threshold: int, *, longest: int = 2400) -> bytes:
    """The same as pixels, its longer side `longest` long."""
    columns, rows = _grid(threshold)
    scale = longest / max(_side(columns), _side(rows))
    size = (round(_side(columns) * scale), round(_side(rows) * scale))
    picture = Image.new("RGB", size, PAPER)
    lit = {code: _lit_tile(code, scale) for code in {_known(code) for code in tiles}}
    empty, mask = _blank_tile(EMPTY, scale)
    for number in range(threshold):
        x, y = _place(number, columns)
        tile = lit[_known(tiles[number])] if number < len(tiles) else empty
        picture.paste(tile, (round(x * scale), round(y * scale)), mask)
    # Few colours and their edges: a palette makes a tenth of the file, in a tenth of the time.
    return _png(picture.quantize(96))


def mark_svg() -> bytes:
    tiles = "".join(
        f'<rect x="{x}" y="{y}" width="13" height="13" rx="3.5" fill="{colour}"/>'
        for colour, x, y in _MARK
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="512" height="512">'
        f"{tiles}</svg>"
    ).encode()


def mark_png(side: int = 1024) -> bytes:
    """On a transparent ground."""
    scale = 2 * side / 32  # drawn twice as large: the library draws no smooth edges
    picture = Image.new("RGBA", (2 * side, 2 * side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    for colour, x, y in _MARK:
        corner = [x * scale, y * scale, (x + 13) * scale, (y + 13) * scale]
        draw.rounded_rectangle(corner, radius=3.5 * scale, fill=colour)
    return _png(picture.resize((side, side), Image.Resampling.LANCZOS))


def _grid(threshold: int) -> tuple[int, int]:
    columns = max(1, math.ceil(math.sqrt(threshold)))
    return columns, max(1, math.ceil(threshold / columns))


def _side(tiles: int) -> int:
    return 2 * _EDGE + tiles * _TILE + (tiles - 1) * _GAP


def _place(number: int, columns: int) -> tuple[int, int]:
    row, column = divmod(number, columns)
    return _EDGE + column * (_TILE + _GAP), _EDGE + row * (_TILE + _GAP)


def _known(code: str) -> str:
    return code if code in COLOURS else "star"


@cache
def _symbols() -> dict[str, str]:
    """Each motif as a symbol of its own."""
    sprite = _MOTIFS.read_text()
    return {
        code: re.search(rf'<symbol id="{code}".*?</symbol>', sprite, re.DOTALL)[0]
        for code in COLOURS
    }


@cache
def _sprite() -> Image.Image:
    return Image.open(_HERE / "motifs.png").convert("L")


def _blank_tile(colour: str, scale: float) -> tuple[Image.Image, Image.Image]:
    """A tile and the mask of its round corners."""
    side = max(1, round(_TILE * scale))
    large = Image.new("L", (4 * side, 4 * side), 0)
    box = (0, 0, 4 * side - 1, 4 * side - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, radius=4 * side * 0.18, fill=255)
    return Image.new("RGB", (side, side), colour), large.resize(
        (side, side), Image.Resampling.LANCZOS
    )


def _lit_tile(code: str, scale: float) -> Image.Image:
    tile, _mask = _blank_tile(COLOURS[code], scale)
    left = list(COLOURS).index(code) * _SPRITE_TILE
    inner = max(1, round(60 * scale))
    strokes = _sprite().crop((left, 0, left + _SPRITE_TILE, _SPRITE_TILE))
    strokes = strokes.resize((inner, inner), Image.Resampling.LANCZOS)
    place = (tile.width - inner) // 2
    tile.paste("#ffffff", (place, place), strokes)
    return tile


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
