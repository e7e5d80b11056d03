import csv
import string

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from exporters.rfc import check_digit_holds, clean_rfc, is_person

with (settings.BASE_DIR / "demo/data/companies.csv").open(encoding="utf-8", newline="") as _file:
    DEMO_RFCS = [row["rfc"] for row in csv.DictReader(_file)]


def refused(rfc: str) -> str:
    with pytest.raises(ValidationError) as refusal:
        clean_rfc(rfc)
    return refusal.value.code


def test_published_example_of_the_check_digit_holds():
    assert clean_rfc("GODE561231GR8") == "GODE561231GR8"
    assert check_digit_holds("GODE561231GR8")
    assert is_person("GODE561231GR8")


def test_demo_has_a_hundred_companies_and_more():
    assert len(DEMO_RFCS) >= 100
    assert len(set(DEMO_RFCS)) == len(DEMO_RFCS)


@pytest.mark.parametrize("rfc", DEMO_RFCS)
def test_rfc_of_every_demo_company_is_accepted(rfc):
    assert clean_rfc(rfc) == rfc
    assert check_digit_holds(rfc)
    assert is_person(rfc) == (len(rfc) == 13)


@pytest.mark.parametrize("rfc", ["XAXX010101000", "XEXX010101000", "xaxx-010101-000"])
def test_generic_rfc_is_refused(rfc):
    assert refused(rfc) == "generic"


@pytest.mark.parametrize(
    "typed", ["tia990323bh9", "TIA 990323 BH9", " TIA-990323-BH9\n", "tia_990323_bh9"]
)
def test_rfc_is_accepted_however_it_is_typed(typed):
    assert clean_rfc(typed) == "TIA990323BH9"


@pytest.mark.parametrize("rfc", ["ABC010229AB1", "GODE561331GR8", "ABC010132AB1", "ABC000000AB1"])
def test_rfc_with_an_impossible_date_is_refused(rfc):
    assert refused(rfc) == "invalid"


def test_rfc_of_a_leap_day_is_accepted():
    assert clean_rfc("NEM160229Q20")


@pytest.mark.parametrize("word", ["PUTO", "CACA", "MULA", "RATA"])
def test_rfc_of_a_person_with_a_forbidden_word_is_refused(word):
    assert refused(f"{word}561231GR8") == "invalid"


@pytest.mark.parametrize("rfc", ["", "TIA", "TIA990323BH", "GODE561231GR89", "GODE561231"])
def test_rfc_of_the_wrong_length_is_refused(rfc):
    assert refused(rfc) == "length"


@pytest.mark.parametrize("rfc", ["T1A990323BH9", "TIA99032XBH9", "TIA990323B?9", "TIÁ990323BH9"])
def test_rfc_of_the_wrong_shape_is_refused(rfc):
    assert refused(rfc) == "invalid"


@pytest.mark.parametrize("rfc", ["&ÑA990323BH9", "ñ&a990323bh9"])
def test_rfc_may_have_an_ampersand_and_an_enye(rfc):
    assert clean_rfc(rfc) == rfc.upper()


def test_rfc_with_a_failing_check_digit_is_accepted_and_said_to_fail():
    assert clean_rfc("TIA990323BH8") == "TIA990323BH8"
    assert not check_digit_holds("TIA990323BH8")
    assert check_digit_holds("TIA990323BH9")


@pytest.mark.parametrize("rfc", ["TIA9903230H9", "TIA990323W19", "TIA990323BHZ"])
def test_rfc_with_a_serial_that_the_tax_office_does_not_issue_is_left_to_the_coordinator(rfc):
    assert clean_rfc(rfc) == rfc
    assert check_digit_holds(rfc) is False


_letters = st.text(string.ascii_uppercase + "&Ñ", min_size=3, max_size=4)
_tails = st.text(string.ascii_uppercase + string.digits, min_size=3, max_size=3)


@given(_letters, st.dates(), _tails)
def test_check_digit_of_any_accepted_rfc_has_an_answer(letters, day, tail):
    try:
        rfc = clean_rfc(f"{letters}{day:%y%m%d}{tail}")
    except ValidationError:
        return
    assert check_digit_holds(rfc) in {True, False}


@given(st.text(max_size=20))
def test_any_text_gives_an_rfc_or_a_refusal(text):
    try:
        length = len(clean_rfc(text))
    except ValidationError:
        return
    assert length in {12, 13}
