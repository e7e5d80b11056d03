"""What a process may remember for a short while: small lists that rarely change."""

import time
from collections.abc import Callable
from functools import wraps

_clears: list[Callable] = []


def remembered(seconds: int, *, of: Callable = lambda: None):
    """Decorates a function without arguments: its result is asked for again after `seconds`.

    Only for what may be that old on a page, and never for who may do what. With `of` it is asked
    for again, too, as soon as that function answers anything new. `forget()` of the result asks
    again at once, in this process.
    """

    def decorate(function):
        # [(monotonic time, state, result)], replaced as a whole: threads share it
        kept: list = []

        @wraps(function)
        def remember():
            now, state = time.monotonic(), of()
            for then, its_state, result in kept[:1]:
                if now - then < seconds and its_state == state:
                    return result
            result = function()
            kept[:] = [(now, state, result)]
            return result

        remember.forget = kept.clear
        _clears.append(kept.clear)
        return remember

    return decorate


def forget_with_the_others(clear: Callable) -> None:
    """Have something else, that a process keeps in another way, cleared by `forget_all`."""
    _clears.append(clear)


def forget_all() -> None:
    """For tests, which must not see what another has left."""
    for clear in _clears:
        clear()
