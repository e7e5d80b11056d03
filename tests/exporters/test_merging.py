"""Three-way merge, field by field: nobody's edit is overwritten unseen."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.merging import TOGETHER, fingerprint, merge, next_base, plain, units, whole

ALONE = ("capacity", "motivation")
FIELDS = (*ALONE, *TOGETHER[0], *TOGETHER[1])
rows = st.fixed_dictionaries({name: st.sampled_from(["", "a", "b", "c"]) for name in FIELDS})


def apply(stored, mine, write):
    return {name: mine[name] if name in write else value for name, value in stored.items()}


def changed(before, after):
    return {unit for unit in units(FIELDS) if any(before[name] != after[name] for name in unit)}


@given(rows, rows, rows)
def test_what_only_one_side_has_changed_is_merged(opened, theirs, mine):
    result = merge(fingerprint(opened), theirs, mine)
    after = apply(theirs, mine, result.write)
    my, their = changed(opened, mine), changed(opened, theirs)
    for unit in units(FIELDS):
        if unit not in my:
            expected = theirs
        elif unit not in their:
            expected = mine
        else:  # both: as they left it, and a clash unless it says the same
            expected = theirs
            assert (unit in result.clashes) == any(theirs[name] != mine[name] for name in unit)
        assert all(after[name] == expected[name] for name in unit)


@given(rows, rows, rows)
def test_nothing_is_both_written_and_a_clash(opened, theirs, mine):
    result = merge(fingerprint(opened), theirs, mine)
    assert not set(result.write) & {name for unit in result.clashes for name in unit}


@given(rows, rows, rows)
def test_what_is_stored_after_writing_tells_the_same_clashes(opened, theirs, mine):
    base = fingerprint(opened)
    result = merge(base, theirs, mine)
    after = apply(theirs, mine, result.write)
    assert merge(base, after, mine).clashes == result.clashes
    assert merge(base, after, mine).write == []


@given(rows, rows, rows)
def test_without_a_clash_it_does_not_matter_who_comes_first(opened, one, two):
    base = fingerprint(opened)
    results = []
    for first, second in ((one, two), (two, one)):
        there = apply(opened, first, merge(base, opened, first).write)
        result = merge(base, there, second)
        results.append((apply(there, second, result.write), result.clashes))
    assert (results[0][1] == []) == (results[1][1] == [])
    if not results[0][1]:
        assert results[0] == results[1]


@given(rows, rows, rows, rows)
def test_a_page_that_goes_on_never_overwrites_what_it_has_not_seen(opened, theirs, mine, later):
    """After saving, a field that shows an old value still counts as unseen."""
    base = fingerprint(opened)
    stored = apply(theirs, mine, merge(base, theirs, mine).write)
    again = merge(next_base(base, stored, mine), stored, later)
    for unit in units(FIELDS):
        agreed = all(stored[name] == mine[name] for name in unit)
        untouched = all(later[name] == mine[name] for name in unit)
        if untouched and not agreed and unit not in changed(opened, mine):
            assert not set(unit) & set(again.write)  # theirs stays
        if agreed:
            assert unit not in again.clashes


@given(rows, rows)
def test_a_page_of_which_nothing_is_known_overwrites_nothing(theirs, mine):
    result = merge({}, theirs, mine)
    assert result.write == []
    assert len(result.clashes) == len(changed(theirs, mine))


@given(st.sets(st.sampled_from(FIELDS)), st.sets(st.sampled_from(FIELDS)))
def test_groups_are_whole_or_left_out(names, usable):
    names = sorted(names)
    kept = set(whole(names, usable))
    assert kept <= usable & set(names)
    for unit in units(names):
        assert kept.issuperset(unit) or not kept & set(unit)


def test_units_keep_the_order_and_each_field_once():
    found = units(["unit", "capacity", "moq", "state"])
    assert found == [("unit", "moq"), ("capacity",), ("state",)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, ""),
        (False, None),
        (Decimal("38.50"), Decimal("38.5")),
        (Decimal("1E+3"), Decimal(1000)),
        (Decimal("-0.00"), Decimal(0)),
        ("one\r\ntwo\rthree ", "one\ntwo\nthree"),
        (12, "12"),
    ],
)
def test_values_that_read_the_same_are_the_same(one, other):
    assert plain(one) == plain(other)
    assert fingerprint({"field": one}) == fingerprint({"field": other})


@given(st.text(), st.text())
def test_fingerprints_tell_values_apart(one, other):
    same = plain(one) == plain(other)
    assert (fingerprint({"field": one}) == fingerprint({"field": other})) == same


def test_fingerprint_of_a_field_says_nothing_of_another_with_the_same_value():
    found = fingerprint({"capacity": "x", "motivation": "x"})
    assert found["capacity"] != found["motivation"]
