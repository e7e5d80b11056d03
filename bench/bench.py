#!/usr/bin/env python3
"""Side-by-side HTTP benchmark: interleaved rounds, medians and paired ratios.

    bench.py --ref limit limit=http://127.0.0.1:8001/plain page=http://127.0.0.1:8000/
    bench.py --targets targets.json --rounds 5 --seconds 6 --json out.json
    bench.py --ref limit limit=... page=... --require page=0.25

Every round measures every target once, and each round starts one target later
than the last.  The reference is measured again before and after every target
(--ref-seconds), and a ratio is the target's rate over the mean of the two
reference rates that bracket it: a machine whose speed drifts within seconds,
as shared ones do, slows both alike.  The median of those ratios is what is
printed and required; the absolute rates are only for orientation.

Targets are NAME=URL on the command line or, for headers, bodies and expected
statuses, entries of a JSON list:

    {"name": "304", "url": "http://...", "headers": {"If-None-Match": "\"x\""},
     "expect": 304, "method": "GET", "body_file": "upload.bin"}

The load generator is wrk where it is installed, else threads of http.client
(good enough for ratios between slow pages, too slow itself for fast ones; the
report names the generator).  Only loopback addresses are accepted.
Exit status: 0 measured, 1 a --require was missed, 2 bad usage, a target that
does not answer as expected, or one that answered with errors under load.
"""

from __future__ import annotations

import argparse
import dataclasses
import http.client
import ipaddress
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclasses.dataclass
class Target:
    name: str
    url: str
    headers: dict = dataclasses.field(default_factory=dict)
    method: str = "GET"
    body_file: str | None = None
    expect: int = 200

    def body(self) -> bytes | None:
        if not self.body_file:
            return None
        with open(self.body_file, "rb") as handle:
            return handle.read()

    def take(self) -> tuple[str, bytes | None] | None:
        """Address and body of the next request; None when there is none left."""
        if not hasattr(self, "_kept"):
            self._kept = self.url, self.body()
        return self._kept


@dataclasses.dataclass
class Sample:
    rps: float
    p50: float  # milliseconds
    p99: float  # milliseconds
    errors: int


class BenchError(Exception):
    """Something that makes the figures worthless; printed, exit status 2."""


# --- one request -----------------------------------------------------------


def split(url: str) -> tuple[str, int, str]:
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    loopback = host == "localhost"
    if not loopback:
        try:
            loopback = ipaddress.ip_address(host).is_loopback
        except ValueError:
            pass
    if parts.scheme != "http" or not loopback:
        raise BenchError(f"{url}: only http:// on a loopback address is measured")
    path = parts.path or "/"
    return host, parts.port or 80, path + (f"?{parts.query}" if parts.query else "")


def probe(target: Target) -> str:
    """Ask once; fail unless the status is the expected one. Returns a summary."""
    if (asked := target.take()) is None:
        raise BenchError(f"{target.name}: no request is left")
    host, port, path = split(asked[0])
    conn = http.client.HTTPConnection(host, port, timeout=60)
    try:
        conn.request(target.method, path, body=asked[1], headers=target.headers)
        answer = conn.getresponse()
        size = len(answer.read())
    except OSError as error:
        raise BenchError(f"{target.name}: {target.url}: {error}") from error
    finally:
        conn.close()
    if answer.status != target.expect:
        raise BenchError(
            f"{target.name}: {target.url} answered {answer.status}, not {target.expect}"
        )
    return f"{answer.status} {size}B {answer.headers.get('Content-Encoding', '')}".strip()


# --- load generators -------------------------------------------------------


def parse_wrk(text: str) -> Sample:
    def latency(percent: str) -> float:
        match = re.search(rf"^\s*{percent}%\s+([\d.]+)(us|ms|s|m)\s*$", text, re.M)
        if not match:
            raise BenchError(f"wrk printed no {percent}% latency:\n{text}")
        return float(match[1]) * UNITS[match[2]]

    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    if not rate or float(rate[1]) == 0:
        raise BenchError(
            f"not one answer within a sample: fewer --connections or more --seconds\n{text}"
        )
    errors = 0
    if match := re.search(r"Non-2xx or 3xx responses: (\d+)", text):
        errors += int(match[1])
    # "read" errors are left out: gunicorn's sync worker closes every
    # connection and a close that races wrk's next read is counted there.
    if match := re.search(r"connect (\d+), read \d+, write (\d+), timeout (\d+)", text):
        errors += sum(map(int, match.groups()))
    return Sample(float(rate[1]), latency("50"), latency("99"), errors)


