"""A variable that a template of ours names and that does not exist fails the test."""

import copy
import sys
from pathlib import Path

import pytest

OURS = str(Path(__file__).resolve().parent.parent / "templates")
OPTIONAL = {"default", "default_if_none"}  # `{{ css|default:"" }}` says that it may be missing


class StrictVariables(str):
    """Django's `string_if_invalid`: asked for `self % variable` when a variable is missing.

    Templates of other packages get what they would get in production.
    """

    __slots__ = ()

    def __new__(cls):
        return super().__new__(cls, "%s")

    def __mod__(self, variable):
        resolving = sys._getframe(1)
        expression = resolving.f_locals["self"]
        first_filter = next((function.__name__ for function, _ in expression.filters), "")
        origin = _origin(resolving)
        if origin.startswith(OURS) and first_filter not in OPTIONAL:
            pytest.fail(f"Undefined template variable “{variable}” in {origin}")
        empty = copy.copy(expression)
        empty.var, empty.is_var = "", False
        return empty.resolve(resolving.f_locals["context"])


def _origin(frame) -> str:
    """The file of the template whose node is being rendered."""
    while frame:
        if frame.f_code.co_name in {"render", "render_annotated"}:
            origin = getattr(frame.f_locals.get("self"), "origin", None)
            if origin is not None:
                return origin.name
        frame = frame.f_back
    return ""
