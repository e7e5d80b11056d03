"""The register as files: csv, xlsx and JSON, written row by row, each with its licence."""

import json
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core import mail
from core.money import ZERO
from core.spreadsheets import FORMATS
from memberships.models import RegisterSnapshot
from memberships.register import CODES, COLUMNS, Row
from memberships.services.register import content

# The terms of Mexico's federal open data; an assumption until the agency confirms it.
LICENCE = {"name": "Libre Uso MX", "url": "https://datos.gob.mx/libreusomx"}
_BATCH = 200


def content_type(format: str) -> str:
    if format == "json":
        return "application/json"
    return f"{FORMATS[format]().get_content_type()}; charset=utf-8"


def link_header() -> str:
    """Licence and data dictionary for programs (RFC 8288)."""
    dictionary = mail.absolute(reverse("memberships:register_dictionary"))
    return f'<{LICENCE["url"]}>; rel="license", <{dictionary}>; rel="describedby"'


def table(format: str, rows: Iterable[Row]) -> Iterator[bytes]:
    """The rows as csv or xlsx under the columns' codes."""
    return FORMATS[format]().stream(_table(rows))


def _table(rows: Iterable[Row]) -> Iterator[list]:
    yield list(CODES)
    for row in rows:
        yield row.values


def register_json(rows: Iterable[Row], selection: dict[str, str]) -> Iterator[bytes]:
    """The rows as JSON; the totals at its end are those of the rows before."""
    about = _about() | {"retrieved_on": timezone.localdate().isoformat(), "selection": selection}
    yield f'{_json(about)[:-1]},"rows":['.encode()
    totals = dict.fromkeys(("paid_usd", "paid_mxn", "recovered_usd", "net_usd"), ZERO)
    count, pieces = 0, []
    for row in rows:
        pieces.append(("," if count else "") + _json(row.plain))
        count += 1
        for code in totals:
            totals[code] += getattr(row, code)
        if len(pieces) == _BATCH:
            yield "".join(pieces).encode()
            pieces.clear()
    sums = {"rows": count} | {code: str(total) for code, total in totals.items()}
    yield f'{"".join(pieces)}],"totals":{_json(sums)}}}'.encode()


def snapshot_json(snapshot: RegisterSnapshot) -> bytes:
    """A published quarter; `register` in it is what its fingerprint is taken of."""
    published = content(snapshot.year, snapshot.quarter, str(snapshot.total), snapshot.rows)
    about = _about() | {
        "published_on": timezone.localdate(snapshot.published_at).isoformat(),
        "sha256": snapshot.sha256,
        "register": published,
    }
    return _json(about).encode()


def snapshot_rows(snapshot: RegisterSnapshot) -> Iterator[Row]:
    return (Row.of_plain(row) for row in snapshot.rows)


def dictionary() -> list[dict[str, str]]:
    """The data dictionary in the reader's language, a column each."""
    names = ("code", "label", "meaning", "kind", "unit", "source")
    return [{name: str(getattr(column, name)) for name in names} for column in COLUMNS]


def dictionary_json() -> bytes:
    return _json(_about() | {"columns": dictionary()}).encode()


def dictionary_table(format: str) -> Iterator[bytes]:
    rows = dictionary()
    return FORMATS[format]().stream([list(rows[0]), *(list(row.values()) for row in rows)])


def _about() -> dict:
    return {
        "programme": settings.PROGRAMME_NAME,
        "publisher": settings.AGENCY_NAME,
        "license": LICENCE,
        "dictionary": mail.absolute(reverse("memberships:register_dictionary")),
    }


def _json(value) -> str:
    return json.dumps(value, ensure_ascii=False)
