"""Uploaded files: what is accepted, how it is cleaned, stored and handed out."""

import contextlib
import hashlib
import io
import logging
import math
import struct
import uuid
from dataclasses import dataclass
from pathlib import PurePath

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.http import FileResponse, Http404
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

logger = logging.getLogger(__name__)

PDF = "application/pdf"
# Extension → what the content must be.
ACCEPTED = {
    "pdf": PDF,
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}
ACCEPT_ATTRIBUTE = ".pdf,.jpg,.jpeg,.png,.webp"
RULE = _("PDF, JPEG, PNG or WebP, up to 10 MB.")
_PIL_FORMAT = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}

Image.MAX_IMAGE_PIXELS = settings.IMAGE_MAX_PIXELS


class StorageUnavailable(Exception):
    """The disk is full or read-only: nothing was stored."""


@dataclass(frozen=True)
class CleanUpload:
    """A file that passed the rules; images are re-encoded, so metadata is gone."""

    original_name: str
    content_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def as_file(self) -> ContentFile:
        extension = self.content_type.rpartition("/")[2].replace("jpeg", "jpg")
        return ContentFile(self.content, name=f"{uuid.uuid4().hex}.{extension}")


class PrivateStorage(FileSystemStorage):
    """Files without an address: they leave only through views that check access."""

    def url(self, name):
        raise ValueError("A private file has no address.")


def private_storage():
    return storages["private"]


def clean_upload(file) -> CleanUpload:
    """Check an uploaded file and return what to store. Raises ValidationError."""
    name = PurePath(file.name or "").name[-150:]
    if file.size > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(
            _("This file has %(size)s MB; the limit is 10 MB. Scan it at a lower resolution."),
            code="too_large",
            params={"size": math.ceil(file.size / 1024 / 102.4) / 10},
        )
    if not file.size:
        raise ValidationError(_("This file is empty. Choose it again."), code="empty")
    expected = ACCEPTED.get(PurePath(name).suffix.lower().lstrip("."))
    if expected is None:
        raise ValidationError(
            _("This kind of file is not accepted. Use PDF, JPEG, PNG or WebP."), code="kind"
        )
    content = file.read()
    found = filetype.guess(content[:8192])
    if found is None or found.mime != expected:
        raise ValidationError(
            _("The content of this file is not what its name says. Save it again as PDF or JPEG."),
            code="mismatch",
        )
    if expected != PDF:
        content = _reencoded(content, expected)
    return CleanUpload(name, expected, content)


def _reencoded(content: bytes, content_type: str) -> bytes:
    """The same picture written anew: drops EXIF, scripts and whatever trails the pixels."""
    unreadable = ValidationError(
        _("This picture cannot be read or is too large. Take it again at a lower resolution."),
        code="unreadable",
    )
    try:
        picture = Image.open(io.BytesIO(content), formats=list(_PIL_FORMAT.values()))
        if picture.width * picture.height > settings.IMAGE_MAX_PIXELS:
            raise unreadable
        picture = ImageOps.exif_transpose(picture)
        if picture.mode not in {"RGB", "L"}:
            picture = picture.convert("RGBA" if content_type != "image/jpeg" else "RGB")
        out = io.BytesIO()
        picture.save(out, _PIL_FORMAT[content_type], quality=88)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        # What the library raises on damaged metadata.
        struct.error,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        MemoryError,
    ) as error:
        raise unreadable from error
    return out.getvalue()


@contextlib.contextmanager
def stored(upload: CleanUpload, storage, folder: str):
    """Store the file, yield its name; remove it again when the block (the row) fails.

    Raises StorageUnavailable when the disk refuses.
    """
    file = upload.as_file()
    try:
        name = storage.save(f"{folder}/{file.name}", file)
    except OSError as error:
        logger.exception("storage_unavailable")
        raise StorageUnavailable from error
    try:
        yield name
    except BaseException:
        storage.delete(name)
        raise


def private_response(field_file, *, filename: str, content_type: str, inline: bool = False):
    """Hand out a private file; never as something the browser would run."""
    try:
        file = field_file.open("rb")
    except FileNotFoundError as error:
        logger.exception("stored_file_is_missing")
        raise Http404 from error
    response = FileResponse(
        file,
        as_attachment=not inline,
        filename=filename,
        content_type=content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
