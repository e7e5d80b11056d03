"""A column of search words: the database's own kind where it has one, text elsewhere."""

from collections.abc import Iterable

from django.db import models
from django.db.models import lookups

from pavilion.tokens import Term

_MAX_POSITION = 16383  # what a tsvector counts; words beyond it are all at the last place


class TokensField(models.Field):
    """A list of words (pavilion.tokens); a tsvector on PostgreSQL, text with blanks elsewhere.

    It is searched (`tokens__has=terms`), never read.
    """

    def db_type(self, connection):
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(self, value: Iterable[str] | None, connection, prepared=False):
        if value is None or isinstance(value, str):
            return value
        if connection.vendor == "postgresql":
            return " ".join(
                f"{_quoted(token)}:{min(place, _MAX_POSITION)}"
                for place, token in enumerate(value, start=1)
            )
        return f" {' '.join(value)} "


def _quoted(token: str) -> str:
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


@TokensField.register_lookup
class HasTerms(lookups.Lookup):
    """All the terms occur: one operator on PostgreSQL, a LIKE for each elsewhere."""

    lookup_name = "has"
    prepare_rhs = False

    def get_db_prep_lookup(self, value, connection):
        return "%s", value

    def as_sql(self, compiler, connection):
        column, _params = self.process_lhs(compiler, connection)
        return has_terms(column, self.rhs, connection)


def has_terms(column: str, terms: Iterable[Term], connection) -> tuple[str, list[str]]:
    """The SQL of `tokens__has` on a column, and its values.

    Outside PostgreSQL the text has a blank around each word: "% organico %".
    """
    if connection.vendor == "postgresql":
        query = " & ".join(map(_tsquery, terms))
        return (f"{column} @@ %s::tsquery", [query]) if query else ("TRUE", [])
    patterns = [_like(term) for term in terms]
    return " AND ".join([f"{column} LIKE %s"] * len(patterns)) or "1=1", patterns


def _like(term: Term) -> str:
    # Tokens are letters and digits: nothing in them is a wildcard.
    return f"% {' '.join(term.tokens)}{'' if term.prefix else ' '}%"


def _tsquery(term: Term) -> str:
    words = [_quoted(token) for token in term.tokens]
    if term.prefix:
        words[-1] += ":*"
    return f"({' <-> '.join(words)})"
