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
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.utils.functional import cached_property
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
NOT_STORED = _("We cannot store files at the moment. Please try again in an hour.")
RULE = _("PDF, JPEG, PNG or WebP, up to 10 MB.")
_PIL_FORMAT = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}

Image.MAX_IMAGE_PIXELS = settings.IMAGE_MAX_PIXELS


class StorageUnavailable(Exception):
    """The disk is full or read-only: nothing was stored."""


@dataclass(frozen=True)
class CleanUpload:
    """A file that passed the rules; images are re-encoded, so metadata is gone.

    A large one lies on disk and is moved when it is stored, once: forms outlive their request by
    a while, and many at once would fill the memory.
    """

    original_name: str
    content_type: str
    file: File

    @cached_property
    def sha256(self) -> str:
        digest = hashlib.sha256()
        for chunk in self.file.chunks():
            digest.update(chunk)
        return digest.hexdigest()

    @property
    def size(self) -> int:
        return self.file.size

    def new_name(self) -> str:
        extension = self.content_type.rpartition("/")[2].replace("jpeg", "jpg")
        return f"{uuid.uuid4().hex}.{extension}"


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
    file.seek(0)
    found = filetype.guess(file.read(8192))
    if found is None or found.mime != expected:
        raise ValidationError(
            _("The content of this file is not what its name says. Save it again as PDF or JPEG."),
            code="mismatch",
        )
    file.seek(0)
    if expected != PDF:
        _replace(file, _reencoded(file, expected))
    return CleanUpload(name, expected, file)


def _replace(file: UploadedFile, content: memoryview) -> None:
    """Another content for a file, which stays where it lies: on disk, when it is large."""
    try:
        file.seek(0)
        file.truncate()
        file.write(content)
        file.size = file.tell()
        file.seek(0)  # writes what is not written yet
    except OSError as error:
        logger.exception("storage_unavailable")
        raise ValidationError(NOT_STORED, code="storage") from error


def _reencoded(file: UploadedFile, content_type: str) -> memoryview:
    """The same picture written anew: drops EXIF, scripts and whatever trails the pixels."""
    unreadable = ValidationError(
        _("This picture cannot be read or is too large. Take it again at a lower resolution."),
        code="unreadable",
    )
    try:
        picture = Image.open(file, formats=list(_PIL_FORMAT.values()))
        if picture.width * picture.height > settings.IMAGE_MAX_PIXELS:
            raise unreadable
        picture = ImageOps.exif_transpose(picture)
        if picture.mode not in {"RGB", "L"}:
            picture = picture.convert("RGBA" if content_type != "image/jpeg" else "RGB")
        out = io.BytesIO()  # a library that writes to the disk itself may not see that it is full
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
    return out.getbuffer()


@contextlib.contextmanager
def stored(upload: CleanUpload, storage, folder: str):
    """Store the file, yield its name; remove it again when the block (the row) fails.

    Raises StorageUnavailable when the disk refuses.
    """
    try:
        name = storage.save(f"{folder}/{upload.new_name()}", upload.file)
        complete = storage.size(name) == upload.size
    except OSError as error:
        logger.exception("storage_unavailable")
        raise StorageUnavailable from error
    if not complete:  # a move to another disk that is full cuts the file without an error
        storage.delete(name)
        logger.error("storage_unavailable")
        raise StorageUnavailable
    try:
        yield name
    except BaseException:
        storage.delete(name)
        raise
    finally:
        upload.file.close()  # else a moved file is looked for once more when it is forgotten


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
