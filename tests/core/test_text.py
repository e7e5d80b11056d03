import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import loader
from hypothesis import given
from hypothesis import strategies as st

from core.forms import PortalForm
from core.text import fold, validate_plain_text, validate_single_line


@pytest.mark.parametrize(
    "text", ["Ñandú & Cía.", "牛油果", "two\nlines\tand a tab\r\n", "👩🏽‍🌾 4-byte", "", "e\u0301"]
)
def test_plain_text_accepts_what_people_write(text):
    validate_plain_text(text)


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x1bb", "\u202eevil", "a\u2066b", "\u200fb", "\x7f", "\x85", "\ud800"]
)
def test_plain_text_refuses_what_nobody_sees(text):
    with pytest.raises(ValidationError) as refusal:
        validate_plain_text(text)
    assert refusal.value.code == "invisible"


@given(st.text(max_size=20))
def test_fold_is_stable_and_ignores_case(text):
    assert fold(fold(text)) == fold(text)


def test_fold_drops_accents():
    assert fold("Michoacán ÑAME") == "michoacan name"


class _Form(PortalForm):
    name = forms.CharField()
    address = forms.EmailField(required=False)


@pytest.mark.parametrize("field", ["name", "address"])
def test_portal_form_checks_every_text_field(field):
    form = _Form({"name": "a", "address": "a@b.example"} | {field: "a\u202e@b.example"})
    assert field in form.errors


def test_portal_form_leaves_the_form_tag_to_the_template():
    html = loader.get_template("bootstrap5/uni_form.html")
    assert html
    assert _Form().helper.form_tag is False
    assert _Form().helper.disable_csrf is True


@pytest.mark.parametrize("value", ["A\nB", "A\rB", "A\tB"])
def test_one_line_is_one_line(value):
    with pytest.raises(ValidationError):
        validate_single_line(value)
