"""The register as files: csv, xlsx and JSON, written row by row, each with its licence."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain

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


def register_file(format: str, rows: Iterable[Row], selection: dict[str, str]) -> Iterator[bytes]:
    """The rows, under the columns' codes; JSON also says which `selection` they are."""
    return _register_json(rows, selection) if format == "json" else _table(format, rows)


def snapshot_file(format: str, snapshot: RegisterSnapshot) -> Iterator[bytes] | bytes:
    """A published quarter."""
    if format == "json":
        return _snapshot_json(snapshot)
    return _table(format, (Row.of_plain(row) for row in snapshot.rows))


def dictionary_file(format: str) -> Iterator[bytes] | bytes:
    """The data dictionary in the reader's language."""
    rows = dictionary()
    if format == "json":
        return _json(_about() | {"columns": rows}).encode()
    return FORMATS[format]().stream([list(rows[0]), *(list(row.values()) for row in rows)])


def _table(format: str, rows: Iterable[Row]) -> Iterator[bytes]:
    return FORMATS[format]().stream(chain([list(CODES)], (row.values for row in rows)))


def _register_json(rows: Iterable[Row], selection: dict[str, str]) -> Iterator[bytes]:
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


def _snapshot_json(snapshot: RegisterSnapshot) -> bytes:
    """A published quarter; `register` in it is what its fingerprint is taken of."""
    published = content(snapshot.year, snapshot.quarter, str(snapshot.total), snapshot.rows)
    about = _about() | {
        "published_on": timezone.localdate(snapshot.published_at).isoformat(),
        "sha256": snapshot.sha256,
        "register": published,
    }
    return _json(about).encode()


def dictionary() -> list[dict[str, str]]:
    """The data dictionary in the reader's language, a column each."""
    names = ("code", "label", "meaning", "kind", "unit", "source")
    return [{name: str(getattr(column, name)) for name in names} for column in COLUMNS]


def _about() -> dict:
    return {
        "programme": settings.PROGRAMME_NAME,
        "publisher": settings.AGENCY_NAME,
        "license": LICENCE,
        "dictionary": mail.absolute(reverse("memberships:register_dictionary")),
    }


def _json(value) -> str:
    return json.dumps(value, ensure_ascii=False)
