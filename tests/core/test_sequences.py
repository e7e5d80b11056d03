import time

import pytest
from django.db import transaction

from core.models import Sequence
from core.sequences import next_number
from tests.races import at_once, failures, race


def test_numbers_count_up_from_one_by_name(db):
    assert [next_number("a") for _ in range(3)] == [1, 2, 3]
    assert next_number("b") == 1


def test_rolled_back_caller_leaves_no_gap(db):
    next_number("a")

    class Undo(Exception):
        pass

    with pytest.raises(Undo), transaction.atomic():
        next_number("a")
        raise Undo
    assert next_number("a") == 2


@race
def test_twenty_at_once_leave_no_gap_and_no_double():
    def take():
        with transaction.atomic():
            return next_number("new")  # the row does not exist yet: its creation races too

    results = at_once(*[take] * 20)
    assert not failures(results)
    assert sorted(results) == list(range(1, 21))


@race
def test_control_read_then_write_gives_doubles():
    Sequence.objects.create(name="naive", value=0)

    def take_naively():
        with transaction.atomic():
            row = Sequence.objects.get(name="naive")
            time.sleep(0.02)
            Sequence.objects.filter(pk=row.pk).update(value=row.value + 1)
            return row.value + 1

    results = at_once(*[take_naively] * 20)
    assert len(set(results)) < 20