def lua_request(target: Target) -> str:
    """A wrk script that sends the target's method and body on every request."""
    quoted = json.dumps(os.path.abspath(target.body_file))
    return (
        f"wrk.method = {json.dumps(target.method)}\n"
        f"local f = assert(io.open({quoted}, 'rb'))\n"
        "wrk.body = f:read('*a')\nf:close()\n"
    )


def run_wrk(target: Target, seconds: float, connections: int, threads: int) -> Sample:
    command = [
        "wrk",
        "--latency",
        "--timeout",
        "30s",
        f"-t{min(threads, connections)}",
        f"-c{connections}",
        f"-d{max(1, round(seconds))}s",
    ]
    for key, value in target.headers.items():
        command += ["-H", f"{key}: {value}"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if target.body_file:
            script.write(lua_request(target))
            script.flush()
            command += ["-s", script.name]
        done = subprocess.run([*command, target.url], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"{target.name}: wrk failed: {done.stderr or done.stdout}")
    return parse_wrk(done.stdout)


def run_python(target: Target, seconds: float, connections: int, threads: int) -> Sample:
    del threads  # one thread a connection
    host, port, _path = split(target.url)
    latencies: list[float] = []
    errors = [0]
    start = time.perf_counter()
    stop_at = start + seconds

    def client() -> None:
        mine: list[float] = []
        conn = http.client.HTTPConnection(host, port, timeout=30)
        while (begun := time.perf_counter()) < stop_at and (asked := target.take()):
            url, body = asked
            try:
                conn.request(target.method, split(url)[2], body=body, headers=target.headers)
                answer = conn.getresponse()
                answer.read()
                if answer.status != target.expect:
                    errors[0] += 1
                mine.append((time.perf_counter() - begun) * 1e3)
            except (OSError, http.client.HTTPException):
                errors[0] += 1
                conn.close()
        conn.close()
        latencies.extend(mine)

    workers = [threading.Thread(target=client) for _ in range(connections)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    took = time.perf_counter() - start
    if len(latencies) < 2:
        raise BenchError(f"{target.name}: fewer than two answers in {seconds} s")
    cuts = statistics.quantiles(latencies, n=100, method="inclusive")
    return Sample(len(latencies) / took, cuts[49], cuts[98], errors[0])


# --- the rounds ------------------------------------------------------------


def measure(
    targets, reference, rounds, generator, seconds, ref_seconds, connections, threads, warmup, log
):
    for target in targets:
        log(f"probe {target.name}: {probe(target)}")
    if warmup:
        for target in targets:
            try:
                generator(target, warmup, connections, threads)
            except BenchError:
                pass  # too slow for one answer in a short warm-up
            probe(target)
    others = [target for target in targets if target.name != reference]
    base = next(target for target in targets if target.name == reference)
    samples: dict[str, list[Sample]] = {target.name: [] for target in targets}
    ratios: dict[str, list[float]] = {target.name: [] for target in others}
    before = generator(base, ref_seconds, connections, threads)
    samples[reference].append(before)
    for number in range(rounds):
        turn = number % max(1, len(others))
        for target in others[turn:] + others[:turn]:
            sample = generator(target, seconds, connections, threads)
            probe(target)  # answered once the requests cut off at the end are done
            after = generator(base, ref_seconds, connections, threads)
            samples[target.name].append(sample)
            samples[reference].append(after)
            ratios[target.name].append(2 * sample.rps / (before.rps + after.rps))
            before = after
            log(
                f"round {number + 1} {target.name}: {sample.rps:.0f}/s "
                f"x{ratios[target.name][-1]:.3g}"
            )
    # The reference against its own predecessor shows the drift that is left.
    rates = [run.rps for run in samples[reference]]
    ratios[reference] = [b / a for a, b in zip(rates, rates[1:])] or [1.0]
    return samples, ratios


def summarise(samples, ratios) -> list[dict]:
    rows = []
    for name, runs in samples.items():
        rates = [run.rps for run in runs]
        rows.append(
            {
                "name": name,
                "rps": statistics.median(rates),
                "spread": (max(rates) - min(rates)) / statistics.median(rates),
                "p50_ms": statistics.median(run.p50 for run in runs),
                "p99_ms": statistics.median(run.p99 for run in runs),
                "ratio": statistics.median(ratios[name]),
                "ratio_min": min(ratios[name]),
                "ratio_max": max(ratios[name]),
                "errors": sum(run.errors for run in runs),
            }
        )
    return rows


def table(rows: list[dict], reference: str) -> str:
    width = max(len(row["name"]) for row in rows)
    head = (
        f"{'target':<{width}} {'req/s':>9} {'spread':>7} {'p50 ms':>9} "
        f"{'p99 ms':>9} {'x ' + reference[:12]:>14} {'min..max':>17} {'err':>4}"
    )
    lines = [head, "-" * len(head)]
    for row in rows:
        span = f"{row['ratio_min']:.3g}..{row['ratio_max']:.3g}"
        lines.append(
            f"{row['name']:<{width}} {row['rps']:>9.1f} {row['spread']:>6.0%} "
            f"{row['p50_ms']:>9.2f} {row['p99_ms']:>9.2f} {row['ratio']:>14.3g} "
            f"{span:>17} {row['errors']:>4}"
        )
    return "\n".join(lines)


def pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def required(text: str) -> tuple[str, float]:
    name, value = pair(text)
    return name, float(value)


def arguments(argv=None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("pairs", nargs="*", type=pair, metavar="NAME=URL")
    add("--targets", help="JSON file with a list of targets")
    add("--ref", help="name of the reference target (default: the first)")
    add("--rounds", type=int, default=3)
    add("--seconds", type=float, default=10, help="measured time a target a round")
    add("--ref-seconds", type=float, default=2, help="each bracketing reference run")
    add("--warmup", type=float, default=2, help="unmeasured time a target, first")
    add("--connections", type=int, default=16)
    add("--threads", type=int, default=2)
    add(
        "--header",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        type=pair,
        help="sent to every target",
    )
    add(
        "--require",
        action="append",
        default=[],
        metavar="NAME=RATIO",
        type=required,
        help="fail unless the median ratio reaches this",
    )
    add("--generator", choices=("auto", "wrk", "python"), default="auto")
    add("--json", help="write rows and raw samples here")
    add("--quiet", action="store_true")
    return parser.parse_args(argv)


def main(argv=None) -> int:
    args = arguments(argv)
    targets = [Target(name, url) for name, url in args.pairs]
    if args.targets:
        with open(args.targets, encoding="utf-8") as handle:
            targets += [Target(**entry) for entry in json.load(handle)]
    names = [target.name for target in targets]
    reference = args.ref or (names[0] if names else None)
    wanted = [name for name, _ in args.require]
    unknown = {reference, *wanted} - set(names)
    if not names or len(set(names)) != len(names) or unknown or args.rounds < 1:
        print(
            "bench: need uniquely named targets, a known --ref and --require names, and a round",
            file=sys.stderr,
        )
        return 2
    for target in targets:
        target.headers = {**dict(args.header), **target.headers}

    chosen = args.generator
    if chosen == "auto":
        chosen = "wrk" if shutil.which("wrk") else "python"
    generator = run_wrk if chosen == "wrk" else run_python

    def log(line: str) -> None:
        if not args.quiet:
            print(line, file=sys.stderr, flush=True)

    try:
        samples, ratios = measure(
            targets,
            reference,
            args.rounds,
            generator,
            args.seconds,
            args.ref_seconds,
            args.connections,
            args.threads,
            args.warmup,
            log,
        )
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    rows = summarise(samples, ratios)
    print(
        f"{chosen}, {args.connections} connections, {args.rounds} rounds of "
        f"{args.seconds:g} s, ratio to {reference}"
    )
    print(table(rows, reference))
    if args.json:
        raw = {name: [dataclasses.asdict(run) for run in runs] for name, runs in samples.items()}
        with open(args.json, "w", encoding="utf-8") as handle:
            json.dump(
                {
                    "generator": chosen,
                    "reference": reference,
                    "rows": rows,
                    "ratios": ratios,
                    "samples": raw,
                },
                handle,
                indent=1,
            )
    by_name = {row["name"]: row for row in rows}
    missed = [(name, floor) for name, floor in args.require if by_name[name]["ratio"] < floor]
    for name, floor in missed:
        print(f"MISSED {name}: {by_name[name]['ratio']:.3g} < {floor:g} x {reference}")
    if any(row["errors"] for row in rows):
        print("bench: some answers were errors; the figures do not count", file=sys.stderr)
        return 2
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
