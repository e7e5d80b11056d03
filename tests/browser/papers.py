"""What an applicant brings: a tax number and scanned papers."""

import io
import random
import string

from PIL import Image, ImageDraw
from stdnum.exceptions import ValidationError
from stdnum.mx import rfc


def fictional_rfc() -> str:
    """A company's RFC that nobody else here has, with a check digit that holds."""
    pick = random.SystemRandom()
    while True:
        letters = "".join(pick.choices(string.ascii_uppercase, k=3))
        start = f"{letters}{pick.randint(1, 17):02d}{pick.randint(1, 12):02d}"
        start += f"{pick.randint(1, 28):02d}{''.join(pick.choices(string.ascii_uppercase, k=2))}"
        number = start + rfc.calc_check_digit(start)
        try:
            return rfc.validate(number, validate_check_digits=True)
        except ValidationError:
            continue


def _drawn(title: str) -> Image.Image:
    picture = Image.new("RGB", (850, 1100), "white")
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((40, 40, 810, 1060), outline="black", width=3)
    drawing.text((80, 80), f"{title} - SPECIMEN", fill="black", font_size=40)
    return picture


def _file(title: str, form: str, mime: str) -> dict:
    out = io.BytesIO()
    _drawn(title).save(out, form)
    name = f"{title.lower()}.{form.lower().replace('jpeg', 'jpg')}"
    return {"name": name, "mimeType": mime, "buffer": out.getvalue()}


def pdf(title: str) -> dict:
    """A real PDF of one page, in the shape that set_input_files takes."""
    return _file(title, "PDF", "application/pdf")


def jpeg(title: str) -> dict:
    """A photo of a paper."""
    return _file(title, "JPEG", "image/jpeg")


def text_that_claims_to_be_pdf() -> dict:
    content = b"Estimada coordinadora: adjunto mi documento.\n" * 20
    return {"name": "acta.pdf", "mimeType": "application/pdf", "buffer": content}
