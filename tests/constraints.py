import contextlib
import re

import pytest
from django.db import IntegrityError, connection, models, transaction


@contextlib.contextmanager
def violates(model: type[models.Model], name: str):
    """The block breaks the constraint `name` of `model`, and no other."""
    constraint = next(c for c in model._meta.constraints if c.name == name)
    words = name
    if connection.vendor == "sqlite" and getattr(constraint, "fields", ()):
        # SQLite names the columns of a unique constraint instead.
        columns = [model._meta.get_field(field).column for field in constraint.fields]
        words = ", ".join(f"{model._meta.db_table}.{column}" for column in columns)
    with pytest.raises(IntegrityError, match=rf"{re.escape(words)}\b"), transaction.atomic():
        yield
