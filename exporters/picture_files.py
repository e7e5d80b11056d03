"""The pictures that buyers get of an upload: WebP in three widths, without its metadata.

Pure but for its processor time, about half a second for 12 megapixels: run it in the worker.
"""

import io

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.uploads import PDF, CleanUpload

LEAST = 400  # pixels on the longer side: less looks blurred on a card already
WIDTHS = (1600, 800, 400)
_QUALITY = 82


def renditions(original: bytes) -> dict[int, tuple[bytes, int, int]]:
    """{width: (WebP, its width, its height)}; never larger than the upload. Raises OSError."""
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(original)))
    if picture.mode not in {"RGB", "RGBA"}:
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    made = {}
    for width in WIDTHS:
        copy = picture.copy()
        copy.thumbnail((width, width), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        copy.save(out, "WEBP", quality=_QUALITY, method=4)  # without exif: nothing is passed on
        made[width] = (out.getvalue(), copy.width, copy.height)
    return made


def rendition_name(name: str, width: int) -> str:
    """The smaller one beside the largest: products/x-1600.webp → products/x-400.webp."""
    stem = name.removesuffix(f"-{WIDTHS[0]}.webp")
    return name if stem == name else f"{stem}-{width}.webp"


def refusal(upload: CleanUpload) -> str:
    """Why this file cannot be a product's picture; "" when it can."""
    if upload.content_type == PDF:
        return _("A PDF is not a picture. Upload a JPEG, PNG or WebP.")
    upload.file.seek(0)
    width, height = Image.open(upload.file).size
    if max(width, height) < LEAST:
        return _(
            "This picture has %(width)s × %(height)s pixels. Its longer side needs %(least)s or"
            " more, or buyers see it blurred: take it again closer, or send the original."
        ) % {"width": width, "height": height, "least": LEAST}
    return ""


def pixels_across(bound: int, width: int, height: int) -> int:
    """How wide the rendition within `bound` is, of a picture whose largest is width × height."""
    return round(width * min(1, bound / max(width, height)))
