"""Papers as PDF: what is written is what is read, whatever it is and however long."""

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.papers import Facts, Paper, Table, Text
from core.pdf_papers import markup, render_pdf
from core.qr import svg_data_uri


def paper(*blocks, **fields) -> Paper:
    facts = {
        "issuer": "ProMéxico", "title": "Carta", "subtitle": "", "language": "es", "footer": "pie",
    }  # fmt: skip
    return Paper(**facts | fields, blocks=blocks)


def pages(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_range() for page in document]


def text_of(content: bytes) -> str:
    return "".join("".join(pages(content)).split())


@pytest.mark.parametrize(
    "words",
    [
        "<b>Botas</b> & <font color=red>ñandú</font> &amp; <br/>",
        "<a href='javascript:alert(1)'>x</a>",
        "Aguacate 牛油果 de Michoacán",
        "</para><para>",
        "&#60;",
    ],
)
def test_text_is_data_and_never_markup(words):
    content = render_pdf(
        paper(
            Facts("Hechos", [(words, words)]), Table("Tabla", [words], [[words]]), Text([words]),
            title=words, subtitle=words, footer=words, issuer=words,
        )
    )  # fmt: skip
    assert text_of(content).count("".join(words.split())) == 9


@given(st.text(max_size=60))
@settings(max_examples=30)
def test_any_text_can_be_drawn(words):
    assert render_pdf(paper(Text([words]), title=words)).startswith(b"%PDF")


def test_chinese_is_set_in_a_font_that_has_it():
    assert markup("Café 咖啡 bueno") == 'Café <font name="STSong-Light">咖啡 </font>bueno'
    assert "牛油果" in text_of(render_pdf(paper(Text(["牛油果"]), language="zh-hans")))


def test_long_texts_go_on_on_the_next_page_and_each_says_how_many_there_are():
    long = "línea\n" * 400
    found = pages(
        render_pdf(
            paper(Facts("Hechos", [("largo", long)]), Table("Tabla", ["a", "b"], [["x", long]]))
        )
    )
    assert len(found) > 10
    assert "".join(found).count("línea") == 800
    for number, page in enumerate(found, start=1):
        assert f"{number}" in page.split("pie")[-1]
        assert f"{len(found)}" in page.split("pie")[-1]


def test_empty_values_and_tables_are_dashes():
    words = text_of(render_pdf(paper(Facts("F", [("a", "")]), Table("T", ["b"], []))))
    assert words.count("–") == 2


def test_paper_says_its_title_and_language_to_screen_readers():
    content = render_pdf(paper(Text(["x"]), language="zh-hans"))
    with pypdfium2.PdfDocument(content) as document:
        assert document.get_metadata_value("Title") == "Carta"
    assert b"/Lang" in content


def test_qr_code_is_a_picture_that_the_content_policy_allows():
    picture = svg_data_uri("https://portal.example/verify/AAAA-BBBB-CCCC/")
    assert picture.startswith("data:image/svg+xml,%3Csvg")
    assert "<" not in picture
    assert svg_data_uri("https://portal.example/verify/AAAA-BBBB-CCCD/") != picture
