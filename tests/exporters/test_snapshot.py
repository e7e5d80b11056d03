"""Versions of an application: what differs between two of them."""

import json

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from exporters.snapshot import (
    _KEYS,
    changed_words,
    differences,
    key_label,
    part_label,
    snapshot,
    value_label,
)
from tests import factories

pytestmark = pytest.mark.usefixtures("english")
texts = st.text(max_size=30)
names = ["company", "experience", "product:7", "product:12", "documents", "declarations"]
parts = {
    name: st.dictionaries(st.sampled_from(_KEYS[name.partition(":")[0]]), texts) for name in names
}
snapshots = st.fixed_dictionaries({}, optional=parts)


@given(snapshots)
def test_nothing_differs_from_itself(version):
    assert differences(version, version) == []


@given(snapshots, snapshots)
def test_differences_are_exactly_what_differs(before, after):
    found = differences(before, after)
    assert all(d.before != d.after for d in found)
    changed = {(d.part, d.key): (d.before, d.after) for d in found}
    assert len(changed) == len(found)
    for version, side in ((before, 0), (after, 1)):
        for part, values in version.items():
            for key, value in values.items():
                if (part, key) in changed:
                    assert changed[part, key][side] == value
                else:
                    assert before.get(part, {}).get(key, "") == after.get(part, {}).get(key, "")


@given(snapshots, snapshots)
def test_differences_are_the_same_both_ways(before, after):
    there = {(d.part, d.key, d.before, d.after) for d in differences(before, after)}
    back = {(d.part, d.key, d.after, d.before) for d in differences(after, before)}
    assert there == back


@given(snapshots, snapshots)
def test_differences_come_in_the_order_of_the_form_whatever_order_the_database_keeps(before, after):
    shuffled = [json.loads(json.dumps(version, sort_keys=True)) for version in (before, after)]
    found = differences(before, after)
    assert differences(*shuffled) == found
    places = [names.index(d.part) for d in found]
    assert places == sorted(places)


@given(texts, texts)
def test_pieces_give_back_both_texts(before, after):
    left, right = changed_words(before, after)
    assert " ".join(text for text, _gone in left) == before
    assert " ".join(text for text, _new in right) == after
    kept = lambda pieces: [text for text, changed in pieces if not changed]  # noqa: E731
    assert kept(left) == kept(right)
    if before == after:
        assert not any(changed for _text, changed in left)


def test_pieces_of_nothing_are_none():
    assert changed_words("", "a b") == ([], [("a b", True)])
    assert changed_words("a c", "a b c") == (
        [("a", False), ("c", False)],
        [("a", False), ("b", True), ("c", False)],
    )


# --- Of real rows ----------------------------------------------------------------------------


@pytest.fixture
def draft(db):
    return factories.application()


def test_snapshot_can_be_stored_and_is_the_same_in_every_language(draft):
    with translation.override("en"):
        english = snapshot(draft)
    with translation.override("zh-hans"):
        assert snapshot(draft) == english
    assert json.loads(json.dumps(english)) == english


def test_changed_added_and_removed_rows_are_told(draft):
    removed = draft.company.products.get()
    before = snapshot(draft)
    draft.motivation = "Vender mango en China."
    draft.company.employees = None
    gone = f"product:{removed.pk}"
    removed.delete()
    added = factories.product(draft.company, name_es="Guacamole")
    factories.document(draft, "address", content=b"%PDF-1.4 another\n%%EOF\n")
    found = {(d.part, d.key): d for d in differences(before, snapshot(draft))}
    assert found["experience", "motivation"].after == "Vender mango en China."
    assert found["company", "employees"].after == ""
    assert found[gone, "name_es"].after == ""
    assert found[f"product:{added.pk}", "name_es"].before == ""
    assert ("documents", "address") in found
    assert ("documents", "tax_opinion") not in found


def test_parts_questions_and_answers_have_names(draft):
    product = draft.company.products.get()
    before = snapshot(draft)
    product.name_es = "Guacamole"
    product.category = factories.category("tequila")
    product.save()
    after = snapshot(draft)
    part = f"product:{product.pk}"
    assert "Guacamole" in part_label(part, before, after)
    for version in (before, after):
        for part, values in version.items():
            assert part_label(part, version)
            for key, value in values.items():
                assert key_label(part, key)
                label = value_label(part, key, value)
                assert bool(label) == bool(value)
    with translation.override("en"):
        assert value_label("company", "sector", "industry") == "Industry"
        assert value_label("declarations", "declares_truth", "True") == "Yes"
        assert value_label("declarations", "declares_truth", "False") == "No"
        assert value_label("company", "employees", "46") == "46"
