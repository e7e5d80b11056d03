"""Measure each page of bench/pages.py against its yardstick and print the table. script/bench runs it.

The pages are measured in a small database and in a large one: of each the ratio to a yardstick
that runs beside it, in interleaved rounds, and the number of its SQL statements.
"""
# ruff: noqa: T201 - it talks to a terminal

import argparse
import contextlib
import datetime
import os
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from processes import exit_on_signals
from servers import LeftOut

from bench import bench, report
from bench.asks import APPROVING, RACED, Asks, race
from bench.pages import PAGES, Page
from bench.stack import ROOT, Stack

SMALL = 1_000  # products, and applications
CLIENTS = 4
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
    posted = sum(reached["posted"] for reached in passes)
    block = as_text(rows, sizes[-1], memory, approvals, posted=posted, raced=RACED * len(passes))
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
    generator = bench.run_wrk if shutil.which("wrk") and not changes else bench.run_python

    def patient(target, seconds, connections, threads):
        """On a busy machine a slow page may not answer once in the time that was meant for it."""
        try:
            return generator(target, seconds, connections, threads)
        except bench.BenchError:
            return generator(target, 10 * seconds, connections, threads)

    try:
        samples, found = bench.measure(
            [base, *targets],
            base.name,
            pace.rounds,
            patient,
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


# --- What is printed ---------------------------------------------------------------------------


def as_text(
    rows, size: tuple[int, int], memory: float, approvals: dict, *, posted: int, raced: int
) -> str:
    products, applications = size
    wrong = {name: count for name, count in approvals.items() if name != "approved" and count}
    if approvals["approved"] != posted:
        wrong["posted"] = posted
    exact = "" if not wrong else f"; WRONG: {wrong}"
    command = " ".join(["script/bench", *(word for word in sys.argv[1:] if word != "--write")])
    today = datetime.datetime.now(datetime.UTC)
    return "\n".join(
        [
            f"{today:%Y-%m-%d}, `{command}`: {os.cpu_count()} cores, {_memory_gb()} GB, "
            f"PostgreSQL and Redis on the same machine; {products:,} products, "
            f"{applications:,} applications.",
            "",
            report.table(rows),
            "",
            report.memory_line(memory),
            f"Approved {approvals['approved']} files of {posted}, by up to {APPROVING} clients "
            f"at once, {raced} of them by all of these{exact}.",
        ]
    )


def _memory_gb() -> int:
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)


if __name__ == "__main__":
    sys.exit(main())
