import contextlib
import errno
import hashlib
import io
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from PIL import Image

from core import uploads
from core.uploads import PDF, StorageUnavailable, clean_upload, stored
from tests import factories

SCRIPT = b"<script>alert(1)</script>"
PICTURES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}


def refused(content: bytes, name: str) -> str:
    """The code of the refusal."""
    with pytest.raises(ValidationError) as refusal:
        clean_upload(factories.upload(content, name))
    return refusal.value.code


def test_pdf_is_kept_byte_for_byte():
    content = factories.pdf()
    clean = clean_upload(factories.upload(content, "opinión 32-D.PDF"))
    assert (clean.original_name, clean.content_type) == ("opinión 32-D.PDF", PDF)
    assert clean.file.read() == content
    assert clean.size == len(content)
    assert len(clean.sha256) == 64


@pytest.mark.parametrize("extension", PICTURES)
def test_picture_of_each_kind_is_written_anew(extension):
    original = factories.picture(PICTURES[extension])
    clean = clean_upload(factories.upload(original + SCRIPT, f"foto.{extension}"))
    assert clean.content_type == uploads.ACCEPTED[extension]
    content = b"".join(clean.file.chunks())
    assert SCRIPT not in content
    assert clean.size == len(content)
    assert Image.open(io.BytesIO(content)).size == (40, 30)


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "1", "LA", "CMYK"])
def test_picture_of_any_colour_mode_is_accepted(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, kind)
    name = "foto.jpg" if mode == "CMYK" else "foto.png"
    assert clean_upload(factories.upload(out.getvalue(), name))


def test_position_of_a_photograph_is_dropped_and_its_rotation_kept():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif.get_ifd(0x8825)[2] = (19.0, 25.0, 10.0)  # GPS latitude
    original = factories.picture("JPEG", exif=exif)
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)
    picture = Image.open(clean_upload(factories.upload(original, "a.jpg")).file)
    assert picture.size == (30, 40)
    assert not picture.getexif()
    assert not picture.info.get("exif")


@pytest.mark.parametrize(
    "name", ["page.html", "drawing.svg", "a.gif", "a.exe", "a.pdf.js", "a", ""]
)
def test_other_extensions_are_refused(name):
    assert refused(b"%PDF-1.4", name or "noname") == "kind"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html>" + SCRIPT, "page.pdf"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT, "drawing.png"),
        (b"GIF89a/*" + SCRIPT + b"*/=0", "moving.jpg"),
        (b"MZ\x90\x00", "setup.pdf"),
        (b"PK\x03\x04", "bundle.pdf"),
        (factories.picture("PNG"), "png-named.jpg"),
        (factories.pdf(), "pdf-named.png"),
        (b"just text", "notes.webp"),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(content, name):
    assert refused(content, name) == "mismatch"


def test_picture_cut_short_is_refused():
    whole = factories.picture("JPEG", size=(400, 300))
    assert refused(whole[:200], "a.jpg") == "unreadable"


def test_picture_with_garbage_after_its_header_is_refused():
    assert refused(factories.picture("PNG")[:24] + b"\x00" * 400, "a.png") == "unreadable"


def test_pixel_bomb_is_refused():
    bomb = factories.picture("PNG", size=(9000, 9000), mode="1")
    assert len(bomb) < 30_000  # and 81 megapixels
    assert refused(bomb, "bomb.png") == "unreadable"


def test_empty_file_is_refused():
    assert refused(b"", "opinion.pdf") == "empty"


def test_file_over_ten_megabytes_is_refused():
    start = b"%PDF-1.4\n"
    limit = 10 * 1024 * 1024
    assert refused(start + b"0" * (limit + 1 - len(start)), "opinion.pdf") == "too_large"
    assert clean_upload(factories.upload(start + b"0" * (limit - len(start)), "opinion.pdf"))


def test_folders_in_a_file_name_are_dropped():
    clean = clean_upload(factories.upload(factories.pdf(), "x.pdf"))
    assert "/" not in clean.original_name
    file = factories.upload(factories.pdf(), "x.pdf")
    file._name = "../../etc/opinion.pdf"
    assert clean_upload(file).original_name == "opinion.pdf"


