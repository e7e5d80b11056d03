"""Requests of which each is another one: uploads, and approvals of a file each.

They are sent by threads of Python, and so are those to their yardstick.
"""

import threading
import urllib.parse
import uuid
from dataclasses import dataclass, field

from bench.bench import Target

BOUNDARY = "bench-boundary"
_KEY = b"00000000-0000-4000-8000-000000000000"


@dataclass
class Upload(Target):
    """The same file again and again, each time with a key of its own."""

    form: bytes = b""

    def take(self) -> tuple[str, bytes]:
        return self.url, self.form.replace(_KEY, str(uuid.uuid4()).encode(), 1)


@dataclass
class Approve(Target):
    """Approves files, each once. `files`: their addresses and bodies, used up over time."""

    taken: int = 0

    files: list[tuple[str, bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> tuple[str, bytes] | None:
        with self.lock:
            self.taken += bool(self.files)
            return self.files.pop() if self.files else None


def upload_form(content: bytes, *, token: str, kind: str) -> bytes:
    """A multipart body as the page of documents sends it."""
    parts = [
        ("csrfmiddlewaretoken", "", token.encode()),
        (f"{kind}-key", "", _KEY),
        (f"{kind}-file", '; filename="escritura.pdf"\r\nContent-Type: application/pdf', content),
    ]
    lines = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode()
        + value
        for name, more, value in parts
    ]
    return b"\r\n".join([*lines, f"--{BOUNDARY}--\r\n".encode()])


def approve_form(terms: str, *, token: str) -> bytes:
    values = {
        "csrfmiddlewaretoken": token,
        "approve-confirmed_terms": terms,
        "approve-terms_seen": "on",
    }
    return urllib.parse.urlencode(values).encode()
