"""What a process may remember for a short while: small lists that rarely change."""

import time
from collections.abc import Callable
from functools import wraps

_clears: list[Callable] = []


def remembered(seconds: int, *, of: Callable = lambda: None):
    """Decorates a function: what it answers is asked for again after `seconds`.

    Each set of arguments is remembered by itself, so there must be few.

    Only for what may be that old on a page, and never for who may do what. With `of` it is asked
    for again, too, as soon as that function answers anything new. `forget()` of the result asks
    again at once, in this process.
    """

    def decorate(function):
        kept: dict = {}  # {arguments: (monotonic time, state, result)}; threads share it

        @wraps(function)
        def remember(*arguments):
            now, state = time.monotonic(), of()
            if found := kept.get(arguments):
                then, its_state, result = found
                if now - then < seconds and its_state == state:
                    return result
            result = function(*arguments)
            kept[arguments] = (now, state, result)
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
