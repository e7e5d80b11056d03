"""A thing is announced once: to the first who asks, in the transaction that announces it."""

import threading

import pytest
from django.db import connection, transaction

from core.models import Notice
from core.notices import first_time
from tests.races import at_once, race, real_commits


def test_only_the_first_is_told_to_announce(db):
    assert first_time("a")
    assert not first_time("a")
    assert first_time("b")


def test_transaction_goes_on_after_a_refusal(db):
    first_time("a")
    with transaction.atomic():
        assert not first_time("a")
    assert Notice.objects.count() == 1


@real_commits
def test_what_was_rolled_back_was_not_announced():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert first_time("a")
        raise ZeroDivisionError
    with transaction.atomic():
        assert first_time("a")


@real_commits
def test_notice_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        first_time("a")


def announce() -> bool:
    with transaction.atomic():
        return first_time("a")


@race
def test_of_twenty_at_once_one_is_the_first():
    results = at_once(*[announce] * 20)
    assert sorted(results) == [False] * 19 + [True]


@race
def test_second_waits_for_the_first_and_takes_its_place_when_that_fails():
    told = threading.Event()
    results = []

    def wait_and_announce():
        told.wait(10)
        results.append(announce())
        connection.close()

    second = threading.Thread(target=wait_and_announce, daemon=True)
    second.start()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert first_time("a")
        told.set()
        second.join(0.5)
        assert second.is_alive()  # it waits
        raise ZeroDivisionError
    second.join(10)
    assert results == [True]
