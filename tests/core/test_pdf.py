import io

import pytest
from PIL import Image

from core import pdf
from core.pdf import MAX_PAGES, Unreadable, render_pages
from tests import factories

# One page behind a password that nobody knows.
ENCRYPTED = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/P -44
/O<1111111111111111111111111111111111111111111111111111111111111111>
/U<2222222222222222222222222222222222222222222222222222222222222222>>>endobj
trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]/Size 5>>
%%EOF
"""


def write(tmp_path, content: bytes):
    path = tmp_path / "document.pdf"
    path.write_bytes(content)
    return path


def size_of(page: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(page), formats=["WEBP"]).size


def test_pages_are_drawn(tmp_path):
    pages = render_pages(write(tmp_path, factories.pdf(pages=2)))
    assert [size_of(page) for page in pages] == [(1200, 1699)] * 2


def test_no_more_pages_than_a_reviewer_needs(tmp_path):
    assert len(render_pages(write(tmp_path, factories.pdf(pages=MAX_PAGES + 1)))) == MAX_PAGES


@pytest.mark.parametrize("size", [(14_400, 14_400), (14_400, 3), (3, 14_400), (1, 1)])
def test_page_of_any_size_gives_a_picture_of_bounded_size(tmp_path, size):
    width, height = size_of(render_pages(write(tmp_path, factories.pdf(1, *size)))[0])
    assert width <= 1201
    assert height <= 1701


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.4\n%%EOF", b"%PDF-1.7" + b"\x00" * 999, ENCRYPTED, b"not a pdf"]
)
def test_pdf_that_does_not_open_is_unreadable(tmp_path, content):
    with pytest.raises(Unreadable):
        render_pages(write(tmp_path, content))


def test_pdf_without_pages_is_unreadable(tmp_path):
    with pytest.raises(Unreadable):
        render_pages(write(tmp_path, factories.pdf(pages=0)))


def test_file_that_takes_too_long_is_unreadable(tmp_path, monkeypatch):
    """A page of hundreds of thousands of shapes must not hold the only worker."""
    monkeypatch.setattr(pdf, "SECONDS", 0.01)
    path = tmp_path / "slow.pdf"
    path.write_bytes(factories.pdf())
    with pytest.raises(pdf.Unreadable):
        pdf.render_pages(path)
