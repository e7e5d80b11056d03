"""Specimen documents and product pictures of the demonstration; each file is stored once."""

import functools
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont

from core.pdf import render_pages
from core.uploads import private_storage
from exporters.enums import DocumentKind
from exporters.picture_files import WIDTHS, rendition_name

PICTURES = Path(__file__).parent / "pictures"


@dataclass(frozen=True)
class Specimen:
    name: str
    page_name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Drawing:
    """A product picture as it is stored: its largest rendition, and that one's size."""

    name: str
    width: int
    height: int


@functools.cache
def picture(name: str, *, detail: bool = False) -> Drawing:
    """A drawing of demo/pictures in all renditions, whole or its middle from close up."""
    with Image.open(PICTURES / f"{name}.webp") as whole:
        drawn = whole.convert("RGB")
    if detail:
        width, height = drawn.size
        drawn = drawn.crop((width // 5, height // 5, width * 4 // 5, height * 4 // 5))
    target = f"products/demo-{name}{'-detail' if detail else ''}-{WIDTHS[0]}.webp"
    for bound in WIDTHS:
        _store(rendition_name(target, bound), drawn, bound)
    return Drawing(target, *drawn.size)


def _store(name: str, drawn: Image.Image, bound: int) -> None:
    if default_storage.exists(name):
        return
    copy, out = drawn.copy(), io.BytesIO()
    copy.thumbnail((bound, bound), Image.Resampling.LANCZOS)
    copy.save(out, "WEBP", quality=82, method=1)  # quickly: a story has dozens
    default_storage.save(name, ContentFile(out.getvalue()))


@functools.cache
def specimen(kind: str) -> Specimen:
    """A one-page PDF of this kind that says it is a specimen, with its page as a picture."""
    storage = private_storage()
    name, page_name = f"documents/demo/{kind}.pdf", f"pages/demo-{kind}.webp"
    if not (storage.exists(name) and storage.exists(page_name)):
        storage.delete(name)
        storage.delete(page_name)
        storage.save(name, ContentFile(_draw(kind)))
        storage.save(page_name, ContentFile(render_pages(Path(storage.path(name)))[0]))
    content = Path(storage.path(name)).read_bytes()
    return Specimen(name, page_name, len(content), hashlib.sha256(content).hexdigest())


_TITLES = {
    DocumentKind.TAX_CERTIFICATE: "Constancia de situación fiscal",
    DocumentKind.TAX_OPINION: "Opinión del cumplimiento 32-D: POSITIVA",
    DocumentKind.DEED_OR_ID: "Acta constitutiva",
    DocumentKind.ADDRESS: "Comprobante de domicilio",
    "invoice": "Factura de la membresía",
    "payment": "Comprobante de la transferencia",
    "certificate": "Certificado",
}


def _font(size: int):
    path = settings.BASE_DIR / "static/vendor/fonts/noto-sans-latin-wght-normal.woff2"
    return ImageFont.truetype(path, size)


def _draw(kind: str) -> bytes:
    sheet = Image.new("RGB", (1240, 1754), "#ffffff")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, 1240, 150), fill="#611232")
    pen.text((90, 48), "DOCUMENTO DE DEMOSTRACIÓN", "#ffffff", _font(44))
    pen.text((90, 230), _TITLES[kind], "#1f1a17", _font(52))
    pen.text((90, 310), "Sin validez oficial. Empresa ficticia.", "#625a54", _font(32))
    for line in range(22):
        top = 430 + line * 52
        pen.rounded_rectangle(
            (90, top, 1150 - (line * 137) % 420, top + 18), radius=9, fill="#e5dccf"
        )
    out = io.BytesIO()
    sheet.save(out, "PDF", resolution=150)
    return out.getvalue()
