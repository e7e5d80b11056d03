import datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from pavilion.countries import country_choices, country_name
from pavilion.redaction import redact
from pavilion.reply_time import Clock, Wait, in_words, reply_times

NOON = datetime.datetime(2018, 8, 24, 12, tzinfo=datetime.UTC)
H = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("waited", "tone", "left", "share"),
    [
        (0 * H, "active", "24 h", 0),
        (12 * H - MINUTE, "active", "12 h", 49),
        (12 * H, "waiting", "12 h", 50),
        (24 * H - MINUTE, "waiting", "1 min", 99),
        (24 * H, "bad", "0 min", 100),
        (29 * H, "bad", "5 h", 100),
        (100 * H, "bad", "3 days", 100),
    ],
)
def test_clock_turns_after_half_a_day_and_after_a_whole_one(waited, tone, left, share, english):
    clock = Clock(NOON, NOON + waited)
    assert (clock.tone, clock.left, clock.share) == (tone, left, share)
    assert clock.is_overdue == (waited >= 24 * H)


def test_span_is_said_in_the_largest_unit_that_says_enough(english):
    words = [in_words(span) for span in (MINUTE, 59 * MINUTE, H, 47 * H, 48 * H)]
    assert words == ["1 min", "59 min", "1 h", "47 h", "2 days"]


def waits(*hours, since=NOON):
    """None is an enquiry without an answer."""
    return [Wait(since, None if took is None else since + took * H) for took in hours]


def test_share_counts_answers_within_24_hours_and_the_late_ones():
    times = reply_times(waits(1, 24, 25, None), NOON + 48 * H)
    assert (times.counted, times.in_time, times.percent) == (4, 2, 50)
    assert times.median == 24 * H


def test_enquiry_that_still_has_time_does_not_count():
    assert reply_times(waits(None), NOON + 23 * H) is None
    assert reply_times(waits(None), NOON + 24 * H).percent == 0


def test_enquiry_that_was_erased_unanswered_never_counts():
    erased = Wait(NOON, None, is_erased=True)
    answered = Wait(NOON, NOON + H, is_erased=True)
    assert reply_times([erased], NOON + 90 * H) is None
    assert reply_times([erased, answered], NOON + 90 * H).counted == 1


@given(st.lists(st.none() | st.integers(0, 500), max_size=40), st.integers(0, 600))
def test_figures_stay_within_their_bounds(hours, later):
    times = reply_times(waits(*hours), NOON + later * H)
    if times:
        assert 0 <= times.in_time <= times.counted <= len(hours)
        assert 0 <= times.percent <= 100


# --- Names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Dear Li Wei, US$ 12.", "Dear […], US$ 12."),
        ("Dear Mr. WEI", "Dear Mr. […]"),
        ("Write to li@x.example.", "Write to […]."),
        ("Shanghai Fruit, in Shanghai", "[…], in […]"),
        ("Our weight is 4 kg, delivery in liner terms", "Our weight is 4 kg, delivery in liner terms"),
        ("Price (a+b)", "Price (a+b)"),
    ],
)  # fmt: skip
def test_buyer_is_taken_out_of_what_others_wrote(text, left):
    assert redact(text, "Li Wei", "Shanghai Fruit", "li@x.example") == left


def test_chinese_name_is_taken_out_of_a_text_without_spaces():
    assert redact("李伟您好！", "李伟", "", "li@x.example") == "[…]您好！"


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_name_can_be_taken_out(text, name):
    redact(text, name, "", "")


# --- Countries -------------------------------------------------------------------------------


def test_countries_are_named_and_sorted_in_the_language_of_the_page():
    with translation.override("es"):
        names = [name for _, name in country_choices()]
        assert country_name("DE") == "Alemania"
        assert names[:3] == ["Afganistán", "Albania", "Alemania"]
    with translation.override("zh-hans"):
        assert country_name("CN") == "中国"
    with translation.override("en"):
        assert len(dict(country_choices())) > 240
        assert country_name("") == ""