def test_long_file_name_keeps_its_extension():
    clean = clean_upload(factories.upload(factories.pdf(), "a" * 180 + ".pdf"))
    assert len(clean.original_name) <= 150
    assert clean.original_name.endswith(".pdf")


def test_stored_name_is_generated():
    upload = factories.clean_pdf()
    with stored(upload, uploads.private_storage(), "documents/MX") as name:
        assert "opinion" not in name
        assert name.startswith("documents/MX/")
        assert name.endswith(".pdf")
    with uploads.private_storage().open(name) as file:
        assert file.read() == b"".join(upload.file.chunks())


@pytest.mark.parametrize("kind", ["pdf", "jpg"])
def test_large_file_is_moved_to_its_place_and_never_held_in_memory(kind):
    content = factories.pdf() if kind == "pdf" else factories.picture("JPEG")
    sent = TemporaryUploadedFile(f"x.{kind}", "", len(content), None)
    sent.write(content)
    sent.seek(0)
    upload = clean_upload(sent)
    waiting = Path(upload.file.temporary_file_path())
    assert waiting.exists()
    with stored(upload, uploads.private_storage(), "documents/MX") as name:
        assert not waiting.exists()
        digest = upload.sha256
    kept = Path(uploads.private_storage().path(name)).read_bytes()
    assert digest == hashlib.sha256(kept).hexdigest()
    assert len(kept) == upload.size
    assert kind != "pdf" or kept == content


def test_stored_file_goes_when_its_row_fails():
    upload = factories.clean_pdf()
    with (
        pytest.raises(RuntimeError),
        stored(upload, uploads.private_storage(), "documents/MX") as name,
    ):
        assert uploads.private_storage().exists(name)
        raise RuntimeError("the row could not be stored")
    assert not uploads.private_storage().exists(name)


def test_file_that_was_cut_on_its_way_is_not_stored():
    """As by a move to another disk that is full: no error, and a part of the file."""

    class FullDisk(uploads.PrivateStorage):
        def _save(self, name, content):
            return super()._save(name, ContentFile(content.read()[:-1]))

    storage = FullDisk()
    with pytest.raises(StorageUnavailable), stored(factories.clean_pdf(), storage, "documents"):
        pytest.fail("nothing was stored, so no row may be made")
    assert storage.listdir("documents")[1] == []


def test_picture_for_which_there_is_no_room_says_so():
    class Full(io.BytesIO):
        def write(self, content):
            raise OSError(errno.ENOSPC, "No space left on device")

    file = factories.upload(factories.picture("JPEG"), "a.jpg")
    file.file = Full(file.read())
    with pytest.raises(ValidationError) as refusal:
        clean_upload(file)
    assert refusal.value.code == "storage"


def test_storage_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "documents").write_text("a file where the folder should be")
    upload = factories.clean_pdf()
    with (
        pytest.raises(StorageUnavailable),
        stored(upload, FileSystemStorage(tmp_path), "documents"),
    ):
        pytest.fail("nothing was stored, so no row may be made")


def test_private_files_have_no_address():
    with pytest.raises(ValueError):
        uploads.private_storage().url("documents/x.pdf")


def test_private_response_is_a_download_that_no_browser_runs(db):
    document = factories.document(factories.application(complete=False))
    response = uploads.private_response(
        document.file, filename='a";\r\nSet-Cookie: x.pdf', content_type=PDF
    )
    assert response["Content-Disposition"].startswith("attachment")
    assert "\n" not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"
    response.file_to_stream.close()


@pytest.mark.filterwarnings("ignore::UserWarning")  # said of a file that is then cleaned
def test_picture_with_damaged_metadata_is_refused_or_cleaned():
    """Any byte of the metadata may be wrong; the portal answers all the same."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    content = out.getvalue()
    for place in range(20, 90):
        for byte in (0, 1, 127, 255):
            damaged = content[:place] + bytes([byte]) + content[place + 1 :]
            with contextlib.suppress(ValidationError):
                clean_upload(SimpleUploadedFile("a.jpg", damaged))
