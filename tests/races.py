"""Real threads with a barrier, each with its own connection to the database."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

# For what commits, or closes its connection, by itself. The migrations' rows come back after it.
real_commits = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def race(test):
    """Marks a test of simultaneous transactions: real commits, and only on PostgreSQL."""
    return pytest.mark.race(real_commits(test))


def at_once(*calls: Callable) -> list:
    """Run all calls at the same moment; their results, or the exceptions they raised."""
    barrier = threading.Barrier(len(calls), timeout=20)
    results: list = [None] * len(calls)

    def run(position, call):
        try:
            connection.ensure_connection()
            barrier.wait()
            results[position] = call()
        except Exception as error:  # handed to the test, which knows what to expect
            results[position] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(position, call), daemon=True)
        for position, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "deadlock"
    return results


def failures(results: list) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]
