"""A column of search words: the database's own kind where it has one, text elsewhere."""

from django.contrib.postgres.search import SearchVectorField
from django.db import models


class TokensField(models.Field):
    """A tsvector on PostgreSQL; on SQLite the same words as text."""

    def db_type(self, connection):
        if connection.vendor == "postgresql":
            return SearchVectorField().db_type(connection)
        return models.TextField().db_type(connection)
