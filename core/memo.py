"""What a process may remember for a short while: small lists that rarely change."""

import time
from collections.abc import Callable
from functools import wraps

_clears: list[Callable] = []


def remembered(seconds: int):
    """Decorates a function without arguments: its result is asked for again after `seconds`.

    Only for what may be that old on a page, and never for who may do what. `forget()` of the
    result asks again at once, in this process.
    """

    def decorate(function):
        kept: list = []  # [(monotonic time, result)], replaced as a whole: threads share it

        @wraps(function)
        def remember():
            now = time.monotonic()
            if kept and now - kept[0][0] < seconds:
                return kept[0][1]
            result = function()
            kept[:] = [(now, result)]
            return result

        remember.forget = kept.clear
        _clears.append(kept.clear)
        return remember

    return decorate


def forget_all() -> None:
    """For tests, which must not see what another has left."""
    for clear in _clears:
        clear()
