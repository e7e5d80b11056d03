"""The requests for the measured pages, with the cookies of those who may see them."""

import contextlib
import http.client
import os
import statistics

from bench import bench
from bench.clients import BOUNDARY, Approve, Upload, approve_form, upload_form
from bench.pages import ANSWER, COLD, WISH, YARDSTICKS, Page
from bench.stack import Stack

APPROVING = 8  # clients
RACED = 10  # files that all clients approve at once
TOKEN = "b" * 32
SESSION, CSRF = "__Host-session", "__Host-csrf"
UPLOAD_BYTES = 5 * 1024 * 1024


class Asks:
    """The requests for the pages, as the people of bench/prepare.py send them."""

    def __init__(self, stack: Stack, facts: dict):
        self.stack, self.facts = stack, facts
        self.files = [
            (stack.url(file["address"]), approve_form(file["terms"], token=TOKEN))
            for file in facts["files"]
        ]
        self.raced = [self.files.pop() for _ in range(RACED)]
        self.upload_path = stack.temporary / "upload.pdf"
        self.upload_path.write_bytes(_pdf())
        self.approve: Approve | None = None

    def yardstick(self, name: str) -> bench.Target:
        wanted = YARDSTICKS[name]
        return bench.Target(
            name,
            self.stack.yardstick(wanted.path),
            headers=dict(wanted.headers),
            method=wanted.method,
            body_file=str(self.upload_path) if wanted.method == "POST" else None,
            expect=wanted.expect,
        )

    def target(self, page: Page) -> bench.Target:
        """Raises BenchError when the page does not answer as it should."""
        if page.changes == "approve":
            self.approve = self.approving(page.name)
            return self.approve
        address = page.address.format(**self.facts)
        if page.changes == "upload":
            form = upload_form(self.upload_path.read_bytes(), token=TOKEN, kind="deed_or_id")
            kind = f"multipart/form-data; boundary={BOUNDARY}"
            return Upload(
                page.name,
                self.stack.url(address),
                headers=self.headers(page.who) | {"Content-Type": kind},
                method="POST",
                expect=302,
                form=form,
            )
        target = bench.Target(page.name, self.stack.url(address), headers=self.headers(page.who))
        if page.known:
            known = _answer(target).headers.get("ETag")
            if not known:
                raise bench.BenchError("the page has no ETag")
            target.headers["If-None-Match"] = known
            target.expect = 304
        bench.probe(target)
        return target

    def approving(self, name: str) -> Approve:
        kind = "application/x-www-form-urlencoded"
        return Approve(
            name,
            self.files[0][0],
            headers=self.headers("coordinator") | {"Content-Type": kind},
            method="POST",
            expect=302,
            files=self.files,
        )

    def headers(self, who: str) -> dict[str, str]:
        if who == "anyone":
            return {"Accept-Encoding": "gzip"}
        if who == "passing":
            return {"Accept-Encoding": "gzip", COLD: "1"}
        return {"Cookie": f"{SESSION}={self.facts['sessions'][who]}; {CSRF}={TOKEN}"}

    def sql(self, target: bench.Target) -> int:
        """Statements of a page that both processes have shown before."""
        tries = 2 if isinstance(target, Upload | Approve) else 9
        counts = [int(_answer(target, {WISH: "1"}).headers[ANSWER]) for _ in range(tries)]
        return round(statistics.median_low(counts))


def _answer(target: bench.Target, more: dict | None = None) -> http.client.HTTPResponse:
    url, body = target.take()
    host, port, path = bench.split(url)
    with contextlib.closing(http.client.HTTPConnection(host, port, timeout=60)) as connection:
        connection.request(target.method, path, body=body, headers=target.headers | (more or {}))
        answer = connection.getresponse()
        answer.read()
    if answer.status not in (200, target.expect):
        raise bench.BenchError(f"answered {answer.status}, not {target.expect}")
    return answer


def race(asks: Asks) -> None:
    """Each of the files that were kept back is approved by all clients at once."""
    for file in asks.raced:
        target = asks.approving("race")
        target.files = [file] * APPROVING
        bench.run_python(target, 5, APPROVING, 0)


def _pdf() -> bytes:
    """A page with nothing on it, as large as a scan."""
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    pages = b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    tail = b"trailer<</Root 1 0 R>>\n%%EOF\n"
    comment = b"%" + os.urandom(UPLOAD_BYTES // 2 - 500).hex().encode() + b"\n"
    return head + pages + page + comment + tail
