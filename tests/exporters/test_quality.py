"""What a product misses, and what its score says."""

import io
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from exporters import picture_files
from exporters.quality import gaps, score

TEXTS = (
    "name_en", "name_zh_hans", "description_es", "description_en", "description_zh_hans",
    "keywords_en", "port", "packaging_es",
)  # fmt: skip
NUMBERS = ("fob_min_usd", "fob_max_usd", "moq", "lead_time_days", "supply_quantity")
COMPLETE = SimpleNamespace(
    **dict.fromkeys(TEXTS, "x" * 200), **dict.fromkeys(NUMBERS, 1), payment_terms=["tt"]
)
EMPTY = SimpleNamespace(
    **dict.fromkeys(TEXTS, ""), **dict.fromkeys(NUMBERS, None), payment_terms=[]
)


def test_complete_product_has_all_points_and_no_gap():
    assert gaps(COMPLETE, pictures=3, certificates=1) == []
    assert score([]) == 100


def test_empty_product_has_none_and_is_told_the_picture_first():
    found = gaps(EMPTY, pictures=0, certificates=0)
    assert score(found) == 0
    assert found[0].field == "pictures"
    assert [gap.points for gap in found] == sorted((gap.points for gap in found), reverse=True)


@given(
    st.fixed_dictionaries({name: st.sampled_from(["", None, "x" * 200]) for name in TEXTS}),
    st.fixed_dictionaries({name: st.sampled_from([None, 1]) for name in NUMBERS}),
    st.integers(0, 8),
    st.integers(0, 3),
)
def test_score_is_within_0_and_100(texts, numbers, pictures, certificates):
    product = SimpleNamespace(**texts, **numbers, payment_terms=[])
    assert 0 <= score(gaps(product, pictures=pictures, certificates=certificates)) <= 100


def photo(width: int, height: int, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0110] = "Camera of someone"
    Image.new(mode, (width, height)).save(out, "JPEG" if mode == "RGB" else "PNG", exif=exif)
    return out.getvalue()


def test_renditions_are_webp_of_three_widths_without_metadata():
    made = picture_files.renditions(photo(4000, 3000))
    assert {width: size[1:] for width, size in made.items()} == {
        1600: (1600, 1200), 800: (800, 600), 400: (400, 300),
    }  # fmt: skip
    for content, *_size in made.values():
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.format == "WEBP"
            assert not picture.getexif()


def test_small_picture_is_not_made_larger():
    made = picture_files.renditions(photo(300, 200, "RGBA"))
    assert {size[1:] for size in made.values()} == {(300, 200)}


def test_rendition_lies_beside_the_largest():
    assert picture_files.rendition_name("products/a-1600.webp", 400) == "products/a-400.webp"
    assert picture_files.rendition_name("products/demo.svg", 400) == "products/demo.svg"
