"""Reads the files of the public register as their readers do."""

import csv
import io
import json
import re
import zipfile
from html import unescape

from django.test import Client

from memberships.register import CODES

PAGE = "/transparency/"
FILES = ("csv", "xlsx", "json")


def fetch(path: str, query: dict | None = None):
    """An answer and its content; a stream is read to its end."""
    answer = Client().get(PAGE + path, query)
    return answer, answer.getvalue() if answer.streaming else answer.content


def file(format: str, **query) -> bytes:
    return fetch(f"beneficiaries.{format}", query)[1]


def table(format: str, **query) -> list[dict]:
    """The rows of a file by their codes, as text."""
    data = file(format, **query)
    if format == "json":
        return [{code: str(row[code]) for code in CODES} for row in json.loads(data)["rows"]]
    if format == "csv":
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    rows = [
        [unescape(text or number) for text, number in _CELL.findall(row)]
        for row in re.findall(r"<row>(.*?)</row>", sheet)
    ]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


_CELL = re.compile(r"<c[^>]*>(?:<is><t[^>]*>(.*?)</t></is>|<v>(.*?)</v>)</c>")
