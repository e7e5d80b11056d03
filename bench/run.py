"""Measure each page of bench/pages.py against its yardstick and print the table. script/bench runs it.

The pages are measured in a small database and in a large one: of each the ratio to a yardstick
that runs beside it, in interleaved rounds, and the number of its SQL statements.
"""
# ruff: noqa: T201 - it talks to a terminal

import argparse
import contextlib
import datetime
import http.client
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from processes import exit_on_signals
from servers import LeftOut

from bench import bench, report
from bench.clients import BOUNDARY, Approve, Upload, approve_form, upload_form
from bench.counting import ANSWER, WISH
from bench.pages import PAGES, YARDSTICKS, Page
from bench.stack import ROOT, Stack

SMALL = 1_000  # products, and applications
CLIENTS, APPROVING = 4, 8
RACED = 10  # files that all clients approve at once
TOKEN = "b" * 32
SESSION, CSRF = "__Host-session", "__Host-csrf"
UPLOAD_BYTES = 5 * 1024 * 1024
DOCUMENT = ROOT / "docs/performance.md"


@dataclass(frozen=True)
class Pace:
    rounds: int
    seconds: float
    changing_seconds: float  # of what leaves rows or files behind


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--applications", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5, help="measured time a page a round")
    parser.add_argument("--quick", action="store_true", help="a smoke of a few rows and seconds")
    parser.add_argument("--write", action="store_true", help="put the table in docs/performance.md")
    return parser.parse_args()


def main() -> int:
    os.chdir(ROOT)
    wanted = arguments()
    sizes = [(SMALL, SMALL), (wanted.products, wanted.applications)]
    pace = Pace(wanted.rounds, wanted.seconds, min(wanted.seconds, 2))
    if wanted.quick:
        sizes, pace = [(400, 200)], Pace(1, 1, 0.5)
    exit_on_signals()
    with contextlib.ExitStack() as resources:
        temporary = Path(
            resources.enter_context(
                tempfile.TemporaryDirectory(prefix="portal-bench-", ignore_cleanup_errors=True)
            )
        )
        temporary.chmod(0o711)  # the database server's user must reach its folder
        try:
            stack = Stack(temporary, resources, say)
        except LeftOut as missing:
            print(f"error: {missing}", file=sys.stderr)
            return 2
        passes = []
        for products, applications in dict.fromkeys(sizes):
            stack.fill(products=products, applications=applications)
            passes.append(measure(stack, pace))
        memory = stack.memory_mb()
        approvals = stack.prepared("check")
    small = passes[0] if len(passes) > 1 else {}
    rows = [report.Row(page, passes[-1][page.name], small.get(page.name)) for page in PAGES]
    block = as_text(rows, sizes[-1], memory, approvals, posted=sum(p["posted"] for p in passes))
    print(f"\n{block}")
    if wanted.write:
        DOCUMENT.write_text(report.put_into(DOCUMENT.read_text(), block))
    return int(any(row.missed for row in rows))


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


# --- One size of the database ------------------------------------------------------------------


def measure(stack: Stack, pace: Pace) -> dict:
    """{name of the page: report.Reached}, and under "posted" how many files were approved."""
    files = int(40 * pace.changing_seconds * pace.rounds * 1.5) + 100
    facts = stack.prepared(str(files))
    asks = Asks(stack, facts)
    reached: dict = {}
    groups: dict[tuple, list[Page]] = {}
    for page in PAGES:
        groups.setdefault((page.yardstick, page.changes), []).append(page)
    for (yardstick, changes), pages in groups.items():
        targets = {}
        for page in pages:
            try:
                targets[page.name] = asks.target(page)
                sql = asks.sql(targets[page.name])
            except (bench.BenchError, OSError) as error:
                targets.pop(page.name, None)
                reached[page.name] = report.Reached(None, None, str(error).replace("|", "/"))
            else:
                reached[page.name] = report.Reached(None, sql)
        for name, ratio in ratios(asks, yardstick, changes, list(targets.values()), pace).items():
            reached[name] = report.Reached(ratio, reached[name].sql)
    race(asks)
    reached["posted"] = asks.approve.taken + RACED
    return reached


def ratios(asks, yardstick: str, changes: str, targets: list, pace: Pace) -> dict:
    """{name: median ratio}; None for all of them when one answered with errors."""
    if not targets:
        return {}
    base = asks.yardstick(yardstick)
    connections = APPROVING if changes == "approve" else CLIENTS
    quick = bench.run_wrk if shutil.which("wrk") and not changes else bench.run_python
    try:
        samples, found = bench.measure(
            [base, *targets],
            base.name,
            pace.rounds,
            quick,
            pace.changing_seconds if changes else pace.seconds,
            min(pace.seconds, 2),
            connections,
            2,
            0 if changes else min(pace.seconds, 2),
            say,
        )
    except bench.BenchError as error:
        say(f"{yardstick}: {error}")
        return {target.name: None for target in targets}
    return {
        target.name: None
        if any(sample.errors for sample in samples[target.name])
        else statistics.median(found[target.name])
        for target in targets
    }


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
        """`passing` has the cookie of a message, to whom no stored page is given."""
        if who in ("anyone", "passing"):
            cookie = {"Cookie": "messages=none"} if who == "passing" else {}
            return {"Accept-Encoding": "gzip"} | cookie
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


# --- What is printed ---------------------------------------------------------------------------


def as_text(rows, size: tuple[int, int], memory: float, approvals: dict, *, posted: int) -> str:
    products, applications = size
    wrong = {name: count for name, count in approvals.items() if name != "approved" and count}
    if approvals["approved"] != posted:
        wrong["posted"] = posted
    exact = "" if not wrong else f"; WRONG: {wrong}"
    command = " ".join(["script/bench", *(word for word in sys.argv[1:] if word != "--write")])
    today: Callable = datetime.datetime.now(datetime.UTC).date
    return "\n".join(
        [
            f"{today():%Y-%m-%d}, `{command}`: {os.cpu_count()} cores, {_memory_gb()} GB, "
            f"PostgreSQL and Redis on the same machine; {products:,} products, "
            f"{applications:,} applications.",
            "",
            report.table(rows),
            "",
            report.memory_line(memory),
            f"Approved {approvals['approved']} files of {posted}, by up to {APPROVING} clients "
            f"at once, {2 * RACED if len(rows) else 0} of them by all of these{exact}.",
        ]
    )


def _memory_gb() -> int:
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)


if __name__ == "__main__":
    sys.exit(main())
